"""How long things stay: days per kind of data, changed by an administrator within limits that the law or the figures set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from loket.administration.book import Invalid, Kind
from loket.store.retention import Rule


@dataclass(frozen=True)
class Period:
    """Days that a kind of data stays, as set up, and between which limits that can be changed."""

    days: int
    least: int
    most: int


class Periods:
    """The periods that count now."""

    def __init__(self, periods: Mapping[str, Period]) -> None:
        self.periods = dict(periods)
        self._changed: dict[str, int] = {}

    def days(self, name: str) -> int:
        """The days that count."""
        return self._changed.get(name, self.periods[name].days)

    def rule(self, name: str, factory: Callable[[int], Rule]) -> Rule:
        """A rule of retention that uses the days that count at the moment it is applied."""

        async def apply(session: AsyncSession, now: datetime) -> int:
            return await factory(self.days(name)).apply(session, now)

        return Rule(factory(self.days(name)).name, apply)

    def check(self, name: str, value: Any) -> int:
        """The days as they are kept. Raises Invalid."""
        if name not in self.periods:
            raise Invalid("unknown", name)
        period = self.periods[name]
        if not isinstance(value, int) or isinstance(value, bool) or not period.least <= value <= period.most:
            raise Invalid("days", f"{period.least}-{period.most}")
        return value

    def kind(self) -> Kind:
        """Periods as a kind of setting."""

        def use(values: Mapping[str, Any]) -> None:
            self._changed = {}
            for name, value in values.items():
                try:
                    self._changed[name] = self.check(name, value)
                except Invalid:
                    continue

        return Kind(check=self.check, use=use)
