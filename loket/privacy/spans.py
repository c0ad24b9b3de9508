"""Stretches of a message, and the rule that one stretch is one fact."""

from collections.abc import Iterable
from typing import NamedTuple, Protocol


class Stretch(Protocol):
    """Anything that stands somewhere in a message, `[start, end)`."""

    @property
    def start(self) -> int:
        """Offset of the first character."""
        ...

    @property
    def end(self) -> int:
        """Offset after the last character."""
        ...


class Span(NamedTuple):
    """A stretch of text with the value that was read from it (empty when there is none)."""

    start: int
    end: int
    value: str = ""


def overlaps(start: int, end: int, others: Iterable[Stretch]) -> bool:
    """Tell whether `[start, end)` shares a character with one of the others."""
    return any(start < other.end and other.start < end for other in others)
