"""The queue of conversations that wait for a casemanager."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from loket.conversations.states import State
from loket.handoff import presence
from loket.store.schema import Conversation

RANK = {"spoed": 0, "hoog": 1, "normaal": 2, "laag": 2}
"""What goes before what. Who can wait is not overtaken by everybody else: a place that was told may not get worse for that."""

_rank = case(RANK, value=Conversation.urgency, else_=max(RANK.values()))


def order() -> tuple[ColumnElement[Any], ...]:
    """The ORDER BY of the queue: by rank, and within one rank who waits longest first."""
    return (_rank, Conversation.queued_at.expression, Conversation.id.expression)


async def place(session: AsyncSession, conversation: Conversation) -> int:
    """The place in the queue, from 1. The conversation must be QUEUED in this transaction."""
    mine = RANK[conversation.urgency]
    before = or_(
        _rank < mine,
        and_(_rank == mine, Conversation.queued_at < conversation.queued_at),
        and_(_rank == mine, Conversation.queued_at == conversation.queued_at, Conversation.id < conversation.id),
    )
    count = await session.scalar(
        select(func.count())
        .select_from(Conversation)
        .where(Conversation.state == State.QUEUED.value, before, Conversation.id != conversation.id)
    )
    return int(count or 0) + 1


async def staff_present(session: AsyncSession, now: datetime) -> int:
    """How many members of staff can take a conversation right now, in any process."""
    return await presence.count_here(session, now)
