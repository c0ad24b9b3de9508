"""Messages that wait until the citizen writes: outside WhatsApp's window only templates may be sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from loket.conversations import journal
from loket.store.schema import Message, Outbox


async def waits(session: AsyncSession, conversation_id: str) -> bool:
    """Whether something waits for the citizen, in this conversation or one that it follows."""
    ids = await journal.chain(session, conversation_id)
    held = select(Outbox.id).where(Outbox.conversation_id.in_(ids), Outbox.state == "held")
    return await session.scalar(held.limit(1)) is not None


async def let_go(session: AsyncSession, conversation_id: str, now: datetime) -> int:
    """The citizen wrote: what was held can go, also of a conversation that was closed since; returns how many messages. The
    conversation is locked."""
    ids = await journal.chain(session, conversation_id)
    rows = (
        await session.execute(
            select(Outbox, Message)
            .join(Message, Message.id == Outbox.message_id)
            .where(Outbox.conversation_id.in_(ids), Outbox.state == "held")
            .with_for_update(of=Outbox)
        )
    ).all()
    for row, message in rows:
        row.state, row.next_at, row.error = "pending", now, None
        message.content = {name: value for name, value in (message.content or {}).items() if name != "failure"}
    return len(rows)
