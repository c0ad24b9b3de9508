"""The trained understanding, ready to be asked: one pass per message."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from scipy import sparse

from loket.privacy.entities import Entity, as_mapping
from loket.privacy.extraction import extract
from loket.understanding.crisis import CrisisGate
from loket.understanding.features import Features
from loket.understanding.heads import Head
from loket.understanding.other_languages import FILE, OtherLanguages
from loket.understanding.result import Ranked, Understanding

HEADS = ("uitkomst", "uitkomst_anders", "organisatie", "taal", "product")
MAX_CHARS = 2000
"""Characters of a message that are looked at; the rest of a very long message rarely changes what it is about."""

CRISIS_ALONE = 0.2
"""From this score of the classifier a message is a crisis, whatever the gate says. On held-out blocks of our own messages,
where most cries are veiled and one in twenty others is a near miss on purpose, three of four are heard at 3.5 % alarms."""

CRISIS_WITH_GATE = 0.02
"""From this score a hit of the lexical gate is believed; below it, it is a figure of speech or a question."""

OUT_OF_SCOPE = 0.3
"""From this score a message is out of scope, also when another outcome scores higher: 3.4 % of the others on held-out blocks
of our own messages. The action still tries an answer where the organisation is clear."""

OUT_OF_SCOPE = 0.25
"""From this score a message is out of scope where a question would be the best guess. With another writer's messages:
.70 of those out of scope recognised instead of .59, and .04 of the others refused instead of .02."""

ORGANISATION_TO_ROUTE = {
    "113": "113",
    "mindhulplijn": "113",
    "veiligthuis": "veiligthuis",
    "csg": "veiligthuis",
    "kindertelefoon": "kind",
}
FOLLOW_UP = "gegevens"
"""Class of training messages that only make sense after what was said before ("ja", "in Breda", "sinds maart")."""

WORDS_BESIDE_DATA = 3


class UnderstandingModel:
    """Understands one message at a time.

    Args:
        features: fitted features.
        heads: the heads by name; `product`, `organisatie` and `uitkomst_anders` may be missing in a tiny training set.
        gate: the lexical crisis gate.
        today: the day on which words like "gisteren" are read.
        other: finds the organisation of messages that are not in Dutch; None leaves that to the head.
    """

    def __init__(
        self,
        features: Features,
        heads: dict[str, Head],
        gate: CrisisGate,
        today: Callable[[], date] = date.today,
        other: OtherLanguages | None = None,
    ) -> None:
        self._features, self._heads, self._gate, self._today, self._other = features, heads, gate, today, other

    @classmethod
    def load(cls, folder: Path, gate: CrisisGate, today: Callable[[], date] = date.today) -> UnderstandingModel:
        """Read what `Trained.save` wrote into `folder`."""
        heads = {name: Head.load(folder, name) for name in HEADS if (folder / f"{name}.npz").exists()}
        other = OtherLanguages.load(folder) if (folder / FILE).exists() else None
        return cls(Features.load(folder), heads, gate, today, other)

    def understand(self, text: str) -> tuple[Understanding, list[Entity]]:
        """The meaning of one (masked) message, and the entities with their places in it."""
        text = text[:MAX_CHARS]
        rows, _ = self._features.rows([text])
        entities = extract(text, self._today())
        ranked = self._ranked(rows)
        outcomes, follow_up = _without_follow_up(ranked.get("uitkomst", []))
        outcome, score = outcomes[0] if outcomes else ("antwoord", 0.0)
        strange = dict(outcomes).get("buiten_bereik", 0.0)
        if outcome == "antwoord" and strange >= OUT_OF_SCOPE:
            outcome, score = "buiten_bereik", strange
        organisations = ranked.get("organisatie", [])
        # The raw score, before the class of follow-ups is taken out: "tussen 10 en 12 kan het" would else become a crisis.
        route = self._crisis(text, dict(ranked.get("uitkomst", [])).get("crisis", 0.0), organisations)
        beyond = dict(outcomes).get("buiten_bereik", 0.0)
        if beyond >= OUT_OF_SCOPE:
            outcome, score = "buiten_bereik", beyond
        if route is not None:
            outcome, score = "crisis", max(score if outcome == "crisis" else 0.0, dict(outcomes).get("crisis", 0.0))
        data_only = _data_only(text, entities)
        if data_only and any(e.kind == "zaaknummer" for e in entities):
            outcome, score = "status", 1.0
        return Understanding(
            uitkomst=outcome,
            score=score,
            uitkomsten=_ranked(outcomes),
            organisaties=_ranked(organisations),
            producten=_ranked(ranked.get("product", [])),
            entiteiten=as_mapping(entities),
            taal=ranked["taal"][0][0] if "taal" in ranked else "nl",
            crisis=route,
            alleen_gegevens=data_only,
            vervolg=route is None and (follow_up or data_only),
            vervolg_score=1.0 if data_only else dict(ranked.get("uitkomst", [])).get(FOLLOW_UP, 0.0),
        ), entities

    def _ranked(self, rows: sparse.csr_matrix) -> dict[str, list[tuple[str, float]]]:
        """The best answers of each head; messages that are not in Dutch have a head for the outcome of their own."""
        heads = self._heads
        found = {"taal": heads["taal"].ranked(rows, 1)} if "taal" in heads else {}
        foreign = bool(found) and found["taal"][0][0] != "nl"
        for name, top in (("uitkomst", 11), ("organisatie", 5), ("product", 5)):
            head = heads.get(f"{name}_anders") if foreign else None
            head = head or heads.get(name)
            if head is not None:
                found[name] = head.ranked(rows, top)
        if foreign and self._other is not None and "organisatie" in heads and "product" in heads:
            organisations, products = heads["organisatie"], heads["product"]
            scores = self._other.scores(organisations.logits_of_one(rows), products.logits_of_one(rows))
            found["organisatie"] = organisations.best(scores[0], 5)
        return found

    def _crisis(self, text: str, score: float, organisations: list[tuple[str, float]]) -> str | None:
        gate = self._gate.route(text)
        if gate is not None and score >= CRISIS_WITH_GATE:
            return gate
        if score < CRISIS_ALONE:
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
