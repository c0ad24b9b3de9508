"""How long conversations stay: what is finished is removed with everything that was said in it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from loket.conversations.states import State
from loket.handoff.callback_follow import UNSETTLED
from loket.store.callbacks import Callback
from loket.store.erased import Forgetting
from loket.store.retention import Rule
from loket.store.schema import Conversation

DAYS = 180
BATCH = 500
"""Conversations in one transaction; the rest goes the next hour."""

FINISHED = (State.BOT.value, State.CLOSED.value)
"""A conversation that waits for a human, or that a human has, is never removed."""


def forget_after(days: int = DAYS) -> Rule:
    """The rule that removes conversations in which nothing happened for so many days; the bot engine forgets them too.

    The audit of look-ups and the figures of the day stay; they have times of their own.
    """

    async def forget(session: AsyncSession, now: datetime) -> int:
        standing = exists().where(Callback.conversation_id == Conversation.id, Callback.state.in_(UNSETTLED))
        query = (
            select(Conversation.id, Conversation.bot_session)
            .where(Conversation.updated_at < now - timedelta(days=days), Conversation.state.in_(FINISHED))
            .where(Conversation.pending == 0, ~standing)
            .order_by(Conversation.updated_at)
            .limit(BATCH)
        )
        rows = (await session.execute(query)).all()
        for conversation, last in rows:
            names = [f"{conversation}.{number}" for number in range(last + 1)]
            session.add(Forgetting(conversation=conversation, sessions=names, erased_at=now, next_at=now))
        ids = [conversation for conversation, _ in rows]
        await session.execute(delete(Conversation).where(Conversation.id.in_(ids)).execution_options(synchronize_session=False))
        return len(ids)

    return Rule("conversation", forget)
