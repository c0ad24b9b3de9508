"""Whether somebody in a conversation is in danger, and which help belongs to it.

What the lexical gate hears is believed. The classifier alone is wrong now and then in the middle of a story ("hij komt de deur
niet uit"): it is believed when it says so twice, or when nothing else was asked that explains the conversation. Where it was sure
of one message the desk was alerted then; where it was not, help was offered beside the answer (`in_conversation`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from loket.handoff.cues import Cues
from loket.handoff.weight import probability
from loket.store.schema import Message

ALONE = 0.8
"""From this probability the classifier alone is believed where nothing else explains the conversation."""

TWICE = 0.5
"""From this probability in two messages it is believed whatever else was said."""

ROUTES = {
    "112": "112", "politie": "112", "113": "113", "mindhulplijn": "113", "veiligthuis": "veiligthuis", "csg": "veiligthuis",
    "kindertelefoon": "kind",
}  # fmt: skip
"""The route of the crisis gate that belongs to an organisation."""

ORGANISATIONS = {"113": "113", "veiligthuis": "veiligthuis", "kind": "veiligthuis", "112": "112"}
"""The organisation of each route."""


@dataclass(frozen=True)
class Danger:
    """What was heard.

    Attributes:
        sure: it counts whatever else was said; else only where nothing else explains the conversation.
        organisation: whose help belongs to it.
        seq: the message that shows it.
    """

    sure: bool
    organisation: str
    seq: int


def danger(citizen: Sequence[Message], opening: Message | None, cues: Cues) -> Danger | None:
    """The danger in a conversation, None where there is none.

    Args:
        citizen: the messages, oldest first.
        opening: the first question: with it nothing was said before that could be misread.
        cues: with the gate.
    """
    cries = [message for message in citizen if _understood(message).get("uitkomst") == "crisis"]
    for cry in cries:
        if route := cues.gate.route(cry.text):
            return Danger(True, ORGANISATIONS[route], cry.seq)
    again = [message for message in citizen if probability(_understood(message), "crisis") >= TWICE]
    if len(again) > 1:
        return Danger(True, _nearest(again), again[0].seq)
    for cry in cries:
        if cry is opening or cues.gate.hint(cry.text) or probability(_understood(cry), "crisis") >= ALONE:
            return Danger(False, _nearest([cry]), cry.seq)
    return None


def _understood(message: Message) -> Mapping[str, Any]:
    return message.understanding or {}


def _nearest(cries: Sequence[Message]) -> str:
    """The organisation of the route that all cries together are nearest to."""
    routes: dict[str, float] = defaultdict(float)
    for cry in cries:
        for one in _understood(cry).get("organisaties", []):
            if one["id"] in ROUTES:
                routes[ROUTES[one["id"]]] += float(one["score"])
    return ORGANISATIONS[max(routes, key=lambda route: routes[route])] if routes else "112"
