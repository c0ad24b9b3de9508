"""The trained understanding, ready to be asked: one pass per message."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from loket.privacy.entities import Entity, as_mapping
from loket.privacy.extraction import extract
from loket.understanding.crisis import CrisisGate
from loket.understanding.embedding import NETWORK, Encoder, Matrix
from loket.understanding.features import DUTCH, Features
from loket.understanding.further import FILE as FURTHER
from loket.understanding.further import LikeExamples
from loket.understanding.heads import Head, Row, softmax
from loket.understanding.neighbours import FILE, SHARE, Neighbours, joined
from loket.understanding.result import Ranked, Understanding
from loket.understanding.wording import worded

TOP = {"uitkomst": 11, "organisatie": 5, "product": 5}
"""How many answers of each head are kept."""

MAX_CHARS = 2000
"""Characters of a message that are looked at; the rest of a very long message rarely changes what it is about."""

CRISIS_ALONE = 0.6
"""From this score of the classifier a message is a crisis, whatever the gate says."""

CRISIS_WITH_HINT = 0.2
"""From this score a message with a word that goes with danger is a crisis. With a whole writer left out of the training,
these three hear as much as a single threshold of .2 did, at half the false alarms."""

CRISIS_WITH_GATE = 0.01
"""From this score a hit of the lexical gate is believed; below it, it is a figure of speech or a question."""

SHORT = 4
"""Words up to which a hit of the gate is always believed: "huiselijk geweld" is the name of a product too, and so a question
to the classifier, but who types only that may need help now."""

HEARD = 0.75
"""Score of a crisis that the gate heard and the classifier doubted: of those on our own messages, three of four were one."""

OUT_OF_SCOPE = 0.2
"""From this score a message is out of scope where a question would be the best guess. With two writers left out, .80 and .70
of theirs that are out of scope are recognised (.75 and .64 from .35 on) and .037 and .027 of the others refused."""

ORGANISATION_TO_ROUTE = {
    "112": "112",
    "politie": "112",
    "113": "113",
    "mindhulplijn": "113",
    "veiligthuis": "veiligthuis",
    "csg": "veiligthuis",
    "kindertelefoon": "kind",
}
FOLLOW_UP = "gegevens"
"""Class of training messages that only make sense after what was said before ("ja", "in Breda", "sinds maart")."""

WORDS_BESIDE_DATA = 3


class Read(NamedTuple):
    """A message before its meaning is known.

    Attributes:
        text: the message, no longer than is looked at.
        entities: what is found in it by its form.
        said: its words as they are embedded.
    """

    text: str
    entities: list[Entity]
    said: str


class UnderstandingModel:
    """Understands one message at a time.

    Args:
        features: fitted features.
        heads: the heads by name; those of `TOP` and `taal`; in a tiny training set some may be missing.
        gate: the lexical crisis gate.
        today: the day on which words like "gisteren" are read.
        neighbours: the training texts near in meaning; None where there are no embeddings.
        encoding: makes embeddings; None where there are none.
        further: the examples of questions that belong to what was told; None where there are no embeddings.
    """

    def __init__(
        self,
        features: Features,
        heads: dict[str, Head],
        gate: CrisisGate,
        today: Callable[[], date] = date.today,
        neighbours: Neighbours | None = None,
        encoding: Encoder | None = None,
        further: LikeExamples | None = None,
    ) -> None:
        self._features, self._heads, self._gate, self._today = features, heads, gate, today
        self._neighbours, self._encoder, self._further = neighbours, encoding, further

    @classmethod
    def load(cls, folder: Path, gate: CrisisGate, today: Callable[[], date] = date.today) -> UnderstandingModel:
        """Read what `Trained.save` wrote into `folder`."""
        heads = {name: Head.load(folder, name) for name in (*TOP, "taal") if (folder / f"{name}.npz").exists()}
        neighbours = Neighbours.load(folder) if (folder / FILE).exists() else None
        encoding = Encoder.load(folder) if (folder / NETWORK).exists() else None
        further = LikeExamples.load(folder) if (folder / FURTHER).exists() else None
        return cls(Features.load(folder), heads, gate, today, neighbours, encoding, further)

    def understand(self, text: str) -> tuple[Understanding, list[Entity]]:
        """The meaning of one (masked) message, and the entities with their places in it."""
        read = self.read(text)
        return self.meant(read, self.letters(read), self.embed(read)), read.entities

    def understand_all(self, texts: Sequence[str], vectors: Matrix | None = None) -> list[tuple[Understanding, list[Entity]]]:
        """The same for many messages: embedding them together is faster.

        Args:
            texts: the messages.
            vectors: embeddings of their `worded`, shape (n, 384), where they are known already.
        """
        messages = [self.read(text) for text in texts]
        if vectors is None and self._encoder is not None:
            vectors = self._encoder.embed([read.said for read in messages], threads=os.cpu_count() or 1)
        return [
            (self.meant(read, self.letters(read), None if vectors is None else vectors[i : i + 1]), read.entities)
            for i, read in enumerate(messages)
        ]

    def read(self, text: str) -> Read:
        """The first step of understanding; `letters` and `embed` can be done beside each other after it, then `meant`."""
        text = text[:MAX_CHARS]
        entities = extract(text, self._today())
        return Read(text, entities, worded(text, entities))

    def letters(self, read: Read) -> Row:
        """The letters of a message as features."""
        return self._features.letters_of_one(read.said)

    def embed(self, read: Read) -> Matrix | None:
        """The embedding of a message, shape (1, 384); None where there are none. Other threads can work meanwhile."""
        return None if self._encoder is None else self._encoder.embed([read.said])

    def meant(self, read: Read, letters: Row, vector: Matrix | None) -> Understanding:
        """The meaning of a message, out of what the steps before gave."""
        heard = self._heads.get("taal")
        language = heard.best_of_one(letters) if heard else DUTCH
        meaning = None if vector is None else self._features.meaning(vector, [language])
        ranked = self._ranked(self._features.row_of_one(letters, meaning), meaning)
        found = self._understood(read.text, read.entities, language, ranked)
        return found if self._further is None or meaning is None else replace(found, lijkt_op=self._further.likest(meaning))

    def _understood(
        self, text: str, entities: list[Entity], language: str, ranked: dict[str, list[tuple[str, float]]]
    ) -> Understanding:
        outcomes, follow_up = _without_follow_up(ranked.get("uitkomst", []))
        outcome, score = outcomes[0] if outcomes else ("antwoord", 0.0)
        strange = dict(outcomes).get("buiten_bereik", 0.0)
        if outcome == "antwoord" and strange >= OUT_OF_SCOPE:
            outcome, score = "buiten_bereik", strange
        organisations = ranked.get("organisatie", [])
        # The raw score, before the class of follow-ups is taken out: "tussen 10 en 12 kan het" would else become a crisis.
        route = self._crisis(text, dict(ranked.get("uitkomst", [])).get("crisis", 0.0), organisations)
        if route is not None:
            outcome, score = "crisis", max(HEARD, dict(outcomes).get("crisis", 0.0))
        data_only = _data_only(text, entities)
        if route is None and data_only and any(e.kind == "zaaknummer" for e in entities):
            outcome, score = "status", 1.0
        return Understanding(
            uitkomst=outcome,
            score=score,
            uitkomsten=_ranked(outcomes),
            organisaties=_ranked(organisations),
            producten=_ranked(ranked.get("product", [])),
            entiteiten=as_mapping(entities),
            taal=language,
            crisis=route,
            alleen_gegevens=data_only,
            vervolg=route is None and (follow_up or data_only),
            vervolg_score=1.0 if data_only else dict(ranked.get("uitkomst", [])).get(FOLLOW_UP, 0.0),
        )

    def _ranked(self, row: Row, meaning: Matrix | None) -> dict[str, list[tuple[str, float]]]:
        """The best answers of each head for one row."""
        found = {}
        near = None if self._neighbours is None or meaning is None else self._neighbours.near(meaning)
        for name, head in self._heads.items():
            if name not in TOP:
                continue
            logits = head.logits_of_one(row)
            if self._neighbours is not None and near is not None and name in SHARE:
                logits = joined(name, logits, self._neighbours.scores_near(name, near))
            found[name] = head.best(softmax(logits / head.temperature)[0], TOP[name])
        return found

    def _crisis(self, text: str, score: float, organisations: list[tuple[str, float]]) -> str | None:
        gate = self._gate.route(text)
        if gate is not None and (score >= CRISIS_WITH_GATE or len(text.split()) <= SHORT):
            return gate
        if score < CRISIS_ALONE and not (score >= CRISIS_WITH_HINT and self._gate.hint(text)):
            return None
        if gate is not None:
            return gate
        return next((ORGANISATION_TO_ROUTE[o] for o, _ in organisations if o in ORGANISATION_TO_ROUTE), "112")


def _ranked(pairs: list[tuple[str, float]]) -> tuple[Ranked, ...]:
    return tuple(Ranked(name, score) for name, score in pairs)


def _without_follow_up(ranked: list[tuple[str, float]]) -> tuple[list[tuple[str, float]], bool]:
    """The outcomes with scores that add up to one again, and whether the message only carries on what was said before."""
    rest = [(name, score) for name, score in ranked if name != FOLLOW_UP]
    total = sum(score for _, score in rest) or 1.0
    return [(name, score / total) for name, score in rest], bool(ranked) and ranked[0][0] == FOLLOW_UP


def _data_only(text: str, entities: list[Entity]) -> bool:
    """Whether hardly anything is left of a message when its entities are taken out."""
    if not entities:
        return False
    rest, position = [], 0
    for entity in sorted(entities, key=lambda e: e.start):
        if entity.start >= position:
            rest.append(text[position : entity.start])
            position = entity.end
    rest.append(text[position:])
    words = [w for w in " ".join(rest).split() if any(c.isalpha() for c in w)]
    return len(words) <= WORDS_BESIDE_DATA
