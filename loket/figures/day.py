"""Counting one day from the conversations. docs/cijfers.md says what each figure means, and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, Text, and_, case, cast, distinct, exists, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from loket.conversations.model import Author
from loket.conversations.states import State
from loket.figures.waits import Waits, minutes
from loket.handoff.opening import AMSTERDAM
from loket.handoff.targets import WaitTargets
from loket.handoff.teams import SECOND
from loket.review.reasons import Reason
from loket.store.callbacks import Callback
from loket.store.desk import Team, Transfer
from loket.store.ratings import Rating
from loket.store.schema import Conversation, Message, Review, Transition

LOW = 2
"""A rating up to this is a bad one."""

HUMANS = (State.QUEUED.value, State.CALLBACK.value, State.CLAIMED.value)

Place = tuple[str, str, str]
"""Channel, team, organisation; empty where there is none."""


@dataclass
class Day:
    """The figures of one day: columns of DailyFigure, topics with their number, and minutes waited, each per place."""

    figures: dict[Place, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    topics: dict[tuple[Place, str], int] = field(default_factory=dict)
    waits: dict[Place, Waits] = field(default_factory=lambda: defaultdict(Counter))


def bounds(day: date) -> tuple[datetime, datetime]:
    """The begin of a day and that of the next, in Amsterdam: 23, 24 or 25 hours."""
    return datetime.combine(day, time(0), AMSTERDAM), datetime.combine(day + timedelta(days=1), time(0), AMSTERDAM)


async def count(session: AsyncSession, day: date, targets: WaitTargets) -> Day:
    """Count one day. Each query reads the rows of that day by an index, whatever else there is."""
    found = Day()
    start, end = bounds(day)
    started = and_(Conversation.created_at >= start, Conversation.created_at < end, _asked())
    names = ("conversations", "by_bot", "by_human", "not_helped", "reopened", "wrong_counter")
    await _add(session, found, names, _started(started))
    await _waits(session, found, start, end, targets)
    await _add(session, found, ("transferred", "refused"), _transfers(start, end))
    await _add(session, found, ("callbacks", "called", "not_reached"), _callbacks(start, end))
    await _add(session, found, ("rated", "rating_sum", "rated_low"), _ratings(start, end))
    topics = select(*_place(), Conversation.topic, func.count()).where(started, Conversation.topic.is_not(None))
    for channel, team, organisation, topic, number in await session.execute(topics.group_by(*_place(), Conversation.topic)):
        found.topics[(channel, team, organisation), topic] = number
    return found


async def _add(session: AsyncSession, found: Day, names: Iterable[str], query: Any) -> None:
    for channel, team, organisation, *values in await session.execute(query.group_by(*_place())):
        row = found.figures[channel, team, organisation]
        for name, value in zip(names, values, strict=True):
            row[name] += int(value or 0)


def _place() -> tuple[Any, Any, Any]:
    # Literal, not bound: PostgreSQL takes two parameters of the same value for different expressions in GROUP BY.
    empty: ColumnElement[str] = literal("", Text, literal_execute=True)
    return Conversation.channel, func.coalesce(Conversation.team, empty), func.coalesce(Conversation.organisation, empty)


def _asked() -> ColumnElement[bool]:
    """Somebody said something: a page that was only opened is no conversation."""
    return exists().where(Message.conversation_id == Conversation.id, Message.author == Author.CITIZEN.value)


def _went(*states: str) -> ColumnElement[bool]:
    return exists().where(Transition.conversation_id == Conversation.id, Transition.to_state.in_(states))


def _number(condition: ColumnElement[bool]) -> Any:
    return func.sum(cast(case((condition, 1), else_=0), Integer))


def _started(condition: ColumnElement[bool]) -> Any:
    handed, helped = _went(*HUMANS), _went(State.CLAIMED.value)
    return select(
        *_place(),
        func.count(),
        _number(~handed),
        _number(helped),
        _number(and_(handed, ~helped)),
        _number(Conversation.follows.is_not(None)),
        _number(wrong_counter()),
    ).where(condition)


def wrong_counter() -> ColumnElement[bool]:
    """Whether a conversation was at the wrong counter: docs/cijfers.md."""
    reasons = cast(Review.reasons, Text)
    said = exists().where(
        Review.conversation_id == Conversation.id,
        or_(reasons.contains(Reason.NOT_MEANT.value), reasons.contains(Reason.CORRECTED.value)),
    )
    to_second_line = and_(Transfer.conversation_id == Conversation.id, Transfer.to_team == Team.id, Team.line == SECOND)
    refused = exists().where(to_second_line, Transfer.state == "refused")
    organisations = (
        select(func.count(distinct(Team.organisation))).where(to_second_line, Transfer.state == "accepted").scalar_subquery()
    )
    return or_(said, refused, organisations > 1)


def _transfers(start: datetime, end: datetime) -> Any:
    return (
        select(*_place(), _number(Transfer.state == "accepted"), _number(Transfer.state == "refused"))
        .join(Conversation, Conversation.id == Transfer.conversation_id)
        .where(Transfer.answered_at >= start, Transfer.answered_at < end)
    )


def _callbacks(start: datetime, end: datetime) -> Any:
    return (
        select(*_place(), func.count(), _number(Callback.state == "done"), _number(Callback.state == "failed"))
        .join(Conversation, Conversation.id == Callback.conversation_id)
        .where(Callback.created_at >= start, Callback.created_at < end)
    )


def _ratings(start: datetime, end: datetime) -> Any:
    return (
        select(*_place(), func.count(), func.sum(Rating.score), _number(Rating.score <= LOW))
        .join(Conversation, Conversation.id == Rating.conversation_id)
        .where(Rating.at >= start, Rating.at < end)
    )


async def _waits(session: AsyncSession, found: Day, start: datetime, end: datetime, targets: WaitTargets) -> None:
    """From the queue to a human, for everybody who was helped on the day."""
    before = aliased(Transition)
    queued = (
        select(func.max(before.at))
        .where(before.conversation_id == Transition.conversation_id, before.to_state == State.QUEUED.value)
        .where(before.id < Transition.id)
        .correlate(Transition)
        .scalar_subquery()
    )
    query = (
        select(*_place(), Conversation.urgency, Transition.at, queued)
        .join(Conversation, Conversation.id == Transition.conversation_id)
        .where(Transition.at >= start, Transition.at < end)
        .where(Transition.from_state == State.QUEUED.value, Transition.to_state == State.CLAIMED.value)
    )
    for channel, team, organisation, urgency, at, since in await session.execute(query):
        if since is None:
            continue
        seconds = max(int((at - since).total_seconds()), 0)
        row = found.figures[channel, team, organisation]
        found.waits[channel, team, organisation][minutes(seconds)] += 1
        row["answered"] += 1
        row["waited_seconds"] += seconds
        row["longest_seconds"] = max(row["longest_seconds"], seconds)
        row["in_target"] += seconds <= targets.minutes(urgency) * 60
