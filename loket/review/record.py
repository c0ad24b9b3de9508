"""Putting messages on the review list, in the transaction in which they are settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from loket.conversations.model import Author, HandOff
from loket.review.reasons import ABOUT_EARLIER, BELOW, Reason, reasons
from loket.store.schema import Message, Review

log = structlog.get_logger(__name__)
CANDIDATES = 3
"""So many organisations and products with their scores are shown to staff."""


class Recorder:
    """Keeps what went wrong. `below`: the score under which a message is looked at, see `loket.review.reasons.BELOW`."""

    def __init__(self, below: float = BELOW) -> None:
        self._below = below

    def reasons(
        self, payload: str | None, understanding: Mapping[str, Any] | None, facts: Mapping[str, Any], handoff: HandOff | None
    ) -> list[Reason]:
        """Why a message must be looked at; mostly there is no reason."""
        return reasons(understanding, facts, handoff, bool(payload), self._below)

    async def settled(
        self,
        session: AsyncSession,
        message: Message,
        facts: Mapping[str, Any],
        handoff: HandOff | None,
        now: datetime,
    ) -> bool:
        """Look at a turn of the bot that is being settled; returns whether something was put on the list.

        A fault here undoes only this: the citizen's answer matters more than a line on a list.
        """
        pressed = bool(message.payload)
        found = self.reasons(message.payload, message.understanding, facts, handoff)
        if not found:
            return False
        try:
            async with session.begin_nested():
                return await self._settled(session, message, found, pressed, now)
        except SQLAlchemyError as error:
            log.error("review.failed", conversation=message.conversation_id, seq=message.seq, error=type(error).__name__)
            return False

    async def _settled(
        self, session: AsyncSession, message: Message, found: Sequence[Reason], pressed: bool, now: datetime
    ) -> bool:
        earlier = [reason for reason in found if pressed or reason in ABOUT_EARLIER]
        own = [reason for reason in found if reason not in earlier]
        kept = False
        if earlier and (before := await _typed_before(session, message)) is not None:
            await keep(session, before, earlier, now)
            kept = True
        if own:
            await keep(session, message, own, now)
            kept = True
        return kept


async def _typed_before(session: AsyncSession, message: Message) -> Message | None:
    """The last message that the citizen typed before this one."""
    found: Message | None = await session.scalar(
        select(Message)
        .where(
            Message.conversation_id == message.conversation_id,
            Message.author == Author.CITIZEN.value,
            Message.payload.is_(None),
            Message.seq < message.seq,
        )
        .order_by(Message.seq.desc())
        .limit(1)
    )
    return found


async def keep(session: AsyncSession, message: Message, found: Sequence[Reason], now: datetime) -> Review:
    """The row of a message on the list, made when it is not there; reasons are added, an answer stays.

    The conversation must be locked in this transaction: that is what keeps it to one row per message.
    """
    row: Review | None = await session.scalar(
        select(Review).where(Review.conversation_id == message.conversation_id, Review.seq == message.seq)
    )
    if row is None:
        row = Review(
            conversation_id=message.conversation_id,
            seq=message.seq,
            text=message.text,
            language=str((message.understanding or {}).get("taal") or "nl")[:8],
            reasons=[],
            thought=thought(message.understanding),
            state="open",
            organisations=[],
            created_at=now,
        )
        session.add(row)
    row.reasons = [*row.reasons, *(reason.value for reason in found if reason.value not in row.reasons)]
    await session.flush()
    return row


def thought(understanding: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What the bot made of a message; without the entities: they can tell who someone is and are in the text anyway."""
    if not understanding or not understanding.get("uitkomst"):
        return None
    return {
        "uitkomst": understanding["uitkomst"],
        "score": understanding.get("score"),
        "organisaties": list(understanding.get("organisaties") or [])[:CANDIDATES],
        "producten": list(understanding.get("producten") or [])[:CANDIDATES],
    }
