"""Answering a question about a public service: the right organisation, or one question, or two routes and a human."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import resources, umbrella
from actions.reply import LAST, Part, about, context, entity, hand_off, learn, say, text, told_before, understanding
from loket.review.reasons import FACT, Reason
from loket.understanding.decision import Decision, Kind, decide, leaning
from loket.understanding.patterns import fold
from loket.understanding.thread import ADDED, ALONE, OFFERED

OUT_OF_SCOPE_SURE = 0.5
"""Below this score something that looks out of scope is still tried as a question."""

PRODUCT_CERTAIN = 0.8
"""From this score a product is answered though its word stands for several organisations."""

LIKELY = 0.4
"""From this score of an organisation a message that curses is taken for a question all the same."""

SIGNALS_FOR_OFFER = 3
"""So many signals for maatwerk in one message: a casemanager is offered with the answer."""

ABOUT_AN_ORGANISATION = ("product", "organisation", "gegevens")
"""Answers after which a further question is likely about the same organisation."""

RESET = [SlotSet("misverstanden", 0), SlotSet("verduidelijkt", False)]


def answer(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """Answer the latest message as a question; shared by the actions that find out that it is one."""
    subject, asked = _subject(tracker), bool(tracker.get_slot("verduidelijkt"))
    found = leaning(understanding(tracker), subject, resources.organisations_of())
    decision = decide(found, resources.organisations_of(), asked)
    learn(dispatcher, gemeente=entity(tracker, "gemeente"))
    sure = decision.kind is Kind.PRODUCT and float(found["producten"][0]["score"]) >= PRODUCT_CERTAIN
    message = str(tracker.latest_message.get("text") or "")
    event = None if understanding(tracker).get(ADDED) else _life_event(message)  # "en haar pensioen" adds to what happened
    if not sure and not asked and event is None and (meant := umbrella.over(message, subject)) is not None:
        say(dispatcher, text(meant.question), buttons=[*meant.buttons, {"name": "iets_anders"}, {"name": "mens"}])
        about(dispatcher, tracker, f"{OFFERED}:{meant.question},{','.join(meant.offered)}")
        return [SlotSet("verduidelijkt", True)]
    more, buttons = _more(tracker, decision.product)
    if decision.kind is Kind.PRODUCT and decision.product:
        return _product(dispatcher, tracker, decision.product, more, buttons)
    if event is not None:
        name = resources.directory().events[event].naam
        if told_before(tracker, f"event:{event}"):
            say(dispatcher, text("antwoord.nog_eens", onderwerp=name), *more, buttons=buttons)
        else:
            say(dispatcher, {"event": event})
        about(dispatcher, tracker, f"event:{event}", onderwerp=name, **{LAST: f"event:{event}"})
        return RESET
    if decision.kind is Kind.ORGANISATION:
        first = decision.organisations[0]
        again = told_before(tracker, f"organisation:{first}")
        part: Part = text("antwoord.nog_bij", organisatie=resources.directory().name(first)) if again else {"organisation": first}
        say(dispatcher, part, *more, buttons=[*buttons, *map(_choice, decision.products)])
        about(dispatcher, tracker, f"organisation:{first}", organisatie=first, **{LAST: f"organisation:{first}"})
        return RESET
    if decision.kind is Kind.CLARIFY:
        buttons = [*_choices(decision), {"name": "iets_anders"}, {"name": "mens"}]
        say(dispatcher, text("verduidelijk.organisatie"), buttons=buttons)
        about(dispatcher, tracker, offered(decision))
        return [SlotSet("verduidelijkt", True)]
    if decision.kind is Kind.TWO_ROUTES:
        names = [resources.directory().name(o) for o in decision.organisations]
        routes = "\n".join(f"- {_route(o)}" for o in decision.organisations)
        say(dispatcher, text("twee_routes", routes=routes, kort_routes=", ".join(names)), buttons=_choices(decision))
        about(dispatcher, tracker, offered(decision))
        return RESET
    return not_understood(dispatcher, tracker)


def _subject(tracker: Tracker) -> str | None:
    """The organisation of the answer before, unless the citizen said that they did not mean that."""
    facts = context(tracker).get("facts") or {}
    told = str(facts.get(LAST) or "").partition(":")[0]
    known = facts.get("organisatie") and told in ABOUT_AN_ORGANISATION and "klopt_niet" not in _intents(tracker)[-2:-1]
    return str(facts["organisatie"]) if known else None


def not_understood(
    dispatcher: CollectingDispatcher, tracker: Tracker, why: Reason = Reason.NOT_UNDERSTOOD, before: bool = False
) -> list[EventType]:
    """Once: ask to say it otherwise. Twice in a row, or once `before`: a human. Either way staff will look at it."""
    learn(dispatcher, **{FACT: why.value})
    count = int(tracker.get_slot("misverstanden") or 0) + 1
    if count >= 2 or before:
        say(dispatcher, text("onbegrepen.opnieuw"))
        hand_off(dispatcher, "misunderstood")
        return RESET
    say(dispatcher, text("onbegrepen"))
    return [SlotSet("misverstanden", count), SlotSet("verduidelijkt", False)]


def _more(tracker: Tracker, answered: str | None) -> tuple[list[Part], list[dict[str, str]]]:
    """What else the message holds: other questions, and signs that more is going on than one question."""
    index = resources.directory()
    others = [o["id"] for o in understanding(tracker).get("ook", []) if o["id"] in index.products and o["id"] != answered]
    parts = [text("antwoord.ook_gevraagd", onderwerp=index.products[o].naam) for o in others]
    buttons = [_choice(o) for o in others]
    alone = str(understanding(tracker).get(ALONE) or "")
    if alone in index.products:  # what the message would be about without what was said before
        buttons.append(_choice(alone))
    if len(resources.signals().found(str(tracker.latest_message.get("text") or ""))) >= SIGNALS_FOR_OFFER:
        parts.append(text("maatwerk.aanbod"))
        buttons.insert(0, {"name": "mens"})
    return parts, buttons


def _product(
    dispatcher: CollectingDispatcher,
    tracker: Tracker,
    product_id: str,
    more: Sequence[Part] = (),
    buttons: Sequence[dict[str, str]] = (),
) -> list[EventType]:
    product = resources.directory().products[product_id]
    first = product.organisaties[0]
    if told_before(tracker, f"product:{product_id}"):
        say(dispatcher, text("antwoord.nog_eens", onderwerp=product.naam), {"reach": first}, *more, buttons=buttons)
    else:
        say(dispatcher, {"product": product_id}, *more, buttons=buttons)
    reference = f"product:{product_id}"
    about(
        dispatcher, tracker, reference, onderwerp=product.naam, product=product_id, organisatie=first, **{LAST: reference}
    )
    return RESET


def _life_event(message: str) -> str | None:
    folded = fold(message)
    for event in resources.directory().events.values():
        if any(fold(word) in folded for word in event.signaalwoorden if len(word) > 5):
            return event.id
    return None


def _choice(product_id: str) -> dict[str, str]:
    return {"title": resources.directory().products[product_id].naam, "payload": f'/kies{{"product": "{product_id}"}}'}


def offered(decision: Decision) -> str:
    """What was offered to choose from, for `about`."""
    names = [f"product={name}" for name in decision.products] + [f"organisatie={name}" for name in decision.organisations]
    return f"{OFFERED}:{','.join(names)}"


def choices(offered: Sequence[str]) -> tuple[tuple[str, ...], list[dict[str, str]]]:
    """The organisations in what was offered (`product=id`, `organisatie=id`), and a button for each."""
    ids = [one.partition("=") for one in offered]
    organisations = tuple(name for kind, _, name in ids if kind == "organisatie" and name in resources.directory().organisations)
    products = tuple(name for kind, _, name in ids if kind == "product" and name in resources.directory().products)
    again = Decision(Kind.CLARIFY, organisations=organisations, products=products)
    return organisations, _choices(again)


def _choices(decision: Decision) -> list[dict[str, str]]:
    """One button per organisation: its likeliest product where there is one."""
    index = resources.directory()
    buttons = []
    for organisation in decision.organisations:
        product = next((p for p in decision.products if organisation in index.products[p].organisaties), None)
        if product is not None:
            buttons.append(_choice(product))
        else:
            buttons.append({"title": index.name(organisation), "payload": f'/kies{{"organisatie": "{organisation}"}}'})
    return list({b["payload"]: b for b in buttons}.values())


def _route(organisation_id: str) -> str:
    organisation = resources.directory().organisations[organisation_id]
    return f"{organisation.naam}: {organisation.waarvoor}"


class AnswerQuestion(Action):
    """A question about a public service."""

    def name(self) -> str:
        return "action_antwoord"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        return answer(dispatcher, tracker)


class AnswerOutOfScope(Action):
    """Not about the government; when that is not sure, it is tried as a question first."""

    def name(self) -> str:
        return "action_buiten_bereik"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        found = understanding(tracker)
        organisations = found.get("organisaties") or [{"score": 0.0}]
        if float(found.get("score") or 0.0) < OUT_OF_SCOPE_SURE and organisations[0]["score"] >= LIKELY:
            return answer(dispatcher, tracker)
        abusive = not organisations[0]["score"] >= LIKELY and resources.signals().abusive(
            str(tracker.latest_message.get("text") or "")
        )
        say(dispatcher, text("smalltalk.boos" if abusive else "buiten_bereik"))
        return []


class NotUnderstood(Action):
    """Nothing fits."""

    def name(self) -> str:
        return "action_onbegrepen"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        return not_understood(dispatcher, tracker)


class NotWhatIMeant(Action):
    """The citizen says that an answer, or every choice of a clarifying question, was not what was meant."""

    def name(self) -> str:
        return "action_klopt_niet"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        asked = bool(tracker.get_slot("verduidelijkt"))
        return not_understood(dispatcher, tracker, Reason.CLARIFICATION if asked else Reason.NOT_MEANT, _said_so_before(tracker))


def _said_so_before(tracker: Tracker) -> bool:
    """Whether the answer before this one was not meant either, with only one other message in between."""
    return "klopt_niet" in _intents(tracker)[-3:-1]


def _intents(tracker: Tracker) -> list[str]:
    return [event["parse_data"]["intent"]["name"] for event in tracker.events if event["event"] == "user"]


class Choose(Action):
    """A button with a product or an organisation."""

    def name(self) -> str:
        return "action_kies"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        product, organisation = entity(tracker, "product"), entity(tracker, "organisatie")
        if product in resources.directory().products:
            return _product(dispatcher, tracker, product)
        if organisation in resources.directory().organisations:
            part: Part = {"organisation": organisation}
            say(dispatcher, part)
            reference = f"organisation:{organisation}"
            about(
                dispatcher, tracker, reference, organisatie=organisation, organisatie_gekozen=organisation, **{LAST: reference}
            )
            return RESET
        return not_understood(dispatcher, tracker)
