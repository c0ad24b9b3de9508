"""Messages that wait until the citizen writes: outside WhatsApp's window only templates may be sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from loket.store.schema import Message, Outbox


async def let_go(session: AsyncSession, conversation_id: str, now: datetime) -> int:
    """The citizen wrote: what was held can go; returns how many messages. The conversation is locked."""
    rows = (
        await session.execute(
            select(Outbox, Message)
            .join(Message, Message.id == Outbox.message_id)
            .where(Outbox.conversation_id == conversation_id, Outbox.state == "held")
            .with_for_update(of=Outbox)
        )
    ).all()
    for row, message in rows:
        row.state, row.next_at, row.error = "pending", now, None
        message.content = {name: value for name, value in (message.content or {}).items() if name != "failure"}
    return len(rows)
