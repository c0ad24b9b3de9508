"""What is heard in the words of a conversation as a whole: names of organisations, time that runs out, hindrance, danger."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from loket.privacy.extraction import extract
from loket.understanding.crisis import CrisisGate
from loket.understanding.patterns import PatternGroups, read
from loket.understanding.signals import Signals

SENTENCE = re.compile(r"(?<=[.!?])\s+(?=\S)|\n+")
ASKS = "wens"
"""Field of the summary for a sentence in which the citizen asks or wants something."""

SOON = timedelta(days=16)
"""A last day that is nearer than this presses: about the time that a letter, an answer and a second letter take."""

JUST, PAST = timedelta(days=30), timedelta(days=180)
"""A last day that passed longer ago than the first is history; one that others promised, longer ago than the second."""

NEXT_DAYS = timedelta(days=10)
"""Any day that is nearer than this presses when something is in the way of it."""

PRESSING, HINDRANCE, NO_HASTE = "nu", "hinder", "geen_haast"
LAST_DAY, APPOINTMENT, MISSED = "termijn", "afspraak", "gemist"
DROPS, GOES_ON = "laat_maar", "iets_anders"

GATE, SIGNALS, WEIGHING = "crisis/poort.yaml", "overdracht/signalen.yaml", "overdracht/weging.yaml"


@dataclass(frozen=True)
class Cues:
    """The cues of `data/overdracht`, and the crisis gate.

    Args:
        signals: signals for maatwerk, emotions, and the kinds of sentences.
        gate: hears cries for help.
        named: patterns with which an organisation is called by its name.
        urgency: patterns by kind (`nu`, `hinder`, `geen_haast`, `termijn`, `afspraak`, `gemist`).
        turns: patterns of words with which a subject is dropped (`laat_maar`), or left for another (`iets_anders`).
    """

    signals: Signals
    gate: CrisisGate
    named: PatternGroups
    urgency: PatternGroups
    turns: PatternGroups

    @classmethod
    def load(cls, data: Path) -> Cues:
        """Read the files in `data`, once in a process for each state of them. Raises InvalidPatterns."""
        gate, *own = (data / name for name in (GATE, SIGNALS, WEIGHING))
        return _compiled(CrisisGate.load(gate), *((path, path.stat().st_mtime_ns) for path in own))

    def asks(self, text: str) -> bool:
        """Whether something is asked or wanted in one of the sentences."""
        return any(self.signals.field(sentence) == ASKS for sentence in SENTENCE.split(text.strip()))

    def drops(self, text: str) -> bool:
        """Whether what was asked before needs no answer any more."""
        return DROPS in self.turns.found(text)

    def goes_on(self, text: str) -> bool:
        """Whether the citizen goes on to another subject."""
        return GOES_ON in self.turns.found(text)

    def time_runs_out(self, text: str, today: date, hindered: bool) -> bool:
        """Whether a sentence names a last day that is near or was missed, or, to who is hindered, any day that is near."""
        for sentence in SENTENCE.split(text.strip()):
            ahead = [date.fromisoformat(str(one.value)) - today for one in extract(sentence, today) if one.kind == "datum"]
            if not ahead:
                continue
            heard = self.urgency.found(sentence)
            back = PAST if MISSED in heard else JUST if LAST_DAY in heard else timedelta(0)
            on = SOON if LAST_DAY in heard or APPOINTMENT in heard else NEXT_DAYS if hindered else -timedelta.resolution
            if any(-back <= days <= on for days in ahead):
                return True
        return False


@lru_cache(maxsize=2)
def _compiled(gate: CrisisGate, signals: tuple[Path, int], weighing: tuple[Path, int]) -> Cues:
    raw = read(weighing[0])
    return Cues(
        Signals.load(signals[0]),
        gate,
        PatternGroups(raw["genoemd"]),
        PatternGroups({name: raw[name] for name in (PRESSING, HINDRANCE, NO_HASTE, LAST_DAY, APPOINTMENT, MISSED)}),
        PatternGroups({name: raw[name] for name in (DROPS, GOES_ON)}),
    )
