"""Stretches of a message, and the rule that one stretch is one fact."""

from collections.abc import Iterable
from typing import NamedTuple


class Span(NamedTuple):
    """A half-open stretch of text, `[start, end)`, with the value that was read from it (empty when there is none)."""

    start: int
    end: int
    value: str = ""


def overlaps(start: int, end: int, spans: Iterable[tuple[int, ...]]) -> bool:
    """Tell whether `[start, end)` shares a character with one of the spans."""
    return any(start < span[1] and span[0] < end for span in spans)
