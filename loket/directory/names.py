"""Which product of the verwijsindex an official product name is about.

An official name ("rijbewijs verlengen") is compared with each name and each citizens' word of each product. Both are taken
apart into words and compounds into their parts ("kentekenschorsing": kenteken, schorsing); a word weighs more the fewer products
use it. The score is the weighted share of the words of both that agree (Dice's coefficient), so that it can be explained: it
says which phrase it was. Only the same thing counts as covered, not something like it.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz.distance import JaroWinkler

from loket.directory.model import Product

SAME_THING = 0.815
"""Score from which a name and a phrase are about the same thing: of the matches above it, read one by one on the official list,
97 % were right; just below, half."""
LIGHT = 0.25
"""Weight of words that fit nearly everything, against others."""
_SAME_WORD = 0.93
"""Jaro-Winkler similarity of two forms of one word: verlengen, verlenging."""
_PREFIX = 4
_SHORTEST_PART = 4
_JOINTS = ("", "s", "en", "n", "e")


@dataclass(frozen=True)
class Match:
    """A product that an official name is about: by which of its phrases, and how alike (0 to 1)."""

    product: str
    phrase: str
    score: float


@dataclass(frozen=True)
class _Phrase:
    product: str
    text: str
    words: tuple[str, ...]
    rank: int
    """0 for the product's name, then the place among its words: breaks ties."""


class Matcher:
    """Finds the product of an official name.

    Args:
        products: the products of the verwijsindex.
        rules: `leeg`, `licht`, `zelfde`, `anders` and `te_algemeen` of `data/verwijsindex/upl_regels.yaml`.
    """

    def __init__(self, products: Iterable[Product], rules: Mapping[str, Any]) -> None:
        self._empty = frozenset(rules["leeg"])
        self._different = {frozenset(map(folded, pair)) for pair in rules["anders"]}
        self._same: Mapping[str, str] = {folded(key): folded(value) for key, value in rules["zelfde"].items()}
        texts = [(p.id, text, rank) for p in products for rank, text in enumerate((p.naam, *p.woorden))]
        self._vocabulary = frozenset(word for _, text, _ in texts for word in re.findall(r"[a-z0-9]+", folded(text)))
        self._light = frozenset(word for light in rules["licht"] for word in self._words(light))
        self._too_general = {self._words(text) for text in rules["te_algemeen"]}
        self._phrases = [_Phrase(product, text, words, rank) for product, text, rank in texts if (words := self._words(text))]
        using: dict[str, set[str]] = {}
        self._with: dict[str, list[_Phrase]] = {}
        for phrase in self._phrases:
            for word in phrase.words:
                using.setdefault(word, set()).add(phrase.product)
                self._with.setdefault(word, []).append(phrase)
        self._most = math.log(1 + len({p.product for p in self._phrases}))
        self._weights = {word: self._most - math.log(len(ids)) for word, ids in using.items()}
        self._alike: dict[str, frozenset[str]] = {}

    def best(self, name: str) -> Match | None:
        """The product that is most alike; None when no word agrees."""
        words = self._words(name)
        forms = {word: self._forms(word) for word in words}
        near = dict.fromkeys(phrase for same in forms.values() for word in same for phrase in self._with[word])
        scored = ((self._score(forms, phrase.words), -phrase.rank, phrase) for phrase in near)
        score, _, found = max(scored, key=lambda item: item[:2], default=(0.0, 0, None))
        return Match(found.product, found.text, round(score, 3)) if found and score > 0 else None

    def covering(self, name: str) -> Match | None:
        """The product that is the same thing; None when there is none."""
        if self._words(name) in self._too_general:
            return None
        found = self.best(name)
        return found if found and found.score >= SAME_THING else None

    def _words(self, text: str) -> tuple[str, ...]:
        plain = [self._same.get(word, word) for word in re.findall(r"[a-z0-9]+", folded(text))]
        parts = [part for word in " ".join(plain).replace("-", " ").split() for part in self._apart(word)]
        named = [word for part in parts for word in self._same.get(part, part).replace("-", " ").split()]
        return tuple(dict.fromkeys(word for word in named if word not in self._empty))

    def _apart(self, word: str) -> Sequence[str]:
        """A compound as its parts, when both are words of the verwijsindex; else the word itself."""
        for cut in range(len(word) - _SHORTEST_PART, _SHORTEST_PART - 1, -1):
            first, last = word[:cut], word[cut:]
            if last not in self._vocabulary:
                continue
            for joint in _JOINTS:
                stem = first.removesuffix(joint)
                if first.endswith(joint) and len(stem) >= _SHORTEST_PART and stem in self._vocabulary:
                    return [*self._apart(stem), *self._apart(last)]
        return [word]

    def _weight(self, word: str) -> float:
        weight = self._weights.get(word, self._most)
        return weight * LIGHT if word in self._light else weight

    def _forms(self, word: str) -> frozenset[str]:
        """The words of the verwijsindex that are forms of a word."""
        if word not in self._alike:
            self._alike[word] = frozenset(
                other for other in self._with if same_word(word, other) and frozenset((word, other)) not in self._different
            )
        return self._alike[word]

    def _score(self, name: Mapping[str, frozenset[str]], phrase: Sequence[str]) -> float:
        agreed_name = sum(self._weight(word) for word, forms in name.items() if not forms.isdisjoint(phrase))
        agreed_phrase = sum(self._weight(word) for word in phrase if any(word in forms for forms in name.values()))
        return (agreed_name + agreed_phrase) / (sum(map(self._weight, name)) + sum(map(self._weight, phrase)))


def same_word(one: str, other: str) -> bool:
    """Whether two words are forms of one: equal, or long with the same beginning and hardly a difference."""
    if one == other:
        return True
    if min(len(one), len(other)) <= _PREFIX or one[:_PREFIX] != other[:_PREFIX]:
        return False
    return bool(JaroWinkler.similarity(one, other) >= _SAME_WORD)


def folded(text: str) -> str:
    """Lower case, without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
