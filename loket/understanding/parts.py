"""More than one question in a message: the main one is answered, the others are not forgotten."""

from __future__ import annotations

import re

from loket.understanding.model import UnderstandingModel
from loket.understanding.result import Ranked, Understanding

SPLIT = re.compile(
    r"(?<=[.!?;])\s+|\n+|,?\s+(?:en|and|und|ve|i|та|і)\s+(?=(?:ik|we|wij|hoe|wat|waar|wanneer|wie|welke?|kan|kun|moet|mag|krijg|heb|mijn|"
    r"ook|dan nog|how|what|where|when|can|do|my|also|wie|wo|wann|kann|mein\w*|auch|jak|gdzie|kiedy|czy|як|де|коли|чи)\b)"
    r"|\b(?:ook nog|daarnaast|verder wil|andere vraag|and also|ayrıca|außerdem|poza tym|a także|а також|وكمان|وأيضا)\b",
    re.IGNORECASE,
)
MIN_WORDS_PART = 4
MAX_PARTS = 5
SURE = 0.5
"""Score from which a part counts as a question about a product of its own."""

ASKING = ("antwoord", "status", "bezwaar")


def also_asked(model: UnderstandingModel, text: str, found: Understanding) -> list[Ranked]:
    """Products that other parts of the message ask about, of another organisation or subject than the main one.

    Costs one more pass for each part; most messages have one part.
    """
    parts = _parts(text)
    if found.uitkomst not in ASKING or not 2 <= len(parts) <= MAX_PARTS:
        return []
    main = found.producten[0].id if found.producten else None
    likely = {r.id for r in found.producten[:2]}
    others: dict[str, Ranked] = {}
    for inner, _ in model.understand_all(parts):
        if inner.uitkomst == "antwoord" and inner.producten and inner.producten[0].score >= SURE:
            candidate = inner.producten[0]
            if candidate.id != main and not (candidate.id in likely and _first(inner) == _first(found)):
                others.setdefault(candidate.id, candidate)
    return list(others.values())[:2]


def _first(found: Understanding) -> str | None:
    return found.organisaties[0].id if found.organisaties else None


def _parts(text: str) -> list[str]:
    """The parts of a message; one that is too short to mean something goes with what follows: "Ik ben verhuisd. Hoe geef ..."."""
    found: list[str] = []
    short = ""
    for part in filter(None, (piece.strip() for piece in SPLIT.split(text) if piece)):
        joined = f"{short} {part}".strip()
        if len(joined.split()) < MIN_WORDS_PART:
            short = joined
        else:
            found.append(joined)
            short = ""
    return found
