"""How long people waited, and how that is spread: an average hides who waited longest, and percentiles of days do not add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from math import ceil
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from loket.store.figures import DailyWait

MEDIAN, P90 = 0.5, 0.9
NAMES = ("wait_median", "wait_p90")
"""Columns that are worked out: minutes within which half, and nine of ten, were helped."""

Waits = Counter[int]
"""How many waited so many minutes, rounded up."""


def minutes(seconds: int) -> int:
    """Minutes, rounded up."""
    return ceil(seconds / 60)


def within(waits: Mapping[int, int], share: float) -> int:
    """Minutes within which this share was helped (nearest rank); 0 when nobody waited."""
    rank, seen = ceil(share * sum(waits.values())), 0
    for waited in sorted(waits):
        seen += waits[waited]
        if seen >= rank:
            return waited
    return 0


def worked_out(waits: Mapping[int, int]) -> dict[str, int]:
    """The columns of NAMES."""
    return dict(zip(NAMES, (within(waits, MEDIAN), within(waits, P90)), strict=True))


async def kept(
    session: AsyncSession, first: date, last: date, clauses: list[ColumnElement[bool]]
) -> list[tuple[date, str, str, int, int]]:
    """Day, channel, team, minutes and number, as they were kept."""
    query: Any = (
        select(DailyWait.day, DailyWait.channel, DailyWait.team, DailyWait.minutes, func.sum(DailyWait.conversations))
        .where(DailyWait.day >= first, DailyWait.day <= last, *clauses)
        .group_by(DailyWait.day, DailyWait.channel, DailyWait.team, DailyWait.minutes)
    )
    return [(day, channel, team, waited, int(number)) for day, channel, team, waited, number in await session.execute(query)]
