"""What a whole conversation is about: weighed from the understanding of each of the citizen's messages."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from loket.store.schema import Conversation, Message
from loket.understanding.signals import Signals

PRECEDENCE = ("crisis", "maatwerk", "klacht", "bezwaar", "mens", "status", "antwoord", "privacy", "buiten_bereik", "smalltalk")
"""Which outcome counts when messages differ: crisis > maatwerk > klacht/bezwaar > mens > status > antwoord."""

FIRM = {"maatwerk": 0.55, "klacht": 0.5, "bezwaar": 0.5, "mens": 0.6, "status": 0.6, "antwoord": 0.5, "privacy": 0.5}
"""From which calibrated score one message is enough to set the outcome of the conversation."""

ROUTE_ORGANISATION = {"113": "113", "veiligthuis": "veiligthuis", "kind": "veiligthuis", "112": "112"}
"""The organisation of each route of the crisis gate."""

LISTENERS = frozenset({"112", "113", "csg", "kindertelefoon", "luisterlijn", "mindhulplijn", "veiligthuis"})
"""Organisations whose work is to listen: near in meaning to every wish for a human, and not what that wish is about."""

WITHOUT_SUBJECT = ("mens", "smalltalk")
NAMED = 0.5
"""From this score a wish for a human ("iemand van het UWV") is a wish for somebody of that organisation."""

SERIOUS = frozenset(
    {"schulden", "dakloos", "deurwaarder", "geen_geld", "wanhoop", "herhaald", "doorverwezen", "taal", "veiligheid"}
)
"""Signals of trouble; children, illness or a late letter alone are the stuff of ordinary questions."""

ANSWERED_LAST = 1.0
"""Weight of the organisation of the product that was answered last, as much as a message that is surely about it: who goes on
to another subject is handed over with that subject."""

MAATWERK_SIGNALS = 3
"""So many different serious signals in one conversation call for maatwerk, whatever the single messages say."""


@dataclass
class Outcome:
    """The outcome of a conversation with the messages that prove it (`seq`, None when nothing proves it)."""

    uitkomst: str
    seq: int | None = None
    organisatie: str | None = None
    organisatie_seq: int | None = None
    vraag: Message | None = None
    emotie: str = "neutraal"
    emotie_seq: int | None = None
    urgentie: str = "normaal"
    signalen: dict[str, int] = field(default_factory=dict)


def overall(citizen: list[Message], conversation: Conversation, signals: Signals) -> Outcome:
    """Weigh the citizen's messages (oldest first) of a conversation."""
    outcome = Outcome(uitkomst="antwoord")
    best = len(PRECEDENCE)
    route: str | None = None
    votes: dict[str, float] = defaultdict(float)
    proof: dict[str, tuple[float, int]] = {}
    for message in citizen:
        found = message.understanding or {}
        kind, score = found.get("uitkomst"), float(found.get("score") or 0.0)
        carries_on = bool(found.get("vervolg")) and not found.get("crisis")
        if kind in PRECEDENCE and not carries_on and score >= FIRM.get(kind, 0.0):
            rank = PRECEDENCE.index(kind)
            if kind == "crisis":
                route = route or found.get("crisis") or "112"
            if rank < best:
                best, outcome.uitkomst, outcome.seq = rank, kind, message.seq
        for candidate in found.get("organisaties", []):
            if kind in WITHOUT_SUBJECT and (candidate["id"] in LISTENERS or float(candidate["score"]) < NAMED):
                continue
            weight = float(candidate["score"]) * (1.5 if outcome.vraag is None else 1.0) * (0.3 if carries_on else 1.0)
            votes[candidate["id"]] += weight
            if weight > proof.get(candidate["id"], (0.0, 0))[0]:
                proof[candidate["id"]] = (weight, message.seq)
        for name in signals.found(message.text):
            outcome.signalen.setdefault(name, message.seq)
        if outcome.vraag is None and kind != "smalltalk" and not carries_on and len(message.text.split()) >= 3:
            outcome.vraag = message
        if (emotion := signals.emotion(message.text)) and _stronger(emotion, outcome.emotie):
            outcome.emotie, outcome.emotie_seq = emotion, message.seq
    if outcome.vraag is None and citizen:
        outcome.vraag = citizen[0]
    if len(SERIOUS & outcome.signalen.keys()) >= MAATWERK_SIGNALS and best > PRECEDENCE.index("maatwerk"):
        outcome.uitkomst = "maatwerk"
        outcome.seq = next(seq for name, seq in outcome.signalen.items() if name in SERIOUS)
    if route is not None:
        outcome.organisatie, outcome.organisatie_seq = ROUTE_ORGANISATION[route], outcome.seq
    elif conversation.facts.get("organisatie_gekozen"):
        outcome.organisatie = conversation.facts["organisatie_gekozen"]
        outcome.organisatie_seq = conversation.facts.get("organisatie_gekozen_seq")
    elif votes:
        kind, _, last = str(conversation.facts.get("laatste") or "").partition(":")
        if kind == "product" and (answered := conversation.facts.get("organisatie")) in votes and last:
            votes[answered] += ANSWERED_LAST
        outcome.organisatie = max(votes, key=lambda o: votes[o])
        outcome.organisatie_seq = proof[outcome.organisatie][1]
    outcome.urgentie = _urgency(outcome)
    return outcome


_EMOTIONS = ("neutraal", "bezorgd", "boos", "wanhopig")


def _stronger(one: str, other: str) -> bool:
    return _EMOTIONS.index(one) > _EMOTIONS.index(other)


def _urgency(outcome: Outcome) -> str:
    if outcome.uitkomst == "crisis":
        return "spoed"
    pressing = {"te_laat", "deurwaarder", "dakloos", "geen_geld", "wanhoop", "veiligheid", "herhaald"}
    if outcome.uitkomst == "maatwerk" or pressing & outcome.signalen.keys():
        return "hoog"
    return "normaal"
