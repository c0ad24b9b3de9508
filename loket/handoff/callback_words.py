"""Moments in the words of citizens and staff: `maandag 30 november tussen 8.30 en 12.00 uur`."""

from __future__ import annotations

from datetime import datetime

from loket.answers.compose import Composer
from loket.answers.dates import clock_in_words, near_in_words
from loket.handoff.moments import Window
from loket.handoff.opening import AMSTERDAM


def window(composer: Composer, window: Window, now: datetime) -> str:
    """A stretch of time, as part of a sentence."""
    start, end = window.start.astimezone(AMSTERDAM), window.end.astimezone(AMSTERDAM)
    day = near_in_words(start.date(), now.astimezone(AMSTERDAM).date())
    return composer.texts.line("tijd.tussen", dag=day, van=clock_in_words(start), tot=clock_in_words(end))


def moment(composer: Composer, at: datetime, now: datetime) -> str:
    """A moment, as part of a sentence: `morgen om 8.30 uur`."""
    local = at.astimezone(AMSTERDAM)
    day = near_in_words(local.date(), now.astimezone(AMSTERDAM).date())
    return composer.texts.line("tijd.om", dag=day, uur=clock_in_words(local))
