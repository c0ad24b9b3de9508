"""What is over a limit of B1 in one text.

The tests measure more (rare words, reading ease), with word lists that are too big to ship.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path

import yaml

from loket.plain.jargon import Jargon
from loket.plain.passive import WORDEN, passives
from loket.plain.sentences import sentences, words

LONGEST = 20
"""Words in one sentence."""

AVERAGE = 14
"""Words in a sentence, on average over a text."""

_PLACEHOLDER = re.compile(r"\{\w+\}")


@dataclass(frozen=True)
class Fault:
    """One remark: `kind` is `lang` (a sentence), `gemiddeld` (all of them), `ambtelijk` or `lijdend`; `detail` says more."""

    kind: str
    sentence: str
    detail: str
    hint: str = ""


class Plain:
    """Measures texts with the lists of `data/taal`."""

    def __init__(self, jargon: Jargon, not_passive: Set[str]) -> None:
        self._jargon, self._not_passive = jargon, not_passive

    @classmethod
    def load(cls, folder: Path) -> Plain:
        """Read `jargon.yaml` and `lijdende_vorm.yaml`."""
        jargon, passive = (
            yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8")) for name in ("jargon", "lijdende_vorm")
        )
        return cls(Jargon(jargon), frozenset(word for group in passive.values() for word in group))

    def faults(self, text: str) -> list[Fault]:
        """The remarks on a text; a placeholder counts as one common word."""
        parts = sentences(_PLACEHOLDER.sub("naam", text))
        found: list[Fault] = []
        for part in parts:
            count = len(words(part))
            if count > LONGEST:
                found.append(Fault("lang", part, str(count)))
            found += [Fault("ambtelijk", part, term, hint) for term, hint in self._jargon.found(part)]
            found += [Fault("lijdend", part, verb) for verb in passives(part, self._not_passive) if verb.split()[0] in WORDEN]
        if parts and (average := sum(len(words(part)) for part in parts) / len(parts)) > AVERAGE:
            found.append(Fault("gemiddeld", max(parts, key=len), f"{average:.0f}"))
        return found
