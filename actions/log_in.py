"""Logging in and out with DigiD."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import digid, inzage, own_cases, resources
from actions.conversation import FRESH
from actions.reply import context, learn, say, text
from loket.contacts import party


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
        facts = told.get("facts") or {}
        learn(dispatcher, **await party.logged_in(resources.contact_register(), facts, int(told.get("seq", 0)), person))
        if facts.get(digid.WAITING_FOR) == "inzage":
            await inzage.tell_who_looked(dispatcher, tracker)
            learn(dispatcher, **{digid.WAITING_FOR: "gedaan"})
        return FRESH


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
