"""When somebody wants to be called: from words ("morgenochtend", "maandag na 17 uur") to a stretch of time that we can keep."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from loket.handoff.callback_rules import CallbackRules
from loket.handoff.opening import AMSTERDAM, Opening
from loket.privacy.calendar_words import WEEKDAYS
from loket.privacy.extraction import extract
from loket.understanding.patterns import fold

SHORTEST = timedelta(minutes=30)
"""A shorter stretch of time is no promise that anybody can keep."""

_CLOCK = r"(?P<{0}>[01]?\d|2[0-3])(?:[:.u](?P<{0}m>[0-5]\d))?(?: ?(?:uur|u|h|:00))?"
_BETWEEN = re.compile(
    rf"\b(?:tussen|van|between|from)(?: de)? {_CLOCK.format('a')} ?(?:en|tot|-|and|to|a) ?{_CLOCK.format('b')}\b"
)
_AFTER = re.compile(rf"\b(?:na|vanaf|later dan|after|from)(?: de)? {_CLOCK.format('a')}\b")
_BEFORE = re.compile(rf"\b(?:voor|tot|uiterlijk|before|until)(?: de)? {_CLOCK.format('a')}(?= ?(?:uur|u)\b|\b)")
_AT = re.compile(
    rf"(?:\b(?:om|rond|at)(?: een uur of)? {_CLOCK.format('a')}\b"
    r"|\b(?P<c>[01]?\d|2[0-3])(?:[:.](?P<cm>[0-5]\d))? ?(?:uur|u)\b)"
)
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Window:
    """A stretch of time, aware: from `start` until `end`."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Wish:
    """What somebody said about the moment; everything None means: as soon as possible."""

    day: date | None = None
    first: time | None = None
    last: time | None = None


def read_wish(text: str, now: datetime, rules: CallbackRules) -> Wish | None:
    """What a message says about when; None when it says nothing about it.

    A bare weekday is the next one; an hour up to six is in the afternoon ("om 2 uur"), for nobody calls at night.
    """
    today = now.astimezone(AMSTERDAM).date()
    folded = fold(text)
    day = _day(rules.sentence.format(woorden=text), folded, today)
    first, last = _hours(folded)
    if first is None and last is None and (part := rules.part_words.first(folded)) is not None:
        first, last = rules.parts[part]
    if day is None and first is None and last is None:
        return Wish() if rules.soon.found(folded) else None
    return Wish(day, first, last)


def _day(text: str, folded: str, today: date) -> date | None:
    for entity in extract(text, today):
        if entity.kind == "datum":
            return _to_come(date.fromisoformat(str(entity.value)), today)
    for word in _WORD.findall(folded):
        # "di", "do" and "wo" are too short to be sure of; the longer names are in the table of the extraction.
        if len(word) > 3 and word in WEEKDAYS:
            return today + timedelta(days=(WEEKDAYS[word] - today.weekday() - 1) % 7 + 1)
    return None


def _to_come(day: date, today: date) -> date | None:
    """The day, or a year later: of a date without a year the extraction takes the one behind us."""
    if day >= today:
        return day
    try:
        later = day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return None
    return later if today <= later and today - day > timedelta(days=30) else None


def _hours(folded: str) -> tuple[time | None, time | None]:
    if found := _BETWEEN.search(folded):
        first, last = _time(found["a"], found["am"]), _time(found["b"], found["bm"])
        return (first, last) if first < last else (last, first)
    if found := _AFTER.search(folded):
        return _time(found["a"], found["am"]), None
    if found := _BEFORE.search(folded):
        return None, _time(found["a"], found["am"])
    if found := _AT.search(folded):
        at = _time(found["a"] or found["c"], found["am"] or found["cm"])
        return at, time(min(at.hour + 1, 23), at.minute)
    return None, None


def _time(hours: str, minutes: str | None) -> time:
    hour = int(hours)
    return time(hour + 12 if 1 <= hour <= 6 else hour, int(minutes or 0))


def windows(
    wish: Wish, now: datetime, opening: Opening, rules: CallbackRules, organisation: str | None = None, team: str | None = None
) -> Iterator[Window]:
    """The stretches of opening time that fit a wish, in order, from the rules' lead time on."""
    earliest = now.astimezone(AMSTERDAM) + rules.lead
    for first, last in opening.spans(earliest, organisation, team, days=rules.days_ahead + 1):
        day = first.date()
        if wish.day is not None and day != wish.day:
            continue
        start = max(first, earliest, datetime.combine(day, wish.first or time(0), AMSTERDAM))
        end = min(last, datetime.combine(day, wish.last, AMSTERDAM)) if wish.last else last
        if end - start >= SHORTEST:
            yield Window(_round_up(start), end)


def slots(
    now: datetime, opening: Opening, rules: CallbackRules, organisation: str | None = None, team: str | None = None
) -> Iterator[Window]:
    """The parts of days that can be offered, in order."""
    for window in windows(Wish(), now, opening, rules, organisation, team):
        for first, last in rules.parts.values():
            start = max(window.start, datetime.combine(window.start.date(), first, AMSTERDAM))
            end = min(window.end, datetime.combine(window.start.date(), last, AMSTERDAM))
            if end - start >= SHORTEST:
                yield Window(start, end)


def _round_up(moment: datetime) -> datetime:
    """To the next quarter of an hour: people do not promise 14.07."""
    over = moment.minute % 15
    whole = moment.replace(second=0, microsecond=0)
    return whole + timedelta(minutes=15 - over) if over or whole < moment else whole
