"""Keeping the figures of each day: counted anew as long as a day can still change, then left as they are.

The counted days stay when retention removes the conversations they came from.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from loket.figures.day import Day, count
from loket.handoff.opening import AMSTERDAM
from loket.handoff.targets import WaitTargets
from loket.store.engine import Store
from loket.store.figures import DailyFigure, DailyTopic, DailyWait
from loket.store.looking import Looking
from loket.store.schema import Conversation
from loket.store.turn import Turn

NAME = "figures"
EVERY = timedelta(minutes=30)
LEASE = timedelta(minutes=10)
LOOK_EVERY = 60.0

OPEN_DAYS = 7
"""So many days a day is counted anew: ratings, corrections and refusals come late."""

CATCH_UP = 31
"""So many days are made up for in one round after the product stood still."""

COLUMNS = [c.name for c in DailyFigure.__table__.columns if not c.primary_key]


class Keeper(Looking):
    """Counts days, in one process at a time however many there are."""

    failed = "figures.failed"

    def __init__(
        self,
        store: Store,
        targets: WaitTargets,
        holder: str,
        clock: Callable[[], datetime],
        look_every: float = LOOK_EVERY,
    ) -> None:
        self._store, self._targets, self._clock, self.look_every = store, targets, clock, look_every
        self._turn = Turn(store, NAME, holder, EVERY, LEASE, clock)

    async def round(self) -> list[date]:
        """Count what can still change and what was missed, if it is our turn; returns the days."""
        if not await self._turn.take():
            return []
        days = await self._due()
        for day in days:
            async with self._store.read() as session:
                found = await count(session, day, self._targets)
            async with self._store.write() as session:
                await keep(session, day, found)
        await self._turn.done()
        return days

    async def _due(self) -> list[date]:
        today = self._clock().astimezone(AMSTERDAM).date()
        async with self._store.read() as session:
            last = await session.scalar(select(func.max(DailyFigure.day)))
            first = await session.scalar(select(func.min(Conversation.created_at)))
        if first is None:
            return []
        since = max(first.astimezone(AMSTERDAM).date(), (last or first.astimezone(AMSTERDAM).date()) - timedelta(days=OPEN_DAYS))
        since = min(since, max(today - timedelta(days=OPEN_DAYS), first.astimezone(AMSTERDAM).date()))
        days = [since + timedelta(days=n) for n in range((today - since).days + 1)]
        return days[:CATCH_UP]


async def keep(session: AsyncSession, day: date, found: Day) -> None:
    """Put the figures of a day in the place of what was kept of it, in this transaction."""
    for table in (DailyFigure, DailyTopic, DailyWait):
        await session.execute(delete(table).where(table.day == day).execution_options(synchronize_session=False))
    rows = [
        {"day": day, "channel": channel, "team": team, "organisation": organisation, **{c: row.get(c, 0) for c in COLUMNS}}
        for (channel, team, organisation), row in found.figures.items()
    ]
    topics = [
        {"day": day, "channel": channel, "team": team, "organisation": organisation, "topic": topic, "conversations": number}
        for ((channel, team, organisation), topic), number in found.topics.items()
    ]
    waits = [
        {"day": day, "channel": channel, "team": team, "organisation": organisation, "minutes": waited, "conversations": number}
        for (channel, team, organisation), spread in found.waits.items()
        for waited, number in spread.items()
    ]
    if not rows:  # a day on which nothing happened is counted too: the next round need not look again
        empty = {"day": day, "channel": "", "team": "", "organisation": "", **dict.fromkeys(COLUMNS, 0)}
        rows = [empty]
    await session.execute(insert(DailyFigure), rows)
    if topics:
        await session.execute(insert(DailyTopic), topics)
    if waits:
        await session.execute(insert(DailyWait), waits)
