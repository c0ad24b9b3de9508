"""Logging in and out with DigiD."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import digid, inzage, own_cases, resources
from actions.conversation import FRESH
from actions.reply import context, learn, say, text
from loket.cases.errors import CaseSystemError
from loket.contacts.content import PARTY

log = structlog.get_logger(__name__)
PARTY_SECONDS = 3.0


class LogIn(Action):
    """The citizen wants to log in."""

    def name(self) -> str:
        return "action_inloggen"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        told = context(tracker)
        if await digid.bsn(told):
            say(dispatcher, text("digid.al_ingelogd"))
        elif found := await digid.offer(told, "digid.link"):
            say(dispatcher, *found)
        else:
            say(dispatcher, text("digid.kan_niet"))
        return FRESH


class LoggedIn(Action):
    """Back from DigiD: the citizen's cases, or what was asked before."""

    def name(self) -> str:
        return "action_ingelogd"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        told = context(tracker)
        person = await digid.bsn(told)
        if person is None:
            say(dispatcher, text("digid.verlopen"))
            return FRESH
        say(dispatcher, text("digid.welkom"))
        await own_cases.tell_all(dispatcher, told, person)
        learn(dispatcher, **{PARTY: {**_known(told), str(told.get("seq", 0)): await _party(person) or ""}})
        if (told.get("facts") or {}).get(digid.WAITING_FOR) == "inzage":
            await inzage.tell_who_looked(dispatcher, tracker)
            learn(dispatcher, **{digid.WAITING_FOR: "gedaan"})
        return FRESH


def _known(told: dict[str, Any]) -> dict[str, str]:
    """Who logged in before in this conversation: their contact must not become that of who logs in now."""
    known = (told.get("facts") or {}).get(PARTY) or {}
    return {"0": known} if isinstance(known, str) else dict(known)


async def _party(person: str) -> str | None:
    """Who this is in the contact register, so that the contact can be registered after the BSN is gone; a register that is
    down or slow costs no more than that: the contact is then anonymous."""
    register = resources.contact_register()
    if register is None:
        return None
    try:
        async with asyncio.timeout(PARTY_SECONDS):
            return await register.party(person)
    except (CaseSystemError, TimeoutError) as error:
        log.warning("contact_register.no_party", error=type(error).__name__)
        return None


class LogOut(Action):
    """Log out, from any channel."""

    def name(self) -> str:
        return "action_uitloggen"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        kept = digid.sessions()
        was = await kept.end(str(context(tracker).get("conversation", ""))) if kept else False
        say(dispatcher, text("digid.uitgelogd" if was else "digid.niet_ingelogd"))
        learn(dispatcher, vertrouwen="anoniem")
        return FRESH
