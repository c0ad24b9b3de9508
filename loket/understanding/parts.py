"""More than one question in a message: the main one is answered, the others are not forgotten."""

from __future__ import annotations

import re

from loket.understanding.model import UnderstandingModel
from loket.understanding.result import Ranked, Understanding

SPLIT = re.compile(
    r"(?<=[.!?;])\s+|\n+|\b(?:en ook|en ik wil ook|en dan nog|ook nog"
    r"|daarnaast|verder wil|andere vraag|and also|ayrıca|außerdem|poza tym)\b",
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
    parts = [part for part in SPLIT.split(text) if part and len(part.split()) >= MIN_WORDS_PART]
    if found.uitkomst not in ASKING or not 2 <= len(parts) <= MAX_PARTS:
        return []
    main = found.producten[0].id if found.producten else None
    likely = {r.id for r in found.producten[:2]}
    others: dict[str, Ranked] = {}
    for part in parts:
        inner, _ = model.understand(part)
        if inner.uitkomst == "antwoord" and inner.producten and inner.producten[0].score >= SURE:
            candidate = inner.producten[0]
            if candidate.id != main and candidate.id not in likely:
                others.setdefault(candidate.id, candidate)
    return list(others.values())[:2]
