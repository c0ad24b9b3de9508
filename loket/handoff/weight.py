"""How much one message says about a whole conversation: what somebody asks counts for more than what they tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from loket.handoff.cues import Cues
from loket.store.schema import Message

ASKED, TOLD, CARRIED_ON = 1.0, 0.6, 0.2
"""Weights of a message that asks something, of one that only tells, and of a detail of what was said before."""

DROPPED, LEFT = 0.3, 0.6
"""So much still stands of what was said before the citizen dropped it ("laat maar"), or went on to something else."""


def carries_on(found: Mapping[str, Any]) -> bool:
    """Whether a message, as it was understood, only carries on what was said before."""
    return bool(found.get("vervolg")) and not found.get("crisis")


def weight_of(message: Message, cues: Cues) -> float:
    """The weight of a message in its conversation."""
    if carries_on(message.understanding or {}):
        return CARRIED_ON
    return ASKED if cues.asks(message.text) else TOLD


def standing(citizen: Sequence[Message], cues: Cues) -> list[float]:
    """How much of each message (oldest first) still stands at the end: the last request counts.

    Something is dropped only by who then asks something else; who gives up in anger still wanted it.
    """
    stands = [1.0] * len(citizen)
    for at, message in enumerate(citizen):
        left = LEFT if cues.goes_on(message.text) else DROPPED if cues.drops(message.text) else 1.0
        if left < 1.0 and any(weight_of(later, cues) == ASKED for later in citizen[at:]):
            stands = [before * left if place < at else before for place, before in enumerate(stands)]
    return stands


def probabilities(found: Mapping[str, Any]) -> dict[str, float]:
    """Of each outcome; of a message that the dialogue about calling back has answered only that outcome is known."""
    ranked = {one["id"]: float(one["score"]) for one in found.get("uitkomsten", [])}
    if not ranked and found.get("uitkomst"):
        ranked[found["uitkomst"]] = float(found.get("score") or 0.0)
    return ranked


def probability(found: Mapping[str, Any], outcome: str) -> float:
    """Of one outcome of a message."""
    return probabilities(found).get(outcome, 0.0)
