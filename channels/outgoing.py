"""Files that staff send along with a message."""

from __future__ import annotations

from typing import Any

from loket.conversations.model import Author
from loket.store.schema import Message


def outgoing(message: Message) -> list[dict[str, Any]]:
    """The files of a message of staff, as `loket.media.keeping.show` tells them; those of citizens never go out."""
    found = (message.content or {}).get("attachments", []) if message.author == Author.HUMAN.value else []
    return [dict(file) for file in found]
