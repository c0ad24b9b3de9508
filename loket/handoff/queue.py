"""The queue of conversations that wait for a casemanager."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from loket.conversations.states import State
from loket.store.schema import Conversation, StaffSession

URGENCIES = ("spoed", "hoog", "normaal")
"""From most to least urgent; within one urgency the longest waiting comes first."""

PRESENT_WITHIN = timedelta(seconds=90)
"""A member of staff counts as present when the desk page was heard within this time."""

_rank = case({name: rank for rank, name in enumerate(URGENCIES)}, value=Conversation.urgency, else_=len(URGENCIES))


def order() -> tuple[ColumnElement[Any], ...]:
    """The ORDER BY of the queue."""
    return (_rank, Conversation.queued_at.expression, Conversation.id.expression)


async def place(session: AsyncSession, conversation: Conversation) -> int:
    """The place in the queue, from 1. The conversation must be QUEUED in this transaction."""
    mine = URGENCIES.index(conversation.urgency)
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
    """How many members of staff have the desk open right now, in any process."""
    count = await session.scalar(
        select(func.count(func.distinct(StaffSession.staff_id))).where(StaffSession.seen_at > now - PRESENT_WITHIN)
    )
    return int(count or 0)
