"""What a message means in the middle of a conversation, given what it would mean by itself.

The classifier sees one message alone, and was trained on first messages mostly. Someone who was just answered tells more
("sinds maart wonen de jongens bij mij", "ik lig er wakker van"): words that would be a question or a cry for help at the start
carry a story on here. So once a subject is known the odds of a follow-up are raised, as a change of prior in Bayes' rule, and the
classifier's suspicion of danger alone no longer interrupts the conversation: the help is offered beside the answer. What the
lexical gate hears (`data/crisis/poort.yaml`) counts everywhere as before.

Pure, and for Python 3.10 too: Rasa's channel and the gateway both use it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from loket.privacy.entities import as_mapping
from loket.privacy.extraction import extract

PRIOR_ODDS = 8.0
"""How much likelier a follow-up is after an answer than among the training messages. Of those about 1 in 10 is a follow-up
(odds 0.1); of the turns after the first in our own played conversations about half (odds 1)."""

START_ODDS = 0.02
"""How much likelier a follow-up is as the first message: hardly anyone begins with "ja" or "sinds maart", while the classifier
takes a short first question ("mijn pas is kwijt") for the end of a story now and then."""

DANGER_SURE = 0.75
"""From this score the classifier alone makes a crisis of a message in the middle of a conversation."""

SUBJECT = ("organisatie", "onderwerp", "laatste")
"""Facts that show that something was asked and answered before."""

OWN_MEANING = ("mens", "smalltalk")
"""Outcomes that are never taken for a detail: the wish for a human, and courtesies."""

FOLLOW_UP = "gegevens"
"""Intent of a message that only carries on."""

CARE = "zorg"
"""Key of a result: the route of the crisis gate whose help is offered beside the answer."""


def begun(facts: Mapping[str, Any]) -> bool:
    """Whether something was asked and answered in this conversation before."""
    return any(facts.get(name) for name in SUBJECT)


def in_conversation(alone: Mapping[str, Any], heard: str | None, asks: bool = False) -> dict[str, Any]:
    """The understanding of a message that comes after others.

    Args:
        alone: result of the understanding of this message by itself (`Understanding.as_dict`).
        heard: what the lexical crisis gate hears in it.
        asks: whether it has the form of a question or a wish; its odds are not raised then.

    Returns the same with `vervolg` true where it carries on, and with `zorg` instead of `crisis` where danger is not sure.
    """
    found = dict(alone)
    if found.get("crisis") and heard is None and _score(found, "crisis") < DANGER_SURE:
        found[CARE], found["crisis"] = found["crisis"], None
        others = [one for one in found.get("uitkomsten", []) if one["id"] != "crisis"]
        if others:
            found["uitkomst"], found["score"] = others[0]["id"], others[0]["score"]
        found["vervolg"] = True  # whatever else it is: not a new question
    if found.get("crisis") or found.get("uitkomst") in OWN_MEANING or found.get("alleen_gegevens") or asks:
        return found
    if _follows(found, PRIOR_ODDS):
        found["vervolg"] = True
    return found


def at_start(alone: Mapping[str, Any]) -> dict[str, Any]:
    """The understanding of a first message: `vervolg` only where it can hardly be a question of its own."""
    found = dict(alone)
    if found.get("vervolg") and not found.get("alleen_gegevens"):
        found["vervolg"] = _follows(found, START_ODDS)
    return found


def _follows(found: Mapping[str, Any], odds: float) -> bool:
    follows = float(found.get("vervolg_score") or 0.0)
    return follows * odds > float(found.get("score") or 0.0) * (1.0 - follows)


def about_calling(text: str, begins: bool, today: date) -> dict[str, Any]:
    """The understanding of a message that the dialogue about calling back has answered, without the trained model.

    Args:
        text: the (masked) message.
        begins: whether it asks to be called; else it answers a question of ours, and is nothing that the citizen asks.
        today: for words like "morgen".
    """
    found: dict[str, Any] = {"entiteiten": as_mapping(extract(text, today)), "vervolg": not begins}
    return {**found, "uitkomst": "mens", "score": 1.0} if begins else found


def _score(understanding: Mapping[str, Any], outcome: str) -> float:
    return next((float(one["score"]) for one in understanding.get("uitkomsten", []) if one["id"] == outcome), 0.0)
