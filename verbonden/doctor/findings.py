"""What an examination finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Level(Enum):
    """How bad it is."""

    GOOD = "good"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One fact about the installation.

    Attributes:
        level: WRONG makes the exit code 1.
        subject: what it is about.
        sentence: how it stands.
        advice: what to do about it; empty when nothing needs doing.
    """

    level: Level
    subject: str
    sentence: str
    advice: str = ""


def good(subject: str, sentence: str) -> Finding:
    """Nothing needs doing."""
    return Finding(Level.GOOD, subject, sentence)


def note(subject: str, sentence: str, advice: str = "") -> Finding:
    """Worth knowing; it works."""
    return Finding(Level.NOTE, subject, sentence, advice)


def wrong(subject: str, sentence: str, advice: str) -> Finding:
    """Does not work, or must not stay so."""
    return Finding(Level.WRONG, subject, sentence, advice)
