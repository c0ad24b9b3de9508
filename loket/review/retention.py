"""How long rows stay on the review list."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from loket.store.retention import Rule
from loket.store.schema import Review

DAYS = 90
"""Days after which a row is removed, answered or not (VERBONDEN_REVIEW_DAYS)."""


def forget_after(days: int = DAYS) -> Rule:
    """The rule that removes rows of the review list `days` after they were made."""

    async def forget(session: AsyncSession, now: datetime) -> int:
        done = await session.execute(
            delete(Review).where(Review.created_at < now - timedelta(days=days)).execution_options(synchronize_session=False)
        )
        return int(done.rowcount)  # type: ignore[attr-defined]

    return Rule("review", forget)
