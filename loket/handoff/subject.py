"""Which organisation a whole conversation is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from loket.handoff.cues import Cues
from loket.handoff.weight import standing, weight_of
from loket.store.schema import Conversation, Message

LISTENERS = frozenset({"112", "113", "csg", "kindertelefoon", "luisterlijn", "mindhulplijn", "veiligthuis"})
"""Organisations whose work is to listen: near in meaning to every wish for a human, and not what that wish is about."""

HELPERS = LISTENERS | {"ombudsman", "juridischloket", "ido"}
"""With those that help with what another organisation did."""

WANTS = ("mens", "klacht", "bezwaar")
"""Outcomes of messages that say what somebody wants, not always about what."""

NAMED = 0.5
"""From this score a wish for a human ("iemand van het UWV") is a wish for somebody of that organisation."""

CALLED_BY_NAME = 0.7
"""Weight of an organisation that is called by its name, beside its score: a name is no guess."""

OPENING = 1.5
"""Weight of the first question, asked or told."""

ANSWERED_LAST = 1.0
"""Weight of the organisation of the product that was answered last, as much as a message that is surely about it: who goes on
to another subject is handed over with that subject."""

SAME_PRODUCT = ("product", "gegevens")
"""Kinds of the last answer with which a product is still the subject."""


@dataclass(frozen=True)
class Subject:
    """An organisation, and the message that shows that it is meant."""

    organisation: str
    seq: int | None


def subject(citizen: Sequence[Message], question: Message | None, conversation: Conversation, cues: Cues) -> Subject | None:
    """The organisation that most of the messages are about.

    Args:
        citizen: the messages, oldest first.
        question: the one with the first question.
        conversation: its facts tell what was answered and what the citizen chose.
        cues: hears names.
    """
    facts = conversation.facts
    if chosen := facts.get("organisatie_gekozen"):
        return Subject(chosen, facts.get("organisatie_gekozen_seq"))
    votes: dict[str, float] = defaultdict(float)
    proof: dict[str, tuple[float, int]] = {}
    for message, stands in zip(citizen, standing(citizen, cues), strict=True):
        for name, vote in _votes(message, question, cues).items():
            weight = stands * vote
            votes[name] += weight
            if weight > proof.get(name, (0.0, 0))[0]:
                proof[name] = (weight, message.seq)
    if not votes:
        return None
    last = str(facts.get("laatste") or "").partition(":")[0]
    if facts.get("product") and last in SAME_PRODUCT and (answered := facts.get("organisatie")) in votes:
        votes[answered] += ANSWERED_LAST
    best = max(votes, key=lambda name: votes[name])
    return Subject(best, proof[best][1])


def _votes(message: Message, question: Message | None, cues: Cues) -> dict[str, float]:
    """Weights of organisations in one message. Scores are squared: many half guesses are no knowledge."""
    found = message.understanding or {}
    kind = found.get("uitkomst")
    named = cues.named.found(message.text)
    if kind == "smalltalk" and not named:
        return {}
    weight = OPENING if message is question else weight_of(message, cues)
    votes: dict[str, float] = defaultdict(float)
    for one in found.get("organisaties", []):
        score = float(one["score"])
        if kind not in WANTS or (one["id"] not in HELPERS and score >= NAMED):
            votes[one["id"]] += weight * score**2
    for name in named:
        votes[name] += CALLED_BY_NAME
    return votes
