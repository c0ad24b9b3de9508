"""Questions that belong to what was told just before: "wat kost dat?", "wie moet ik bellen?", "mag mijn man dat ophalen?".

They have no subject of their own, so what a classifier of whole messages makes of them is chance: "wat kost dat" is about
money, and so about the Nibud. Here such a question is recognised by its form (patterns) or its meaning (examples that lie near),
and what else a message names is told, so that "wat kost een rijbewijs" stays a question of its own.

For Python 3.10 too: the component and the channel of Rasa use it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from loket.understanding.embedding import Matrix
from loket.understanding.patterns import InvalidPatterns, PatternGroups, fold, read
from loket.understanding.result import Ranked

NONE = "geen"
"""The kind of the examples that only resemble such a question."""

NEAREST = 6
"""Examples that have a say: the least of a kind in one language is some ten."""

SHARPNESS = 15.0
"""As for the training texts (loket/understanding/neighbours.py)."""

LONGEST = 12
"""Words of the longest message that is listened to: a question without a subject is short."""

LANGUAGES = ("nl", "en", "de", "pl", "tr", "uk", "ar")
SAME, SAME_SHARE = 5, 0.6
"""Letters that two forms of one word begin with, and which part of the shorter one these are at least: "parkeren" and
"parkeervergunning" (5 of 8), but not "kinderbijslag" and "kinderopvangtoeslag" (6 of 13)."""

FILE = "further.npz"

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


class FurtherQuestions:
    """The kinds of questions, from `data/antwoorden/vervolgvragen.yaml`.

    Args:
        raw: the file: `soorten` with `patronen` and `voorbeelden` by kind, `zonder_onderwerp`, `toch_onderwerp`,
            `vaste_woorden`, `verwijst`, `verwijst_altijd`, `begin_verwijst`, `aanvulling`, `nieuwe_vraag`.

    Raises InvalidPatterns.
    """

    def __init__(self, raw: Mapping[str, Any]) -> None:
        try:
            kinds: dict[str, dict[str, list[str]]] = raw["soorten"]
            self.examples = [(text, kind) for kind, of in kinds.items() for text in of.get("voorbeelden", [])]
            self._patterns = PatternGroups({kind: of["patronen"] for kind, of in kinds.items() if of.get("patronen")})
            told = {kind: of["in_antwoord"] for kind, of in kinds.items() if of.get("in_antwoord")}
            self._told_by = {kind: PatternGroups({kind: patterns}) for kind, patterns in told.items()}
            named = frozenset(_words(raw["toch_onderwerp"]))
            self._fixed = PatternGroups({"vaste_woorden": raw["vaste_woorden"]})
            self._adding = PatternGroups({"aanvulling": raw["aanvulling"]})
            self._new = PatternGroups({"nieuwe_vraag": raw["nieuwe_vraag"]})
            self._pointing = frozenset(_words(raw["verwijst"]))
            self._pronouns = frozenset(_words(raw["verwijst_altijd"]))
            self._beginning = frozenset(_words(raw["begin_verwijst"]))
            said = [text for text, kind in self.examples if kind != NONE] + [raw["zonder_onderwerp"]]
        except (KeyError, TypeError, AttributeError) as error:
            raise InvalidPatterns(f"further questions: {error!r}") from error
        self.kinds = frozenset(kinds) - {NONE}
        self._without_subject = (frozenset(word for text in said for word in _words(text)) | _stop_words()) - named

    @classmethod
    def load(cls, path: Path) -> FurtherQuestions:
        """Read the file. Raises InvalidPatterns."""
        return cls(read(path))

    def formed(self, text: str) -> list[str]:
        """The kinds whose form a message has, in the order of the file; none for a long message."""
        return self._patterns.found(text) if len(text.split()) <= LONGEST else []

    def own_words(self, text: str, known: Iterable[str] = ()) -> list[str]:
        """The words of a message that name something, but for what was said before (`known`: texts)."""
        before = [word for said in known for word in _words(said) if word not in self._without_subject]
        return [
            word for word in _words(self._fixed.remove(text))
            if len(word) > 1 and word not in self._without_subject and not any(_alike(word, other) for other in before)
        ]  # fmt: skip

    def points_back(self, text: str, own: Iterable[str]) -> bool:
        """Whether a message has a word for what was said before: "dat", "ze", but not the "het" of "het huisvuil"."""
        named, said = frozenset(own), _words(text)
        return not self._pronouns.isdisjoint(said) or any(
            word in self._pointing and after not in named for word, after in zip(said, [*said[1:], ""])
        )

    def contrasts(self, own: Iterable[str], known: Iterable[str]) -> bool:
        """Whether one of those words only begins like one that was said: "parkeerboete" after "parkeervergunning"."""
        before = {word for said in known for word in _words(said)}
        return any(_shared(word, other) >= SAME for word in own for other in before)

    def adds(self, text: str) -> bool:
        """Whether a message adds something to what was told: "en haar auto?"."""
        return bool(self._adding.found(text))

    def wants_more(self, text: str) -> bool:
        """Whether a few words say what is wanted ("huurtoeslag aanvragen"), and not only what they are about."""
        return bool(self._new.found(text))

    def sentences(self, kind: str, answer: str) -> list[str]:
        """The sentences of an answer about a product that answer a question of this kind, with what they point back to."""
        told_by = self._told_by.get(kind)
        if told_by is None:
            return []
        every = re.split(r"(?<=[.!?])\s+", answer.strip())
        telling = {place for place, one in enumerate(every) if told_by.found(one)}
        before = {place - 1 for place in telling if place and not self._beginning.isdisjoint(_words(every[place])[:1])}
        return [one for place, one in enumerate(every) if place in telling | before]


class LikeExamples:
    """Which kind of further question a message resembles in meaning.

    By the others, 180 of the 229 examples are given their own kind.

    Args:
        kinds: of the examples, n of them.
        meaning: of the examples, centred as that of messages, shape (n, 384), norm 1.
    """

    def __init__(self, kinds: Sequence[str], meaning: Matrix) -> None:
        self._kinds, self._meaning = list(kinds), meaning

    def likest(self, meaning: Matrix) -> Ranked:
        """The kind that a message, shape (1, 384), resembles most, `NONE` among them.

        The score is the share of that kind among the nearest examples, times the cosine of the nearest: 0 to 1.
        """
        likeness = self._meaning @ meaning[0]
        near = np.argpartition(-likeness, NEAREST)[:NEAREST]
        weights = np.exp(SHARPNESS * (likeness[near] - likeness.max()))
        shares: dict[str, float] = {}
        for place, weight in zip(near.tolist(), weights.tolist()):
            shares[self._kinds[place]] = shares.get(self._kinds[place], 0.0) + weight
        best = max(shares, key=shares.__getitem__)
        return Ranked(best, max(0.0, float(likeness.max())) * shares[best] / float(weights.sum()))


    def save(self, folder: Path) -> None:
        """Write into a folder."""
        np.savez_compressed(folder / FILE, kinds=np.array(self._kinds), meaning=self._meaning.astype(np.float16))

    @classmethod
    def load(cls, folder: Path) -> LikeExamples:
        """Read what `save` wrote."""
        with np.load(folder / FILE) as stored:
            return cls(stored["kinds"].tolist(), stored["meaning"].astype(np.float32))


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(text))


def _alike(word: str, other: str) -> bool:
    return word == other or _shared(word, other) >= max(SAME, SAME_SHARE * min(len(word), len(other)))


def _shared(word: str, other: str) -> int:
    """How many letters two words begin with in common."""
    return next((place for place, (one, two) in enumerate(zip(word, other)) if one != two), min(len(word), len(other)))


def _stop_words() -> frozenset[str]:
    """The stop words of spaCy, of all languages that are understood."""
    found = (import_module(f"spacy.lang.{code}.stop_words").STOP_WORDS for code in LANGUAGES)
    return frozenset(piece for words in found for word in words for piece in _words(word))
