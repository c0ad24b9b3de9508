"""Quiet hours: nobody is woken by a message that can wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@dataclass(frozen=True)
class QuietHours:
    """From `evening` to `morning` in Amsterdam nothing is sent; the same hour twice means never quiet."""

    evening: time = time(21)
    morning: time = time(8)

    @classmethod
    def parse(cls, value: str) -> QuietHours:
        """From `21-8` (VERBONDEN_QUIET_HOURS); empty is the default. Raises ValueError."""
        if not value:
            return cls()
        evening, morning = value.split("-")
        return cls(time(int(evening)), time(int(morning)))

    def not_before(self, moment: datetime) -> datetime:
        """The first moment from `moment` (aware) at which a message may be sent: itself, or the end of the quiet hours."""
        local = moment.astimezone(AMSTERDAM)
        now = local.time()
        if self.evening < self.morning:
            quiet = self.evening <= now < self.morning
        else:
            quiet = self.evening != self.morning and (now >= self.evening or now < self.morning)
        if not quiet:
            return moment
        day = local.date() + timedelta(days=1 if now >= self.morning else 0)
        return datetime.combine(day, self.morning, AMSTERDAM)
