"""Dates and birth dates: which day is meant, and whether somebody was born on it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from loket.privacy import births, explicit_dates, numeric_dates
from loket.privacy.calendar_words import WEEKDAYS
from loket.privacy.numeric_dates import DateParts, full_year
from loket.privacy.relative_dates import relative_dates
from loket.privacy.spans import Span, overlaps
from loket.privacy.tense import direction
from loket.privacy.words import Word

_UP_TO = re.compile(
    r"[\s,]*(?:tot(?: en met| aan)?|t/m|tm|t\.?e\.?m\.?|-|en|and|to|until|till|bis|und|do|до|ve|i)\s*"
    r"(?:op |de |met |zo |za |vr )*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class FoundDate:
    """A day in a message.

    Attributes:
        start, end: where it stands.
        day: the day that is meant.
        birth: whether it is given as somebody's birth date.
    """

    start: int
    end: int
    day: date
    birth: bool


def find(folded: str, words: Sequence[Word], today: date, taken: Sequence[Span]) -> list[FoundDate]:
    """Find the precise days in a folded message, outside the spans that are taken.

    A date without a year is the last one when the sentence looks back or does not say, the next one when it looks ahead, and
    the one on the right weekday when a weekday is named. Months without a day, and "vorige week", are no dates.
    """
    found: list[FoundDate] = []
    for parts, born in _written(folded, words):
        if overlaps(parts.start, parts.end, taken) or any(parts.start < f.end and f.start < parts.end for f in found):
            continue
        born = born or births.is_bare(folded, parts, taken, today)
        born = born or (parts.year is not None and births.follows_birth(folded, parts.start, found))
        day = _resolve(parts, born, words, today)
        begin = _range_start(folded, parts, found)
        if begin is not None and day is not None and parts.year is None:
            day = _first_from(begin.day, parts)
        if day is not None:
            start = _with_weekday(words, parts.start)
            found.append(FoundDate(start, parts.end, day, births.believable(folded, parts, day, born, today)))
    for first, last, day in relative_dates().find(words, today):
        start, end = words[first].start, words[last - 1].end
        if not overlaps(start, end, taken) and not any(start < f.end and f.start < end for f in found):
            born = births.announced(folded, start, end, has_year=False) and day <= today
            found.append(FoundDate(start, end, day, born))
    return sorted(found, key=lambda f: f.start)


def _written(folded: str, words: Sequence[Word]) -> Iterator[tuple[DateParts, bool]]:
    """Yield the dates with digits or month names, in order of reading, and whether a birth word stands beside them."""
    written = numeric_dates.find(folded)
    for parts in written:
        yield parts, births.announced(folded, parts.start, parts.end, has_year=parts.year is not None)
    for parts in numeric_dates.find_compact(folded):
        if births.announced(folded, parts.start, parts.end, has_year=True):
            yield parts, True
    short = {parts.start: parts for parts, _, _ in explicit_dates.find(words, short_years=True)}
    for parts, _, _ in explicit_dates.find(words):
        longer = short.get(parts.start, parts)
        born = births.announced(folded, longer.start, longer.end, has_year=longer.year is not None)
        yield (longer if born else parts), born


def _resolve(parts: DateParts, born: bool, words: Sequence[Word], today: date) -> date | None:
    if parts.year is not None:
        year = full_year(parts.year, today, born) if parts.short_year else parts.year
        return _day(year, parts)
    years = range(today.year - 8, today.year + 9)
    days = [day for year in years if (day := _day(year, parts)) is not None]
    past = max((day for day in days if day <= today), default=None)
    future = min((day for day in days if day >= today), default=None)
    if born:
        return past
    first, last = _word_range(words, parts)
    weekday = WEEKDAYS.get(words[first].key) if first < last else None
    looks = direction(words, first, last)
    if weekday is not None:
        fitting = [day for day in (past, future) if day is not None and day.weekday() == weekday]
        if len(fitting) == 1:
            return fitting[0]
    if looks == "nearest" and past is not None and future is not None:
        return future if future - today < today - past else past
    return future if looks == "future" else past


def _range_start(folded: str, parts: DateParts, found: Sequence[FoundDate]) -> FoundDate | None:
    """Return the date that a range starts with, when this one ends it ("van 3 tot 10 september")."""
    before = [other for other in found if parts.start - 30 < other.end <= parts.start]
    last = max(before, key=lambda other: other.end, default=None)
    return last if last is not None and _UP_TO.fullmatch(folded, last.end, parts.start) else None


def _first_from(begin: date, parts: DateParts) -> date | None:
    days = (_day(year, parts) for year in range(begin.year, begin.year + 9))
    return next((day for day in days if day is not None and day >= begin), None)


def _day(year: int, parts: DateParts) -> date | None:
    try:
        return date(year, parts.month, parts.day)
    except ValueError:
        return None


def _word_range(words: Sequence[Word], parts: DateParts) -> tuple[int, int]:
    """Return the range of words that a date takes, with the weekday before it."""
    inside = [i for i, word in enumerate(words) if parts.start <= word.start and word.end <= parts.end]
    if not inside:
        return 0, 0
    first = inside[0]
    while first > 0 and words[first - 1].key in (".", ",", "de", "den", "the") and first > inside[0] - 2:
        first -= 1
    if first > 0 and words[first - 1].key in WEEKDAYS:
        return first - 1, inside[-1] + 1
    return inside[0], inside[-1] + 1


def _with_weekday(words: Sequence[Word], start: int) -> int:
    """Return where a date starts when the weekday before it is taken in: "vrijdag 4 december"."""
    for position, word in enumerate(words):
        if word.start == start:
            if position and words[position - 1].key in WEEKDAYS:
                return words[position - 1].start
            break
    return start
