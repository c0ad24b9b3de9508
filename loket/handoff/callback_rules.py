"""What an organisation can promise about calling back, and how people ask for it (data/balie/terugbellen.yaml)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path

from loket.understanding.patterns import PatternGroups, read

Part = tuple[time, time]


@dataclass(frozen=True)
class CallbackRules:
    """See the comments in the file for each value."""

    parts: dict[str, Part]
    per_part: int
    lead: timedelta
    days_ahead: int
    attempts: int
    again_after: timedelta
    from_place: int
    number_days: int
    sentence: str
    asks: PatternGroups
    tells: PatternGroups
    stops: PatternGroups
    part_words: PatternGroups
    soon: PatternGroups
    agrees: PatternGroups

    @classmethod
    def load(cls, path: Path) -> CallbackRules:
        """Read the file. Raises InvalidPatterns, KeyError or ValueError for what makes no sense."""
        raw = read(path)
        return cls(
            parts={
                name: (time.fromisoformat(part["van"]), time.fromisoformat(part["tot"])) for name, part in raw["dagdelen"].items()
            },
            per_part=int(raw["per_dagdeel"]),
            lead=timedelta(minutes=int(raw["minuten_vooraf"])),
            days_ahead=int(raw["dagen_vooruit"]),
            attempts=int(raw["pogingen"]),
            again_after=timedelta(minutes=int(raw["minuten_opnieuw"])),
            from_place=int(raw["vanaf_plaats"]),
            number_days=int(raw["nummer_dagen"]),
            sentence=str(raw["zin"]),
            asks=PatternGroups(raw["vragen"]),
            tells=PatternGroups(raw["geen_vraag"]),
            stops=PatternGroups(raw["stoppen"]),
            part_words=PatternGroups(raw["dagdeel_woorden"]),
            soon=PatternGroups(raw["zo_snel"]),
            agrees=PatternGroups(raw["akkoord"]),
        )
