"""How fast one sender may send, counted in the database for all processes together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from channels.registry import DeliveryFailed
from loket.store.clock import held
from loket.store.engine import Store
from loket.store.partners import SenderSlot

LONGEST_WAIT = timedelta(seconds=3)
"""Who would have to wait longer goes back to the outbox, and keeps no worker busy."""

LONGEST_REST = timedelta(minutes=5)
"""So long a sender rests at most, whatever the provider asks: then it is tried again."""


class Rate:
    """Hands out moments to send."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock

    async def turn(self, sender: str, per_second: float) -> None:
        """Wait for the next free moment of a sender. Raises DeliveryFailed (not counted) when it is far away."""
        try:
            wait = await self._reserve(sender, per_second)
        except IntegrityError:  # another process made the row just now
            wait = await self._reserve(sender, per_second)
        await asyncio.sleep(wait.total_seconds())

    async def _reserve(self, sender: str, per_second: float) -> timedelta:
        now = self._clock()
        async with self._store.write(brief=True) as session:
            row = await session.get(SenderSlot, sender, with_for_update=True)
            if row is None:
                row = SenderSlot(sender=sender, next_at=now)
                session.add(row)
            start = row.next_at if held(row.next_at, now, LONGEST_REST) else now
            if start - now > LONGEST_WAIT:
                raise DeliveryFailed("rate", permanent=False, after=start - now, counts=False)
            row.next_at = start + timedelta(seconds=1 / per_second)
            return start - now

    async def rest(self, sender: str, seconds: float) -> None:
        """The provider asks this sender to wait."""
        until = self._clock() + min(timedelta(seconds=seconds), LONGEST_REST)
        async with self._store.write(brief=True) as session:
            row = await session.get(SenderSlot, sender, with_for_update=True)
            if row is not None:
                row.next_at = max(row.next_at, until)
