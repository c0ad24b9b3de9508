"""What a citizen read while they were logged in with DigiD is shown again only in that same log-in.

A browser can be shared, and whoever logs in after another must not read what that one was told.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from loket.answers.compose import Composer
from loket.conversations.model import Author
from loket.identity import trust
from loket.store.login import DigidSession
from loket.store.schema import Conversation, Message

CHOICE = "/zaak{"
"""How the payload of a button with the name of a case begins."""


async def logged_in_since(session: AsyncSession, conversation_id: str, now: datetime) -> datetime | None:
    """When the citizen of this conversation logged in; None when nobody is logged in now."""
    conversation = await session.get(Conversation, conversation_id)  # no statement when the session has it already
    if conversation is None or trust.current(conversation, now) != trust.DIGID:
        return None
    row = await session.get(DigidSession, conversation_id)
    return row.begun_at if row else None


def hidden(row: Message, body: dict[str, Any], since: datetime | None, composer: Composer) -> dict[str, Any]:
    """The message as the citizen may see it now: `body`, or only that there was something to see."""
    chosen = row.author == Author.CITIZEN.value and (row.payload or "").startswith(CHOICE)
    secret = chosen or (row.content or {}).get("trust") == trust.DIGID
    if not secret or (since is not None and row.created_at >= since):
        return body
    if chosen:
        return {**body, "text": composer.text("digid.gekozen").text}
    return {**body, "text": composer.text("digid.verborgen").text, "buttons": [], "links": [], "phones": [], "card": None}
