"""Dates as people say them."""

from __future__ import annotations

from datetime import date

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


def in_words(day: date) -> str:
    """`7 januari 2027`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
