"""Removing what was kept long enough: an hourly job, done by one process at a time however many there are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from loket.store.engine import Store
from loket.store.looking import Looking
from loket.store.turn import Turn

log = structlog.get_logger(__name__)
NAME = "retention"
EVERY = timedelta(hours=1)
LEASE = timedelta(minutes=10)
"""After so long another process takes over from one that died half-way; a rule that is cut off is simply done again."""

LOOK_EVERY = 60.0
"""Seconds between looks whether the hour is over."""


@dataclass(frozen=True)
class Rule:
    """What must go: `apply` removes it in the given transaction and returns how many rows went."""

    name: str
    apply: Callable[[AsyncSession, datetime], Awaitable[int]]


class Retention(Looking):
    """Applies the rules.

    Args:
        store: the store.
        holder: name of this process for the lease; unique among all processes.
        rules: each is applied in a transaction of its own.
        clock: now, aware.
        look_every: seconds between looks.
    """

    failed = "retention.failed"

    def __init__(
        self, store: Store, holder: str, rules: Sequence[Rule], clock: Callable[[], datetime], look_every: float = LOOK_EVERY
    ) -> None:
        self._store, self._rules, self._clock, self.look_every = store, rules, clock, look_every
        self._turn = Turn(store, NAME, holder, EVERY, LEASE, clock)

    async def round(self) -> dict[str, int] | None:
        """Apply all rules if it is time and nobody else does; returns what went by rule, or None if it was not our turn."""
        if not await self._turn.take():
            return None
        gone = {}
        for rule in self._rules:
            async with self._store.write() as session:
                gone[rule.name] = await rule.apply(session, self._clock())
        await self._turn.done()
        if any(gone.values()):
            log.info("retention.done", **gone)
        return gone
