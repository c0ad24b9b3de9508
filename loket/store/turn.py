"""A task that one process at a time does now and then, however many there are: taken by a lease in the table `job`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from loket.store.clock import held, is_lately
from loket.store.engine import Store
from loket.store.schema import Job


class Turn:
    """Whose turn it is.

    Args:
        store: the store.
        name: of the task, the same in all processes.
        holder: name of this process; unique among all processes.
        every: how long after it was done it is due again.
        lease: after so long another process takes over from one that died half-way.
        clock: now, aware.
    """

    def __init__(
        self, store: Store, name: str, holder: str, every: timedelta, lease: timedelta, clock: Callable[[], datetime]
    ) -> None:
        self._store, self._name, self._holder = store, name, holder
        self._every, self._lease, self._clock = every, lease, clock

    async def take(self) -> bool:
        """Whether it is due and now ours; of processes that try together one gets it."""
        return await self._due() and await self._taken()

    async def _due(self) -> bool:
        """A look without the write lock: most looks end here."""
        async with self._store.read() as session:
            return self._free(await session.get(Job, self._name))

    async def _taken(self) -> bool:
        try:
            async with self._store.write() as session:
                job = await session.get(Job, self._name, with_for_update=True)
                if not self._free(job):
                    return False
                if job is None:
                    job = Job(name=self._name)
                    session.add(job)
                job.holder, job.held_until = self._holder, self._clock() + self._lease
        except IntegrityError:  # the very first time, another process made the row between our look and our write
            return False
        return True

    async def done(self) -> None:
        """It was done; nothing when another process has taken over."""
        async with self._store.write() as session:
            job = await session.get(Job, self._name, with_for_update=True)
            if job is not None and job.holder == self._holder:
                job.holder, job.held_until, job.done_at = None, None, self._clock()

    def _free(self, job: Job | None) -> bool:
        if job is None:
            return True
        now = self._clock()
        done = job.done_at is not None and is_lately(job.done_at, now, self._every)
        return not done and not held(job.held_until, now, self._lease)
