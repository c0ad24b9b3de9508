"""The result of understanding one message, in the form in which it is stored and sent between processes."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

OUTCOMES = ("antwoord", "status", "mens", "klacht", "bezwaar", "crisis", "maatwerk", "privacy", "smalltalk", "buiten_bereik")
"""What a message can ask for (design section 6)."""


@dataclass(frozen=True)
class Ranked:
    """A candidate with its calibrated score (0 to 1)."""

    id: str
    score: float


@dataclass(frozen=True)
class Understanding:
    """What one message means.

    Attributes:
        uitkomst: one of OUTCOMES.
        score: calibrated probability of the outcome.
        uitkomsten: all outcomes, best first.
        organisaties: organisations, best first.
        producten: products of the verwijsindex, best first.
        entiteiten: what was extracted, without BSN and IBAN.
        taal: nl, en, tr, ar, pl, uk or de.
        crisis: the route (113, veiligthuis, kind, 112) when the outcome is crisis.
        alleen_gegevens: the message holds a case number, date, postcode ... and next to nothing else.
        vervolg: the message carries on what was said before ("ja", "in Breda") and asks nothing by itself; `uitkomst`
            is then only the best guess for the message standing alone.
        vervolg_score: how likely that is, before it is known whether anything was said before (0 to 1).
        lijkt_op: the kind of question about what was told before that it resembles (`loket.understanding.further`).
    """

    uitkomst: str
    score: float
    uitkomsten: tuple[Ranked, ...] = ()
    organisaties: tuple[Ranked, ...] = ()
    producten: tuple[Ranked, ...] = ()
    entiteiten: dict[str, Any] = field(default_factory=dict)
    taal: str = "nl"
    crisis: str | None = None
    alleen_gegevens: bool = False
    vervolg: bool = False
    vervolg_score: float = 0.0
    lijkt_op: Ranked | None = None

    def as_dict(self) -> dict[str, Any]:
        """As plain JSON data; scores with three decimals."""
        raw = {each.name: getattr(self, each.name) for each in fields(self)}
        raw["entiteiten"] = dict(self.entiteiten)
        for key in ("score", "vervolg_score"):
            raw[key] = round(raw[key], 3)
        for key in ("uitkomsten", "organisaties", "producten"):
            raw[key] = [{"id": ranked.id, "score": round(ranked.score, 3)} for ranked in raw[key]]
        if self.lijkt_op is not None:
            raw["lijkt_op"] = {"id": self.lijkt_op.id, "score": round(self.lijkt_op.score, 3)}
        return raw
