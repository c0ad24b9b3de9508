"""When there is somebody: opening hours per organisation and team, with the Dutch holidays.

Pure but for the file; what an administrator changed on the screen comes in through `Opening.use`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays
import yaml

from loket.handoff.hours import OpeningHours, Span

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
AHEAD = 400
"""Days that are looked at for the next opening; who is closed longer than a year has no opening."""

GOOD_FRIDAY = "Goede vrijdag"


class Opening:
    """Answers when there is somebody. Moments are aware; answers are in the time of Amsterdam.

    The hours of a team go before those of its organisation, and those before the standard ones.
    """

    def __init__(self, hours: OpeningHours) -> None:
        self.hours = hours

    @classmethod
    def load(cls, path: Path) -> Opening:
        """Read `data/balie/openingstijden.yaml`. Raises pydantic.ValidationError for what makes no sense."""
        return cls(OpeningHours.model_validate(yaml.safe_load(path.read_text(encoding="utf-8"))))

    def use(self, hours: OpeningHours) -> None:
        """From now on these hours."""
        self.hours = hours

    def is_open(self, now: datetime, organisation: str | None = None, team: str | None = None) -> bool:
        """Whether it is open now."""
        return any(first <= now < last for first, last in self._of_day(_day(now), organisation, team))

    def next_opening(self, now: datetime, organisation: str | None = None, team: str | None = None) -> datetime | None:
        """When it opens; `now` when it is open, None when it stays closed for more than a year."""
        return next((max(first, now.astimezone(AMSTERDAM)) for first, _ in self.spans(now, organisation, team)), None)

    def closes(self, now: datetime, organisation: str | None = None, team: str | None = None) -> datetime | None:
        """When it closes today; None when it is closed now."""
        return next((last for first, last in self._of_day(_day(now), organisation, team) if first <= now < last), None)

    def spans(
        self, start: datetime, organisation: str | None = None, team: str | None = None, days: int = AHEAD
    ) -> Iterator[tuple[datetime, datetime]]:
        """The stretches of time in which it is open and that end after `start`, in order; the first may have begun."""
        first_day = _day(start)
        for later in range(days):
            for first, last in self._of_day(first_day + timedelta(days=later), organisation, team):
                if last > start:
                    yield first, last

    def why_closed(self, day: date, organisation: str | None = None, team: str | None = None) -> str:
        """The name of the holiday, or the reason of the special day; empty for an ordinary day."""
        for special in self.hours.bijzonder:
            if special.dag == day and special.voor in ("", organisation, team):
                return special.reden
        return self._holiday(day) or ""

    def _of_day(self, day: date, organisation: str | None, team: str | None) -> list[tuple[datetime, datetime]]:
        return [(_at(day, first), _at(day, last)) for first, last in self._written(day, organisation, team)]

    def _written(self, day: date, organisation: str | None, team: str | None) -> tuple[Span, ...]:
        specials = {special.voor: special.tijden for special in self.hours.bijzonder if special.dag == day}
        for who in (team, organisation, ""):
            if who is not None and who in specials:
                return specials[who]
        if self._holiday(day):
            return ()
        week = self.hours.teams.get(team or "") or self.hours.organisaties.get(organisation or "") or self.hours.standaard
        return week.of(day)

    def _holiday(self, day: date) -> str | None:
        name = dutch_holidays(day.year).get(day)
        if name is None or self.hours.feestdagen == "open":
            return None
        return None if name == GOOD_FRIDAY and self.hours.goede_vrijdag == "open" else name


@lru_cache(maxsize=16)
def dutch_holidays(year: int) -> dict[date, str]:
    """The official holidays of a year with their Dutch names; Liberation Day counts once in five years."""
    return dict(holidays.country_holidays("NL", years=year, language="nl").items())


def _day(moment: datetime) -> date:
    return moment.astimezone(AMSTERDAM).date()


def _at(day: date, moment: time) -> datetime:
    if moment == time.max:
        return datetime.combine(day + timedelta(days=1), time(0), AMSTERDAM)
    return datetime.combine(day, moment, AMSTERDAM)
