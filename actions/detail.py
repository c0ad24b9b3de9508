"""A detail that carries on what was said: kept for the human, and answered by what it says of the citizen."""

from __future__ import annotations

from functools import cache
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import resources
from actions.conversation import ASKS
from actions.reply import LAST, context, entity, learn, say, text, told_before
from actions.status import asks_for_another, factor_in, look_up
from loket.understanding.patterns import PatternGroups

DESPAIR, HARD_TO_READ = "wanhopig", "taal"
"""An emotion and a signal of data/overdracht/signalen.yaml that deserve more than thanks for the detail."""

DETAIL = "gegevens:"
"""The last answer was that a detail was noted."""


@cache
def _about_reading() -> PatternGroups:
    """Who does not understand why ("ik snap niet waarom dit is gestopt") can read."""
    return PatternGroups.load(resources.DATA / "antwoorden" / "vervolg.yaml", "lezen")


class DataOnly(Action):
    """A turn that carries on what was said before: kept for the human, and the way on is repeated."""

    def name(self) -> str:
        return "action_gegevens"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        facts = context(tracker).get("facts") or {}
        gemeente = entity(tracker, "gemeente")
        learn(dispatcher, gemeente=gemeente)
        product = str(facts.get("product") or "")
        number, factor = entity(tracker, "zaaknummer"), factor_in(tracker) if entity(tracker, "geboortedatum") else None
        if number and factor and not asks_for_another(tracker):  # whoever gives both wants to know how far it is
            return await look_up(dispatcher, context(tracker), number, factor)
        told = str(tracker.latest_message.get("text") or "")
        if resources.signals().emotion(told) == DESPAIR:
            say(dispatcher, text("gegevens.zwaar"))
        elif HARD_TO_READ in resources.signals().found(told) and _about_reading().found(told):
            say(dispatcher, text("gegevens.lezen"))
        elif resources.signals().field(told) == ASKS:
            where = [{"reach": facts["organisatie"]}] if facts.get("organisatie") else []
            say(dispatcher, text("gegevens.vraag"), *where)
        elif told_before(tracker, DETAIL):
            say(dispatcher, text("gegevens.nog_meer"))
        elif gemeente and product in resources.directory().products and "gemeente" in resources.organisations_of()[product]:
            say(dispatcher, text("gegevens.gemeente", gemeente=gemeente), {"product": product})
        elif facts.get("organisatie"):
            say(dispatcher, text("gegevens.bij", organisatie=resources.directory().name(facts["organisatie"])))
        else:
            say(dispatcher, text("gegevens.geen_vraag"))
        learn(dispatcher, **{LAST: DETAIL})
        return []
