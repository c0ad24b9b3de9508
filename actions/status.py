"""How far is my case? Asks for the number and a second factor, then looks it up (trust level `kenmerk`)."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import case_text, digid, own_cases, resources
from actions.answer import answer
from actions.conversation import FRESH, likely_organisation
from actions.reply import about, context, entity, hand_off, learn, number_settled, say, text, understanding
from loket.cases.errors import InvalidInput
from loket.cases.registry import LookupResult
from loket.cases.second_factor import SecondFactor
from loket.identity.attempts import TooManyAttempts
from loket.identity.audit import record_lookup
from loket.privacy.second_factor import second_factor
from loket.understanding.patterns import PatternGroups
from loket.understanding.thread import ABOUT, STATUS

log = structlog.get_logger(__name__)
MAX_ASKED = 3
"""So many times one thing is asked for before a human takes over (two misunderstandings in a row)."""

MAX_NAMED = 3
"""Numbers to choose from; more do not help who has to choose."""

TAIL = 4
"""Characters of a number that an SMS shows: who typed it knows it, others learn nothing."""

ANSWERS = ("gegevens", "status")
"""Intents that, while we ask for something, can only be an answer to it: no rule of their own leaves the form. Without them the
form would refuse such a message, and the fallback would speak again and again."""

NEW_QUESTION_SURE = 0.7
"""From this score a message without our data is another question, not an answer to ours."""


def _today() -> date:
    return datetime.now(ZoneInfo("Europe/Amsterdam")).date()


class ValidateCaseStatusForm(FormValidationAction):
    """Reads the case number and the second factor out of what was typed."""

    def name(self) -> str:
        return "validate_zaakstatus_form"

    async def extract_zaaknummer(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> dict[str, Any]:
        """The case number in the message, also where the citizen corrects an earlier one."""
        number = entity(tracker, "zaaknummer")
        return {"zaaknummer": number} if number else _nothing_found(tracker, "zaaknummer")

    async def extract_tweede_factor(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        """A birth date, or a postcode with a house number, once it has been asked for."""
        if tracker.get_slot("requested_slot") != "tweede_factor" and not entity(tracker, "geboortedatum"):
            return {}
        found = factor_in(tracker)
        return _nothing_found(tracker, "tweede_factor") if found is None else {"tweede_factor": found}

    async def required_slots(
        self, domain_slots: list[str], dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[str]:
        """Nothing more is required of who is logged in, or asks for another person."""
        logged_in = context(tracker).get("trust") == "digid"
        return [] if logged_in or asks_for_another(tracker) else domain_slots

    async def next_requested_slot(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> EventType | None:
        """None, which ends the form, where another question came instead of an answer.

        `required_slots` must not say so: it tells too what is looked for in the message. With nothing looked for the form refuses
        it, the rule for a question answers, and the form, asked again, ends and has it answered once more.
        """
        if _another_question(tracker):
            return SlotSet("requested_slot", None)
        return await super().next_requested_slot(dispatcher, tracker, domain)


def factor_in(tracker: Tracker) -> dict[str, str] | None:
    """The second factor in the latest message, as the slot keeps it."""
    message = str(tracker.latest_message.get("text") or "")
    number = entity(tracker, "zaaknummer")
    found = second_factor(message.replace(number, " ") if number else message, _today())
    if found is None:
        return None
    if isinstance(found, date):
        return {"geboortedatum": found.isoformat()}
    return {"postcode": found.postcode, "huisnummer": str(found.house_number)}


def _nothing_found(tracker: Tracker, slot: str) -> dict[str, Any]:
    """Nothing usable in an answer to our question ("weet ik niet"): the form asks again, and no other rule answers as well.

    Nor does one for another question: the form ends then, and who ends it answers (`LookUpCase`).
    """
    intent = (tracker.latest_message.get("intent") or {}).get("name")
    answers_us = (intent in ANSWERS or _another_question(tracker)) and tracker.get_slot("requested_slot") == slot
    return {slot: None} if answers_us else {}


@cache
def _for_another() -> PatternGroups:
    return PatternGroups.load(resources.DATA / "antwoorden" / "vervolg.yaml", "ander")


def asks_for_another(tracker: Tracker) -> bool:
    """Whether the latest message asks for somebody else: a parent, a client."""
    return bool(_for_another().found(str(tracker.latest_message.get("text") or "")))


def _another_question(tracker: Tracker) -> bool:
    found = understanding(tracker)
    return (
        tracker.get_slot("requested_slot") is not None
        and not found.get("entiteiten")
        and found.get("uitkomst") == "antwoord"
        and float(found.get("score") or 0.0) >= NEW_QUESTION_SURE
        and bool(found.get("organisaties"))
        and found["organisaties"][0]["score"] >= NEW_QUESTION_SURE
    )


def _asked_at(tracker: Tracker) -> str:
    """The organisation of the question how far it is, with which our question for a second factor goes on; else nothing."""
    about, _, organisation = str((context(tracker).get("facts") or {}).get(ABOUT) or "").partition(":")
    return organisation if about == STATUS and tracker.get_slot("zaaknummer") else ""


def named_before(tracker: Tracker) -> list[str]:
    """Case numbers in the messages that the bot still remembers, the latest first."""
    found = [
        str(one["value"])
        for event in reversed(tracker.events)
        if event.get("event") == "user"
        for one in (event.get("parse_data") or {}).get("entities", [])
        if one.get("entity") == "zaaknummer"
    ]
    return list(dict.fromkeys(found))[:MAX_NAMED]


def _just_told(tracker: Tracker) -> set[str]:
    """Numbers of cases that were told and still may be: who asks for another does not mean those."""
    told = context(tracker)
    known = (told.get("facts") or {}).get("zaken") or {}
    return set() if told.get("trust") in (None, "anoniem") else {str(case["nummer"]) for case in known.values()}


class _Ask(Action):
    """Asks for one thing; the second time with an example, the third time a human takes over."""

    slot = ""
    first = ""
    again = ""

    def name(self) -> str:
        return f"action_ask_zaakstatus_form_{self.slot}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        asked: dict[str, int] = tracker.get_slot("pogingen_gegevens") or {}
        count = int(asked.get(self.slot, 0)) + 1
        # "Hoe ver is mijn aanvraag?" names nothing: which organisation it would go to by itself is chance.
        named = resources.further().own_words(str(tracker.latest_message.get("text") or ""))
        organisation = likely_organisation(tracker) if named else None
        learn(dispatcher, gemeente=entity(tracker, "gemeente"), organisatie=organisation)
        if count == 1:
            about(dispatcher, tracker, f"{STATUS}:{organisation or _asked_at(tracker)}")
        if count >= MAX_ASKED:
            say(dispatcher, text("onbegrepen.opnieuw"))
            hand_off(dispatcher, "misunderstood")
            return [SlotSet("pogingen_gegevens", {})]
        await self.ask(dispatcher, tracker, self.first if count == 1 else self.again)
        return [SlotSet("pogingen_gegevens", {**asked, self.slot: count})]

    async def ask(self, dispatcher: CollectingDispatcher, tracker: Tracker, key: str) -> None:
        """Ask with the text under `key`."""
        say(dispatcher, text(key))


class AskNumber(_Ask):
    """Asks for the case number; who named one before chooses it instead of typing it again."""

    slot, first, again = "zaaknummer", "status.vraag_nummer", "status.nummer_onduidelijk"

    async def ask(self, dispatcher: CollectingDispatcher, tracker: Tracker, key: str) -> None:
        """Ask with the text under `key`, or let choose."""
        named = [number for number in named_before(tracker) if number not in _just_told(tracker)] if key == self.first else []
        buttons = [
            {"title": number, "plain": f"…{number[-TAIL:]}", "payload": "/gegevens" + json.dumps({"zaaknummer": number})}
            for number in named
        ]
        say(dispatcher, text("status.welk_nummer" if named else key), *await digid.offer(context(tracker)), buttons=buttons)


class AskFactor(_Ask):
    """Asks for the second factor."""

    slot, first, again = "tweede_factor", "status.vraag_factor", "status.factor_onduidelijk"


class LookUpCase(Action):
    """Looks the case up, counted and recorded, and tells it."""

    def name(self) -> str:
        return "action_zaakstatus"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        number = tracker.get_slot("zaaknummer") or entity(tracker, "zaaknummer")
        raw = tracker.get_slot("tweede_factor")
        number_settled(dispatcher, tracker)
        if asks_for_another(tracker):
            say(dispatcher, text("machtiging"))
            return FRESH
        if (person := await digid.bsn(context(tracker))) is not None and not _another_question(tracker):
            if number:
                await own_cases.tell_one(dispatcher, context(tracker), number, person)
            else:
                await own_cases.tell_all(dispatcher, context(tracker), person)
            return FRESH
        if not number or not raw:
            return [*answer(dispatcher, tracker), *FRESH[:3]]
        return await look_up(dispatcher, context(tracker), number, raw)


async def look_up(
    dispatcher: CollectingDispatcher, told: dict[str, Any], number: str, raw: dict[str, str]
) -> list[EventType]:
    """Look a case up by its number and a second factor, and tell it."""
    subjects = [f"zaak:{_normal(number)}", f"adres:{told.get('address', '')}"]
    try:
        factor = _factor(raw)
        await resources.attempts().count("kenmerk", subjects)
        result = await resources.case_systems().by_number(number, factor)
    except TooManyAttempts:
        say(dispatcher, text("status.te_vaak"))
        return FRESH
    except InvalidInput:
        result = LookupResult()
    outcome = "found" if result.found else "unavailable" if result.unavailable else "not_found"
    await record_lookup(resources.store(), told, number, "kenmerk", outcome, datetime.now(UTC))
    if result.found:
        await resources.attempts().take_back("kenmerk", subjects)
        return _tell(dispatcher, told, result)
    if result.unavailable:
        say(dispatcher, text("status.storing"), text("status.deels_storing", systemen=", ".join(result.unavailable)))
    else:
        say(dispatcher, text("status.niet_gevonden"), *await digid.offer(told, "digid.aanbod_vertrouwelijk"))
    return FRESH


def _tell(dispatcher: CollectingDispatcher, told: dict[str, Any], result: LookupResult) -> list[EventType]:
    for case in result.found:
        offered = case_text.offer(case) if case is result.found[-1] else []
        say(dispatcher, *case_text.parts(case, str(told.get("channel") or "")), *offered, card=case_text.card(case))
        learn(dispatcher, organisatie=case.organisation.id, organisatie_gekozen=case.organisation.id, onderwerp=case.title)
    own_cases.remember(dispatcher, told, result.found)
    learn(dispatcher, vertrouwen="kenmerk")
    return FRESH


def _factor(raw: dict[str, str]) -> SecondFactor:
    if "geboortedatum" in raw:
        return SecondFactor.birth_date(date.fromisoformat(raw["geboortedatum"]))
    return SecondFactor.address(raw["postcode"], raw["huisnummer"])


def _normal(number: str) -> str:
    """One form for all ways of typing a number, so that the limit can not be dodged with a space."""
    return re.sub(r"[^a-z0-9]", "", number.lower())
