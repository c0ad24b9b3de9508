"""How an action speaks: in references, which the gateway turns into texts for the channel (ADR 0005)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from loket.understanding.thread import ABOUT, ADDED, STATUS, TOGETHER, WORDS

Part = dict[str, Any]
LAST = "laatste"
"""Fact: what the last answer was, as `kind:id`."""

LONGEST_WORDS = 200
"""Characters of the citizen's words that are kept to read a short message with."""


def text(key: str, **values: Any) -> Part:
    """A text of `data/antwoorden/teksten.yaml` with its values."""
    return {"key": key, "values": values}


def say(
    dispatcher: CollectingDispatcher,
    *parts: Part,
    buttons: Sequence[dict[str, Any]] = (),
    card: dict[str, Any] | None = None,
    trust: str = "",
) -> None:
    """One message for the citizen; with `trust` "digid" one that they can read again only while they are logged in."""
    utterance = {"parts": list(parts), "buttons": list(buttons), "card": card, "trust": trust}
    dispatcher.utter_message(json_message={"utterance": utterance})


def hand_off(dispatcher: CollectingDispatcher, reason: str, urgency: str = "normaal") -> None:
    """Ask for a human; the gateway puts the conversation in the queue."""
    dispatcher.utter_message(json_message={"handoff": {"reason": reason, "urgency": urgency}})


def learn(dispatcher: CollectingDispatcher, **facts: Any) -> None:
    """Facts that must not be asked again; empty ones are left out."""
    known = {name: value for name, value in facts.items() if value}
    if known:
        dispatcher.utter_message(json_message={"facts": known})


def about(dispatcher: CollectingDispatcher, tracker: Tracker, what: str, **facts: Any) -> None:
    """What was told or asked, as `kind:id`, with the words that led to it: what comes next may belong to it."""
    said = str(tracker.latest_message.get("text") or "")
    before = str((context(tracker).get("facts") or {}).get(WORDS) or "")
    joined = bool(understanding(tracker).get(TOGETHER))
    if joined:
        said = f"{before} {said}"
    if understanding(tracker).get(ADDED):
        said = before
    if len(said) > LONGEST_WORDS:  # of words that were read together the newest say most
        said = said[-LONGEST_WORDS:] if joined else said[:LONGEST_WORDS]
    chosen = said.startswith("/")  # a button: the words are those that its question was about
    learn(dispatcher, **{ABOUT: what, WORDS: before if chosen else said}, **facts)


def number_settled(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    """Our question for a case number is settled: what comes next does not belong to it, unless something was told since."""
    if str((context(tracker).get("facts") or {}).get(ABOUT) or "").startswith(STATUS):
        dispatcher.utter_message(json_message={"facts": {ABOUT: ""}})


def understanding(tracker: Tracker) -> dict[str, Any]:
    """What was understood of the latest message; empty for a button."""
    return tracker.latest_message.get("understanding") or {}


def context(tracker: Tracker) -> dict[str, Any]:
    """What the gateway told with the latest message: facts, trust, channel, seq."""
    return tracker.latest_message.get("metadata") or {}


def told_before(tracker: Tracker, reference: str) -> bool:
    """Whether the last answer was this very one: a citizen who tells more does not want to read it again."""
    return (context(tracker).get("facts") or {}).get(LAST) == reference


def entity(tracker: Tracker, kind: str) -> Any:
    """The first value of an entity in the latest message, or None."""
    return next(tracker.get_latest_entity_values(kind), None)
