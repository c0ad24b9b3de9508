"""Messages and conversations as JSON for the two front ends (docs/protocol.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from loket.conversations.inbox import utcnow
from loket.conversations.model import Author
from loket.directory import Directory
from loket.identity import trust
from loket.store.schema import Conversation, Message

PREVIEW = 120
Counted = Annotated[int, Field(ge=0, lt=2**31)]
"""A number that counts something in the database, in a request: larger ones fit in no column."""



def moment(value: datetime | None) -> str | None:
    """ISO 8601 in UTC with a Z."""
    return value.isoformat(timespec="milliseconds").replace("+00:00", "Z") if value else None


def message(row: Message, directory: Directory, assistant: str) -> dict[str, Any]:
    """One message as the clients read it."""
    content = row.content or {}
    name = {Author.BOT.value: assistant, Author.SYSTEM.value: assistant}.get(row.author, row.author_name or "")
    return {
        "seq": row.seq,
        "author": row.author,
        "name": name,
        "organisation": content.get("organisation", ""),
        "text": row.text,
        "buttons": [{"title": one["title"], "payload": one["payload"]} for one in content.get("buttons", [])],
        "links": content.get("links", []),
        "phones": content.get("phones", []),
        "card": content.get("card"),
        "attachments": content.get("attachments", []),
        "language": content.get("language", ""),
        "channel": row.channel,
        "at": moment(row.created_at),
        "id": row.provider_id,
        "delivery": row.delivery,
        "failure": content.get("failure"),
    }


def item(row: Conversation, last: Message | None, directory: Directory) -> dict[str, Any]:
    """One conversation in the list of the desk."""
    return {
        "id": row.id,
        "state": row.state,
        "epoch": row.epoch,
        "urgency": row.urgency,
        "topic": row.topic or "",
        "organisation": {"id": row.organisation, "naam": directory.name(row.organisation)} if row.organisation else None,
        "channel": row.channel,
        "language": row.language,
        "waiting_since": moment(row.queued_at),
        "owner": {"id": row.owner_id, "name": row.owner_name} if row.owner_id else None,
        "last_text": (last.text[:PREVIEW] if last else ""),
        "last_at": moment(row.updated_at),
        "reason": row.reason,
        "trust": trust.current(row, utcnow()),
        "trust_until": moment(row.trust_until) if trust.current(row, utcnow()) != trust.ANONYMOUS else None,
        "outcome": row.outcome,
    }
