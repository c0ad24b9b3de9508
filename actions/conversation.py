"""Small talk, the way to a human, and the outcomes that need one."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import inzage, resources
from actions.reply import LAST, about, context, entity, hand_off, learn, number_settled, say, text, told_before, understanding
from loket.handoff.subject import LISTENERS
from loket.review.reasons import FACT, Reason
from loket.understanding.in_conversation import begun

ORGANISATION_LIKELY = 0.4
"""From this score the organisation of a complaint or an objection is named."""

ASKS = "wens"
"""Field of the summary for a sentence in which the citizen asks or wants something."""

OBJECTION = "bezwaar:"
"""The last answer was how to object."""

FRESH = [
    SlotSet("zaaknummer", None),
    SlotSet("tweede_factor", None),
    SlotSet("pogingen_gegevens", 0),
    SlotSet("misverstanden", 0),
    SlotSet("verduidelijkt", False),
]
"""What begins anew when the subject changes."""


NEVER_MEANT = frozenset({"ombudsman", "juridischloket"})
"""They help with what another organisation did."""


def likely_organisation(tracker: Tracker, leave_out: frozenset[str] = NEVER_MEANT) -> str | None:
    """The organisation that the latest message is about, when that is likely and it is not one to leave out."""
    for candidate in understanding(tracker).get("organisaties", []):
        if candidate["score"] >= ORGANISATION_LIKELY and candidate["id"] not in leave_out:
            return str(candidate["id"])
    return None


class Smalltalk(Action):
    """Greeting, thanks, who are you."""

    def name(self) -> str:
        return "action_smalltalk"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        message = str(tracker.latest_message.get("text") or "")
        key = "smalltalk.boos" if resources.signals().abusive(message) else resources.smalltalk().first(message)
        asks = begun(context(tracker).get("facts") or {}) and resources.signals().field(message) == ASKS
        say(dispatcher, text(key or ("gegevens.vraag" if asks else "smalltalk.anders")))  # "moet ik zelf iets doen?"
        return [SlotSet("misverstanden", 0)]


class WhatCanYouDo(Action):
    """The button that asks what the assistant can do."""

    def name(self) -> str:
        return "action_wat_kun_je"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        say(dispatcher, text("smalltalk.wat_kun_je"))
        return FRESH


class Human(Action):
    """A human is one message away, always."""

    def name(self) -> str:
        return "action_mens"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        say(dispatcher, text("mens.overdracht"))
        if tracker.get_slot("verduidelijkt"):  # our clarifying question did not offer what was meant
            learn(dispatcher, **{FACT: Reason.CLARIFICATION.value})
        learn(dispatcher, organisatie=likely_organisation(tracker, NEVER_MEANT | LISTENERS), gemeente=entity(tracker, "gemeente"))
        number_settled(dispatcher, tracker)  # a human asks it, if need be
        hand_off(dispatcher, "human")
        return FRESH


class Complaint(Action):
    """A complaint: heard, told where it goes, and a human who helps."""

    def name(self) -> str:
        return "action_klacht"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        organisation = likely_organisation(tracker)
        route = (
            text("klacht.route", organisatie=resources.directory().name(organisation))
            if organisation
            else text("klacht.route_onbekend")
        )
        say(dispatcher, text("klacht.overdracht"), route)
        learn(dispatcher, organisatie=organisation, gemeente=entity(tracker, "gemeente"))
        hand_off(dispatcher, "klacht")
        return FRESH


class Objection(Action):
    """An objection: where, before when, and free help."""

    def name(self) -> str:
        return "action_bezwaar"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        organisation = likely_organisation(tracker)
        parts = [text("bezwaar.nog_eens" if told_before(tracker, OBJECTION) else "bezwaar")]
        if organisation:
            parts.append(text("bezwaar.waar", organisatie=resources.directory().name_in_sentence(organisation)))
        say(dispatcher, *parts)
        learn(dispatcher, gemeente=entity(tracker, "gemeente"))
        about(dispatcher, tracker, OBJECTION, organisatie=organisation, **{LAST: OBJECTION})
        return FRESH


class Custom(Action):
    """Maatwerk: several problems at once. A casemanager, at once."""

    def name(self) -> str:
        return "action_maatwerk"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        say(dispatcher, text("maatwerk.overdracht"), text("maatwerk.geld"))
        learn(dispatcher, organisatie=likely_organisation(tracker), gemeente=entity(tracker, "gemeente"))
        hand_off(dispatcher, "maatwerk", "hoog")
        return FRESH


class Crisis(Action):
    """Danger: the right number first, and the desk is alerted."""

    def name(self) -> str:
        return "action_crisis"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        say(dispatcher, text(f"crisis.{understanding(tracker).get('crisis') or '112'}"))
        hand_off(dispatcher, "crisis", "spoed")
        return FRESH


class Privacy(Action):
    """What is kept, who can see it, and how to have it removed."""

    def name(self) -> str:
        return "action_privacy"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if inzage.asks_who_looked(tracker):
            await inzage.tell_who_looked(dispatcher, tracker)
        else:
            say(dispatcher, text("privacy"))
        return FRESH
