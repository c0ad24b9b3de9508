"""Limits on attempts that hold across processes: counted in the store, by hashed subject."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from loket.store.engine import Store
from loket.store.field_keys import field_keys
from loket.store.schema import Attempt

WINDOW = timedelta(hours=1)
LIMIT = 5
"""Attempts per hour for one subject (issue 4, item 3)."""


class TooManyAttempts(Exception):
    """The limit for one of the subjects is reached."""


def subject_hashes(subject: str) -> list[str]:
    """The subject as it may be stored, the first when it is written: a number must not stand in the clear, nor be found by trying
    all numbers, so the hash needs a key (loket.store.field_keys)."""
    return field_keys().indexes(f"attempt {subject.strip().lower()}")


class Attempts:
    """Counts attempts per kind and subject over the last hour."""

    def __init__(self, store: Store, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._store, self._clock = store, clock

    async def count(self, kind: str, subjects: Sequence[str], limit: int = LIMIT) -> None:
        """Count one attempt for every subject, in one transaction.

        Raises TooManyAttempts, with nothing counted, when one of them has had `limit` already.
        """
        now = self._clock()
        hashes = [subject_hashes(subject) for subject in subjects]
        async with self._store.write() as session:
            await _alone(session, kind, [first for first, *_ in hashes])
            for values in hashes:
                had = await session.scalar(
                    select(func.count())
                    .select_from(Attempt)
                    .where(Attempt.kind == kind, Attempt.subject_hash.in_(values), Attempt.at > now - WINDOW)
                )
                if (had or 0) >= limit:
                    raise TooManyAttempts(kind)
            session.add_all([Attempt(kind=kind, subject_hash=first, at=now) for first, *_ in hashes])
            await session.execute(delete(Attempt).where(Attempt.at < now - 2 * WINDOW))

    async def take_back(self, kind: str, subjects: Sequence[str]) -> None:
        """Take back the newest attempt of each subject, after a success: failures before it keep counting.

        With `forget` here, who looks up a case of their own now and then could guess at those of others without end.
        """
        async with self._store.write() as session:
            for subject in subjects:
                newest = select(func.max(Attempt.id)).where(
                    Attempt.kind == kind, Attempt.subject_hash.in_(subject_hashes(subject))
                )
                await session.execute(delete(Attempt).where(Attempt.id == newest.scalar_subquery()))

    async def forget(self, kind: str, subjects: Sequence[str]) -> None:
        """Take back the attempts of subjects, after a success."""
        async with self._store.write() as session:
            await session.execute(
                delete(Attempt).where(
                    Attempt.kind == kind, Attempt.subject_hash.in_([each for one in subjects for each in subject_hashes(one)])
                )
            )


async def _alone(session: AsyncSession, kind: str, hashes: Sequence[str]) -> None:
    """Count one subject in one process at a time: attempts made at the same moment must not all see room for one more.

    SQLite has taken its write lock already; PostgreSQL takes a lock per subject until the end of the transaction.
    """
    if session.get_bind().dialect.name == "postgresql":
        for value in sorted(hashes):  # one order for all, so that two can not wait for each other
            await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{kind}:{value}", 0))))
