"""How far is it, without a case number: nothing can be looked up safely, but there is a way on."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import digid, resources
from actions.conversation import FRESH
from actions.reply import about, context, say, text, understanding
from loket.directory import Product, in_sentence


class NoNumber(Action):
    """The citizen has no case number, or says what it is about instead of giving one ("voor een parkeerkaart")."""

    def name(self) -> str:
        return "action_geen_nummer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        index = resources.directory()
        ranked = understanding(tracker).get("producten") or []
        if ranked and ranked[0]["id"] in index.products:
            _ask_there(dispatcher, tracker, index.products[ranked[0]["id"]])
            return FRESH
        organisation = (context(tracker).get("facts") or {}).get("organisatie")
        key = "status.waar_bekend" if organisation else "status.waar_onbekend"
        where = {"key": key, "values": {"organisatie": index.name_in_sentence(organisation)}}
        say(dispatcher, text("status.geen_nummer", waar=where), *await digid.offer(context(tracker)))
        return FRESH


def _ask_there(dispatcher: CollectingDispatcher, tracker: Tracker, product: Product) -> None:
    """Which organisation handles it, and how to ask there how far it is."""
    first = resources.directory().organisations[product.organisaties[0]]
    where = text("status.zonder_nummer", onderwerp=product.naam, organisatie=in_sentence(first.naam))
    button = {"title": product.naam, "payload": f'/kies{{"product": "{product.id}"}}'}
    say(dispatcher, where, {"reach": first.id}, buttons=[button])
    about(dispatcher, tracker, f"product:{product.id}", organisatie=first.id, onderwerp=product.naam)
