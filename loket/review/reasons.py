"""Why a message goes on the review list. Pure: decided from what the turn led to, never by comparing texts."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from loket.conversations.model import HandOff

FACT = "onbegrepen"
"""Name of the fact with which an action says that it did not understand; its value is a Reason. It holds for one turn
and is not kept with the conversation."""

BELOW = 0.4
"""Scores below this go on the list (VERBONDEN_REVIEW_BELOW). Scores are calibrated: below .4 more are wrong than right,
and two routes were offered at best (`loket.understanding.decision.ORGANISATION_SURE`)."""

ABOUT_ORGANISATION = frozenset({"antwoord"})
"""Outcomes that are of no use without the right organisation: there its score counts too."""


class Reason(StrEnum):
    """Why staff are asked."""

    NOT_UNDERSTOOD = "onbegrepen"
    NOT_MEANT = "niet_bedoeld"
    CLARIFICATION = "verduidelijking"
    HANDED_OVER = "overgedragen"
    FAILURE = "storing"
    LOW_SCORE = "lage_score"
    CORRECTED = "verbeterd"


ABOUT_EARLIER = frozenset({Reason.NOT_MEANT, Reason.CLARIFICATION})
"""With these the citizen reacts to our answer: what was misunderstood is the last thing that was typed before."""


def reasons(
    understanding: Mapping[str, Any] | None,
    facts: Mapping[str, Any],
    handoff: HandOff | None,
    pressed: bool,
    below: float = BELOW,
) -> list[Reason]:
    """Why the message of a turn of the bot must be looked at; empty when all went well.

    Args:
        understanding: of the message, None for a button or when the bot engine failed.
        facts: what the bot learned in this turn.
        handoff: the step to a human, if there was one.
        pressed: whether the message is a button of ours.
        below: scores under this are too low.
    """
    found = []
    told = facts.get(FACT)
    if isinstance(told, str) and told in set(Reason):
        found.append(Reason(told))
    if handoff is not None and handoff.reason == "misunderstood" and not found:
        found.append(Reason.HANDED_OVER)
    if handoff is not None and handoff.reason == "failure":
        found.append(Reason.FAILURE)
    if not pressed and _unsure(understanding or {}, below):
        found.append(Reason.LOW_SCORE)
    return found


def _unsure(understanding: Mapping[str, Any], below: float) -> bool:
    """Whether a message that stands on its own was understood with too low a score."""
    if not understanding.get("uitkomsten") or understanding.get("vervolg") or understanding.get("crisis"):
        return False
    scores = [float(understanding.get("score") or 0.0)]
    if understanding.get("uitkomst") in ABOUT_ORGANISATION:
        scores.append(max((float(o["score"]) for o in understanding.get("organisaties", [])), default=0.0))
    return min(scores) < below
