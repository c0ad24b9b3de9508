"""Opening hours as they are written down: a week, and days that differ (data/balie/openingstijden.yaml)."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
CLOSED = "dicht"
_SPAN = re.compile(r"\s*([01]?\d|2[0-4])[:.]([0-5]\d)\s*-\s*([01]?\d|2[0-4])[:.]([0-5]\d)\s*")

Span = tuple[time, time]
"""From and until, in Amsterdam; until midnight is `time.max`."""


def parse_day(value: object) -> tuple[Span, ...]:
    """The spans of one day: `08:30-12:00, 13:00-17:00`; none for `dicht`. Raises ValueError."""
    if isinstance(value, tuple):
        return value
    if not isinstance(value, str):
        raise ValueError("a day is a text such as 08:30-17:00, or dicht")
    if value.strip().lower() in (CLOSED, ""):
        return ()
    spans: list[Span] = []
    for part in value.split(","):
        if (found := _SPAN.fullmatch(part)) is None:
            raise ValueError(f"no time: {part.strip()}")
        hours, minutes, last_hour, last_minutes = (int(group) for group in found.groups())
        first, last = _time(hours, minutes), _time(last_hour, last_minutes)
        if first >= last or (spans and first < spans[-1][1]):
            raise ValueError(f"the times do not follow each other: {part.strip()}")
        spans.append((first, last))
    return tuple(spans)


def _time(hours: int, minutes: int) -> time:
    if hours == 24:
        if minutes:
            raise ValueError("a day ends at 24:00")
        return time.max
    return time(hours, minutes)


def write_day(spans: tuple[Span, ...]) -> str:
    """What `parse_day` reads."""
    return ", ".join(f"{_clock(first)}-{_clock(last)}" for first, last in spans) or CLOSED


def _clock(moment: time) -> str:
    return "24:00" if moment == time.max else f"{moment:%H:%M}"


Day = Annotated[tuple[Span, ...], BeforeValidator(parse_day), PlainSerializer(write_day, return_type=str)]


class Week(BaseModel):
    """The hours of each day of the week; a day that is not named is closed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    maandag: Day = ()
    dinsdag: Day = ()
    woensdag: Day = ()
    donderdag: Day = ()
    vrijdag: Day = ()
    zaterdag: Day = ()
    zondag: Day = ()

    def of(self, day: date) -> tuple[Span, ...]:
        """The spans of the weekday of `day`."""
        spans: tuple[Span, ...] = getattr(self, WEEKDAYS[day.weekday()])
        return spans


class SpecialDay(BaseModel):
    """A day that differs. `voor`: an organisation or a team; empty is everybody."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dag: date
    tijden: Day = ()
    reden: str = Field(default="", max_length=120)
    voor: str = Field(default="", max_length=60)


class OpeningHours(BaseModel):
    """Everything that is written down about when there is staff. Raises pydantic.ValidationError for what makes no sense."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    standaard: Week
    organisaties: dict[str, Week] = Field(default_factory=dict)
    teams: dict[str, Week] = Field(default_factory=dict)
    feestdagen: Literal["dicht", "open"] = "dicht"
    goede_vrijdag: Literal["dicht", "open"] = "dicht"
    bijzonder: tuple[SpecialDay, ...] = Field(default=(), max_length=400)

    def written(self) -> dict[str, Any]:
        """As JSON: what `model_validate` reads again."""
        return self.model_dump(mode="json")
