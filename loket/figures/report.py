"""Reading figures: a stretch of days as totals, per day and per topic, and how it stands at this moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from loket.conversations.states import HUMAN_OWNED, State
from loket.figures import waits
from loket.figures.day import Day, Place, count
from loket.figures.keeper import COLUMNS
from loket.figures.waits import Waits
from loket.handoff import queue
from loket.handoff.callback_follow import UNSETTLED
from loket.handoff.opening import AMSTERDAM
from loket.handoff.targets import WaitTargets
from loket.store.callbacks import Callback
from loket.store.engine import Store
from loket.store.figures import DailyFigure, DailyTopic, DailyWait
from loket.store.schema import Conversation

LONGEST_RANGE = 400
"""Days that one report may cover."""

TOPICS = 15
FRESH = timedelta(seconds=20)
"""So long the figures of today are used again: many leaders look, one counts."""


class BadRange(ValueError):
    """The last day is before the first, or the stretch is too long."""


@dataclass(frozen=True)
class Filter:
    """Only this channel, team or organisation; None is all."""

    channel: str | None = None
    team: str | None = None
    organisation: str | None = None

    def fits(self, place: Place) -> bool:
        """Whether a place passes."""
        return all(wanted is None or wanted == is_ for wanted, is_ in zip((self.channel, self.team, self.organisation), place))

    def clauses(self, table: Any) -> list[ColumnElement[bool]]:
        """The same as conditions on a table with these columns."""
        wanted = {"channel": self.channel, "team": self.team, "organisation": self.organisation}
        return [getattr(table, name) == value for name, value in wanted.items() if value is not None]


@dataclass(frozen=True)
class Report:
    """Figures of a stretch of days; a `figures` mapping has the columns of DailyFigure and those of `waits.NAMES`."""

    days: list[tuple[date, Mapping[str, int]]]
    totals: Mapping[str, int]
    by_channel: list[tuple[str, Mapping[str, int]]]
    by_team: list[tuple[str, Mapping[str, int]]]
    topics: list[tuple[str, str, int]]


@dataclass(frozen=True)
class Now:
    """How it stands: waiting per urgency with the moment since when the longest waits, helped, present, calls."""

    waiting: Mapping[str, tuple[int, datetime]]
    late: int
    helped: int
    present: int
    calls: int
    calls_late: int


class Figures:
    """Answers. `clock` is aware."""

    def __init__(self, store: Store, targets: WaitTargets, clock: Callable[[], datetime]) -> None:
        self._store, self._targets, self._clock = store, targets, clock
        self._today: tuple[datetime, date, Day] | None = None

    async def report(self, first: date, last: date, only: Filter) -> Report:
        """The figures from `first` to `last`; today is counted at this moment. Raises BadRange."""
        if not 0 <= (last - first).days < LONGEST_RANGE:
            raise BadRange
        today = self._clock().astimezone(AMSTERDAM).date()
        async with self._store.read() as session:
            rows = [(day, place, figures) for day, place, figures in await _kept(session, first, min(last, today - _ONE), only)]
            topics = await _topics(session, first, min(last, today - _ONE), only)
            spread = await waits.kept(session, first, min(last, today - _ONE), only.clauses(DailyWait))
            if first <= today <= last:
                live = await self._count_today(session, today)
                rows += [(today, place, figures) for place, figures in live.figures.items() if only.fits(place)]
                spread += [
                    (today, place[0], place[1], waited, number)
                    for place, found in live.waits.items()
                    if only.fits(place)
                    for waited, number in found.items()
                ]
                for (place, topic), number in live.topics.items():
                    if only.fits(place):
                        topics[place[2], topic] = topics.get((place[2], topic), 0) + number
        days = {first + timedelta(days=n): _zero() for n in range((min(last, today) - first).days + 1)}
        channels: dict[str, dict[str, int]] = {}
        teams: dict[str, dict[str, int]] = {}
        totals = _zero()
        for day, (channel, team, _), figures in rows:
            of_channel, of_team = channels.setdefault(channel, _zero()), teams.setdefault(team, _zero())
            for into in (days.setdefault(day, _zero()), of_channel, of_team, totals):
                _sum(into, figures)
        _spread(spread, days, channels, teams, totals)
        best = sorted(topics.items(), key=lambda each: (-each[1], each[0]))[:TOPICS]
        return Report(
            sorted(days.items()),
            totals,
            [each for each in sorted(channels.items()) if each[0]],
            sorted(teams.items()),
            [(topic, organisation, number) for (organisation, topic), number in best],
        )

    async def now(self, only: Filter) -> Now:
        """How it stands at this moment, by the index on the state of conversations."""
        now = self._clock()
        chosen = only.clauses(Conversation)
        async with self._store.read() as session:
            waiting: dict[str, tuple[int, datetime]] = {}
            late = 0
            query = select(Conversation.urgency, func.count(), func.min(Conversation.queued_at))
            query = query.where(Conversation.state == State.QUEUED.value, Conversation.queued_at.is_not(None), *chosen)
            for urgency, number, since in await session.execute(query.group_by(Conversation.urgency)):
                waiting[urgency] = (number, since or now)
            for urgency in waiting:
                limit = now - timedelta(minutes=self._targets.minutes(urgency))
                late += await _number(
                    session,
                    Conversation,
                    Conversation.state == State.QUEUED.value,
                    Conversation.urgency == urgency,
                    Conversation.queued_at < limit,
                    *chosen,
                )
            helped = await _number(session, Conversation, Conversation.state.in_([s.value for s in HUMAN_OWNED]), *chosen)
            standing = and_(
                Callback.state.in_(UNSETTLED), Callback.conversation_id.in_(select(Conversation.id).where(*chosen))
            )
            calls = await _number(session, Callback, standing)
            calls_late = await _number(session, Callback, standing, Callback.due_at < now)
            return Now(waiting, late, helped, await queue.staff_present(session, now), calls, calls_late)

    async def _count_today(self, session: AsyncSession, today: date) -> Day:
        now = self._clock()
        if self._today is None or self._today[1] != today or now - self._today[0] > FRESH:
            self._today = (now, today, await count(session, today, self._targets))
        return self._today[2]


_ONE = timedelta(days=1)


def _zero() -> dict[str, int]:
    return dict.fromkeys((*COLUMNS, *waits.NAMES), 0)


def _spread(
    rows: Iterable[tuple[date, str, str, int, int]],
    days: dict[date, dict[str, int]],
    channels: dict[str, dict[str, int]],
    teams: dict[str, dict[str, int]],
    totals: dict[str, int],
) -> None:
    """Work out what half and nine of ten waited, for each day, channel and team and for all."""
    spreads: dict[int, tuple[dict[str, int], Waits]] = {}
    for day, channel, team, waited, number in rows:
        for into in (days.get(day), channels.get(channel), teams.get(team), totals):
            if into is not None:
                spreads.setdefault(id(into), (into, Waits()))[1][waited] += number
    for into, spread in spreads.values():
        into.update(waits.worked_out(spread))


def _sum(into: dict[str, int], figures: Mapping[str, int]) -> None:
    for name in COLUMNS:
        value = figures.get(name, 0)
        into[name] = max(into[name], value) if name == "longest_seconds" else into[name] + value


async def _kept(
    session: AsyncSession, first: date, last: date, only: Filter
) -> Iterable[tuple[date, Place, Mapping[str, int]]]:
    values = [
        (func.max if name == "longest_seconds" else func.sum)(getattr(DailyFigure, name)).label(name) for name in COLUMNS
    ]
    query = (
        select(DailyFigure.day, DailyFigure.channel, DailyFigure.team, *values)
        .where(DailyFigure.day >= first, DailyFigure.day <= last, *only.clauses(DailyFigure))
        .group_by(DailyFigure.day, DailyFigure.channel, DailyFigure.team)
    )
    return [
        (row.day, (row.channel, row.team, ""), {name: int(getattr(row, name) or 0) for name in COLUMNS})
        for row in await session.execute(query)
    ]


async def _topics(session: AsyncSession, first: date, last: date, only: Filter) -> dict[tuple[str, str], int]:
    query = (
        select(DailyTopic.organisation, DailyTopic.topic, func.sum(DailyTopic.conversations))
        .where(DailyTopic.day >= first, DailyTopic.day <= last, *only.clauses(DailyTopic))
        .group_by(DailyTopic.organisation, DailyTopic.topic)
    )
    return {(organisation, topic): int(number) for organisation, topic, number in await session.execute(query)}


async def _number(session: AsyncSession, table: Any, *conditions: ColumnElement[bool]) -> int:
    return int(await session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0)
