"""How soon a human should look at a conversation: spoed, hoog, normaal or laag."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from loket.handoff.cues import HINDRANCE, NO_HASTE, PRESSING, Cues
from loket.handoff.opening import AMSTERDAM
from loket.store.schema import Message

URGENCIES = ("spoed", "hoog", "normaal", "laag")
"""From most to least urgent."""

RAISED = ("spoed", "hoog")

PRESSING_SIGNALS = frozenset({"deurwaarder", "dakloos", "wanhoop"})
"""Signals that leave no time, whatever is asked."""

WAITED = frozenset({"te_laat", "herhaald", "doorverwezen"})
"""Signals that something takes long or goes wrong."""

QUESTIONS = ("status", "antwoord", "privacy")
"""Outcomes that are low where nothing goes wrong and nobody worries."""

FOR_NOBODY = ("buiten_bereik", "smalltalk")
"""Outcomes with which no government service is late for anybody."""


def urgency(outcome: str, emotion: str, signals: Collection[str], citizen: Sequence[Message], cues: Cues) -> str:
    """The urgency of a conversation.

    Args:
        outcome: of the conversation.
        emotion: of the citizen.
        signals: names of the signals for maatwerk that were heard.
        citizen: their messages; the day on which each was sent tells which last days are near.
    """
    if outcome == "crisis":
        return "spoed"
    if outcome in FOR_NOBODY:
        return "laag"
    heard = {kind for message in citizen for kind in cues.urgency.found(message.text)}
    hindered = HINDRANCE in heard or bool(WAITED & set(signals))
    near = any(
        cues.time_runs_out(one.text, one.created_at.astimezone(AMSTERDAM).date(), hindered)
        for one in citizen
        if "datum" in (one.understanding or {}).get("entiteiten", {})
    )
    if outcome == "maatwerk" or near or PRESSING in heard or PRESSING_SIGNALS & set(signals):
        return "hoog"
    calm = emotion == "neutraal" and outcome in QUESTIONS and (NO_HASTE in heard or not hindered)
    return "laag" if calm else "normaal"


def raised(known: str, weighed: str) -> str:
    """The urgency of a conversation with which one is known already.

    What was raised stays raised: danger that was heard at a message, or a high one at an earlier look. `normaal` is what a
    conversation begins with, and says nothing.
    """
    return min(known, weighed, key=URGENCIES.index) if known in RAISED else weighed
