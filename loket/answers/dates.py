"""Dates and hours as people say them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

_MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)
_WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
_NEAR = ("vandaag", "morgen")


def in_words(day: date) -> str:
    """`7 januari 2027`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def near_in_words(day: date, today: date) -> str:
    """`vandaag`, `morgen`, or `maandag 30 november`; with the year where it is not this year's or the next months'."""
    away = (day - today).days
    if 0 <= away < len(_NEAR):
        return _NEAR[away]
    words = f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"
    return words if timedelta(0) <= day - today < timedelta(days=180) else f"{words} {day.year}"


def clock_in_words(moment: datetime) -> str:
    """`8.30`, `17.00` (the caller says uur), in the zone of the moment."""
    return f"{moment.hour}.{moment.minute:02}"
