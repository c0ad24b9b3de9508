"""The limits of B1 Dutch, and what to say to the writer when a text is over one."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import textstat
import yaml

from loket.plain.jargon import Jargon
from loket.plain.measure import AVERAGE, LONGEST
from loket.plain.passive import WORDEN, passives
from loket.plain.sentences import sentences, words
from tests.teksten.rarity import rare
from tests.teksten.sources import ROOT, Source

PASSIVES = 1
"""Sentences with zijn + participle in one text; worden + participle is not allowed at all."""
EASE = 60
"""Flesch-Douma reading ease; 60 is where "standard" begins (easy above 70)."""
EASE_FROM = 25
"""Words from which reading ease means something: below, one long name decides."""
KNOWN_WORDS = "data/taal/bekende_woorden.yaml"
_QUOTE = "\n    > "


@dataclass(frozen=True)
class Language:
    """What counts as known, as jargon and as no passive: from `data/taal`."""

    known: Set[str]
    names: tuple[str, ...]
    jargon: Jargon
    not_passive: Set[str]

    @classmethod
    def load(cls, root: Path = ROOT) -> Language:
        """Read the three lists."""
        known, jargon, passive = (_read(root / f"data/taal/{n}.yaml") for n in ("bekende_woorden", "jargon", "lijdende_vorm"))
        return cls(
            known=frozenset(word.lower() for group in ("heet_zo", "gewoon_woord") for word in known[group]),
            names=tuple(known["namen"]),
            jargon=Jargon(jargon),
            not_passive=frozenset(word for group in passive.values() for word in group),
        )


def faults(source: Source, language: Language) -> list[str]:
    """What is over a limit in one text: file and key, the sentence, and a hint; empty when all is well."""
    text = source.measured
    for name in language.names:
        text = text.replace(name, "naam")
    parts = sentences(text)
    found = [f"{hint}{_QUOTE}{part}" for part in parts for hint in _in_sentence(part, source.whole, language)]
    if source.whole and parts:
        found += _in_whole(text, parts, language)
    return [f"{source}: {fault}" for fault in found]


def _in_sentence(sentence: str, whole: bool, language: Language) -> Iterator[str]:
    count = len(words(sentence))
    if count > LONGEST:
        yield f"{count} woorden in een zin, hoogstens {LONGEST}. Maak er twee zinnen van."
    for word in words(sentence):
        if rare(word, language.known):
            yield f"'{word}' kennen veel mensen niet. Kies een gewoon woord, of zet het met reden in {KNOWN_WORDS}."
    for term, hint in language.jargon.found(sentence):
        yield f"'{term}' is ambtelijk. Schrijf: {hint}."
    if whole:
        for verb in passives(sentence, language.not_passive):
            if verb.split()[0] in WORDEN:
                yield f"'{verb}' is de lijdende vorm. Zeg wie het doet."


def _in_whole(text: str, parts: list[str], language: Language) -> Iterator[str]:
    counts = [len(words(part)) for part in parts]
    average, longest = sum(counts) / len(counts), max(parts, key=len)
    if average > AVERAGE:
        yield f"gemiddeld {average:.1f} woorden per zin, hoogstens {AVERAGE}. Knip de langste zin.{_QUOTE}{longest}"
    passive = [part for part in parts if passives(part, language.not_passive)]
    if len(passive) > PASSIVES:
        yield _QUOTE.join([f"{len(passive)} zinnen in de lijdende vorm, hoogstens {PASSIVES}. Zeg wie het doet.", *passive])
    if sum(counts) >= EASE_FROM and (ease := reading_ease(text)) < EASE:
        yield f"leesgemak {ease:.0f}, minstens {EASE} (Flesch-Douma). Kies kortere woorden en zinnen.{_QUOTE}{longest}"


def reading_ease(text: str) -> float:
    """Flesch-Douma reading ease for Dutch, by textstat; higher is easier."""
    textstat.set_lang("nl")
    return float(textstat.flesch_reading_ease(text))


def _read(path: Path) -> Any:
    with path.open(encoding="utf-8") as stream:
        return yaml.safe_load(stream)
