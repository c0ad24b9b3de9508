"""The one custom action of the stock assistant: it answers at once."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher


class Stock(Action):
    """Says one sentence."""

    def name(self) -> str:
        return "action_stock"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        dispatcher.utter_message(text="Dit vraagt u aan bij uw gemeente.")
        return []
