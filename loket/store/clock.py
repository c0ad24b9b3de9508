"""Moments of the store, read by a clock that may have been put back since they were written, or that differs a little.

A moment further ahead than its kind can lie was written before the clock was put back. Taken at its word it would keep work
waiting for as long as the clock was wrong: the lease of a process that died, an answer to be tried again, a presence that ended.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import InstrumentedAttribute

SKEW = timedelta(seconds=10)
"""So far the clocks of two machines of one installation may differ; NTP keeps them within a second."""

Moment = InstrumentedAttribute[Any]


def held(until: datetime | None, now: datetime, longest: timedelta) -> bool:
    """Whether a hold that lasts `longest` at most still counts."""
    return until is not None and now < until <= now + longest + SKEW


def has_come(at: Moment, now: datetime, longest: timedelta) -> ColumnElement[bool]:
    """Whether a wait or hold until `at`, of `longest` at most, is over."""
    return or_(at <= now, at > now + longest + SKEW)


def is_lately(moment: datetime, now: datetime, within: timedelta) -> bool:
    """Whether it happened less than `within` ago."""
    return now - within < moment <= now + SKEW


def lately(moment: Moment, now: datetime, within: timedelta) -> ColumnElement[bool]:
    """As `is_lately`, of a column."""
    return and_(moment > now - within, moment <= now + SKEW)
