"""How long the number of who was called stays."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from loket.store.callbacks import Callback
from loket.store.retention import Rule


def forget_numbers(days: int) -> Rule:
    """The rule that wipes numbers `days` after the call-back was settled; the rest of the row goes with its conversation."""

    async def forget(session: AsyncSession, now: datetime) -> int:
        done = await session.execute(
            update(Callback)
            .where(Callback.number.is_not(None), Callback.settled_at < now - timedelta(days=days))
            .values(number=None)
            .execution_options(synchronize_session=False)
        )
        return int(done.rowcount)  # type: ignore[attr-defined]

    return Rule("callback_number", forget)
