"""What a whole conversation comes down to, weighed from the understanding of each of the citizen's messages.

A casemanager does not go by the loudest message. What somebody asks counts for more than what they tell, and a detail that
carries on a story ("sinds maart") for little. So the probabilities of each message are added up by that weight, and an outcome
that needs more than an answer counts once there is enough of it: crisis > maatwerk > klacht and bezwaar > mens > the rest.
Danger that is not sure comes after these, but before a wish for a human that came later.
The thresholds lie in the gaps between right and wrong on our own conversations (`make conversations`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from loket.handoff.cues import Cues
from loket.handoff.danger import Danger, danger
from loket.handoff.subject import NAMED, subject
from loket.handoff.urgency import urgency
from loket.handoff.weight import carries_on, probabilities, standing, weight_of
from loket.store.schema import Conversation, Message

ENOUGH = {"maatwerk": 0.7, "klacht": 0.5, "bezwaar": 0.7}
"""From this sum of probabilities a conversation is one."""

SURE = 1.0
"""From this sum a complaint or an objection outweighs the wish for a human that goes with it."""

SHARE = 0.6
"""A complaint or an objection is at least so much of what is asked: who mostly asks how far a case is, grumbles by the way."""

WISH = 0.55
"""From this weighted probability in one message a human is wished for; that is said once, often at the end."""

ANYTHING = 0.3
"""From this sum something was asked, be it by the way; below it, courtesies can be all there was."""

SERIOUS = frozenset(
    {"schulden", "dakloos", "deurwaarder", "geen_geld", "wanhoop", "herhaald", "doorverwezen", "taal", "veiligheid"}
)
"""Signals of trouble; children, illness or a late letter alone are the stuff of ordinary questions."""

PER_SIGNAL = 0.15
"""So much each kind of trouble adds to the sum of maatwerk."""

DEMANDS = ("klacht", "bezwaar")
ORDINARY = ("antwoord", "status", "privacy", "buiten_bereik")
"""Outcomes of what is asked, where there is not enough of another."""

WITHOUT_SUBJECT = ("buiten_bereik", "privacy", "smalltalk")
"""Outcomes that are about no organisation, or about ourselves."""

ABUSE = ("smalltalk", "klacht", "buiten_bereik")
"""Who only curses at the computer makes no complaint; who also asks for something, or is angry at an organisation, does."""

UNSPOKEN = {"crisis": "bezorgd", "maatwerk": "bezorgd", "klacht": "boos"}
"""The emotion that goes with an outcome, where the words alone show none."""

EMOTIONS = ("neutraal", "bezorgd", "boos", "wanhopig")
"""From weak to strong; of a conversation the strongest counts."""


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


class _Sums:
    """Sums of weighted probabilities by outcome, with the largest part and the message that it comes from."""

    def __init__(self) -> None:
        self.total: dict[str, float] = defaultdict(float)
        self.most: dict[str, float] = defaultdict(float)
        self.seq: dict[str, int] = {}

    def add(self, name: str, weight: float, seq: int) -> None:
        self.total[name] += weight
        if weight > self.most[name]:
            self.most[name], self.seq[name] = weight, seq

    def best(self, names: Iterable[str]) -> str:
        return max(names, key=lambda name: self.total[name])


def overall(citizen: list[Message], conversation: Conversation, cues: Cues) -> Outcome:
    """Weigh the citizen's messages (oldest first) of a conversation."""
    outcome = Outcome(uitkomst="antwoord", vraag=_question(citizen))
    for message in citizen:
        for name in cues.signals.found(message.text):
            outcome.signalen.setdefault(name, message.seq)
        if (emotion := _emotion(message.text, cues)) and EMOTIONS.index(emotion) > EMOTIONS.index(outcome.emotie):
            outcome.emotie, outcome.emotie_seq = emotion, message.seq
    sums = _summed(citizen, cues)
    outcome.uitkomst = _conclusion(sums, len(SERIOUS & outcome.signalen.keys()))
    outcome.seq = sums.seq.get(outcome.uitkomst) or min(outcome.signalen.values(), default=None)
    heard = danger(citizen, outcome.vraag, cues)
    if heard is not None and (heard.sure or outcome.uitkomst in (*ORDINARY, "smalltalk") or _therefore(heard, outcome)):
        outcome.uitkomst, outcome.seq = "crisis", heard.seq
        outcome.organisatie, outcome.organisatie_seq = heard.organisation, heard.seq
    elif outcome.uitkomst not in WITHOUT_SUBJECT and (about := subject(citizen, outcome.vraag, conversation, cues)):
        outcome.organisatie, outcome.organisatie_seq = about.organisation, about.seq
    if outcome.emotie == "neutraal" and outcome.uitkomst in UNSPOKEN:
        outcome.emotie, outcome.emotie_seq = UNSPOKEN[outcome.uitkomst], outcome.seq
    outcome.urgentie = urgency(outcome.uitkomst, outcome.emotie, outcome.signalen, citizen, cues)
    return outcome


def _question(citizen: Sequence[Message]) -> Message | None:
    """The first message that asks something, else the first."""
    for message in citizen:
        found = message.understanding or {}
        if found.get("uitkomst") != "smalltalk" and not carries_on(found) and len(message.text.split()) >= 3:
            return message
    return citizen[0] if citizen else None


def _therefore(heard: Danger, outcome: Outcome) -> bool:
    """Whether a human is wished for after danger was told of, and so because of it."""
    return outcome.uitkomst == "mens" and outcome.seq is not None and heard.seq <= outcome.seq


def _emotion(text: str, cues: Cues) -> str | None:
    return cues.signals.emotion(text) or ("boos" if cues.signals.abusive(text) else None)


def _summed(citizen: Sequence[Message], cues: Cues) -> _Sums:
    sums = _Sums()
    for message, stands in zip(citizen, standing(citizen, cues), strict=True):
        found = message.understanding or {}
        if cues.signals.abusive(message.text) and found.get("uitkomst") in ABUSE and not _complains(message, cues):
            continue
        weight = stands * weight_of(message, cues)
        for name, probability in probabilities(found).items():
            sums.add(name, weight * probability, message.seq)
    return sums


def _complains(message: Message, cues: Cues) -> bool:
    """Whether terms of abuse go with a complaint: something is asked, or an organisation is meant."""
    found = message.understanding or {}
    likely = any(float(one["score"]) >= NAMED for one in found.get("organisaties", []))
    return found.get("uitkomst") == "klacht" and (likely or cues.asks(message.text))


def _conclusion(sums: _Sums, trouble: int) -> str:
    """The outcome, danger left aside; `trouble` counts the kinds of serious signals."""
    total, ordinary = sums.total, sums.best(ORDINARY)
    if total["maatwerk"] + PER_SIGNAL * trouble >= ENOUGH["maatwerk"]:
        return "maatwerk"
    wish, demand = sums.most["mens"] >= WISH, sums.best(DEMANDS)
    if total[demand] >= max(SURE if wish else ENOUGH[demand], SHARE * total[ordinary]):
        return demand
    if wish:
        return "mens"
    most = sums.best((ordinary, "maatwerk", "mens", *DEMANDS))
    return most if total[most] >= min(ANYTHING, total["smalltalk"]) else "smalltalk"
