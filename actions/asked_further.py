"""Questions about what was just told: what does it cost, whom do I call, how long do I have (data/antwoorden/vervolgvragen.yaml).

They are answered from what the verwijsindex says of that product or organisation. What it does not say is not guessed: then the
citizen hears so, and where that organisation tells it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import resources, umbrella
from actions.answer import choices
from actions.reply import Part, context, say, text, understanding
from loket.directory import Organisation, Product, in_sentence
from loket.understanding.thread import ABOUT, FURTHER, LANGUAGE, OFFERED, STATUS

OBJECTION_HELP = "bezwaar_hulp"
"""The product that says how to object: its term and its help hold for every objection."""

NO_COUNTER = ("hulplijn", "spoed", "anders", "zorg")
"""Kinds of organisations that one calls, or knows: whether they have a counter is no question there."""

GENERAL = ("mag", "niet_betalen")
"""Kinds of questions with one answer, whatever was told."""

UNKNOWN = "_onbekend"
"""End of the key of a text that says that we do not know."""


@dataclass(frozen=True)
class _Told:
    """What was told last: a product of an organisation, or the organisation alone."""

    organisation: Organisation
    product: Product | None = None


def asked(tracker: Tracker) -> bool:
    """Whether the latest message asks about what was told."""
    return bool(understanding(tracker).get(FURTHER))


def tell(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    """Answer it, or say that we do not know and where to ask."""
    kinds: list[str] = understanding(tracker)[FURTHER]
    about, _, what = str(_facts(tracker).get(ABOUT) or "").partition(":")
    in_form = [{"name": "status"}] if about == STATUS else []
    if LANGUAGE in kinds:
        say(dispatcher, text(f"taal.{understanding(tracker)['taal']}"), buttons=in_form)
    elif about == OFFERED:
        _choose_first(dispatcher, what.split(","), kinds)
    elif about == "event":
        say(dispatcher, text("erbij.stappen"))
    elif (told := _told(tracker, about, what)) is not None:
        parts = [part for kind in kinds for part in _answer(kind, told)]
        unknown = any(str(part["key"]).endswith(UNKNOWN) for part in parts)
        say(dispatcher, *parts, *(_ask_there(told) if unknown else []), {"reach": told.organisation.id}, buttons=in_form)
    elif general := [text(f"erbij.{kind}") for kind in kinds if kind in GENERAL]:
        say(dispatcher, *general, buttons=in_form)
    else:
        say(dispatcher, text("erbij.weet_niet"), buttons=in_form)


def _choose_first(dispatcher: CollectingDispatcher, offered: list[str], kinds: list[str]) -> None:
    """The choices of our question once more; with how to reach each, where that is what was asked."""
    again = umbrella.named(offered[0])
    organisations, buttons = choices(offered)
    found = [resources.directory().organisations[name] for name in organisations]
    lines = [f"{one.naam}: {_reached(one) if 'contact' in kinds else one.waarvoor}" for one in found]
    routes = "\n".join(f"- {line}" for line in lines)
    parts = [text("erbij.keuze", routes=routes)]
    if again is not None and "contact" not in kinds:
        parts = [text("erbij.eerst"), text(again.question)]
    say(dispatcher, *parts, buttons=[*(again.buttons if again else buttons), {"name": "mens"}])


def _reached(organisation: Organisation) -> str:
    website = organisation.website.removeprefix("https://")
    return organisation.certain("telefoon") or website or organisation.waarvoor


def _facts(tracker: Tracker) -> dict[str, Any]:
    return context(tracker).get("facts") or {}


def _told(tracker: Tracker, about: str, what: str) -> _Told | None:
    """None when no organisation of the verwijsindex was told."""
    index = resources.directory()
    product = index.products.get(OBJECTION_HELP if about == "bezwaar" else what if about == "product" else "")
    named = str(_facts(tracker).get("organisatie") or "") if about in ("bezwaar", "zaak") else what
    if product is not None and named not in index.organisations:
        named = product.organisaties[0]
    organisation = index.organisations.get(named)
    return None if organisation is None else _Told(organisation, product)


def _answer(kind: str, told: _Told) -> list[Part]:
    return ANSWERS.get(kind, _from_product)(kind, told)


def _contact(kind: str, told: _Told) -> list[Part]:
    number = told.organisation.certain("telefoon")
    if number or _by_place(told.organisation):
        return [text("erbij.contact", **_named(told), nummer=number)] if number else [text("antwoord.waar", **_named(told))]
    return _unknown(kind, told)


def _hours(kind: str, told: _Told) -> list[Part]:
    hours = told.organisation.certain("openingstijden")
    if hours and told.organisation.certain("telefoon"):  # how to reach it tells them, but not on SMS
        return [text("erbij.openingstijden", **_named(told), tijden=hours)]
    return _unknown(kind, told)


def _where(kind: str, told: _Told) -> list[Part]:
    """Whether one can go there is told as far as it was read at a source: many organisations have no counter."""
    organisation, be_there = told.organisation, text("erbij.waar", **_named(told))
    if organisation.soort == "gemeente" and _by_place(organisation):
        return [be_there, text("erbij.waar_afspraak")]
    if organisation.spoed or organisation.soort in NO_COUNTER:
        return [be_there]
    if counter := organisation.certain("loket"):
        return [be_there, text("erbij.waar_loket", zinnen=counter)]
    return [be_there, *_unknown(kind, told)]


def _in_general(kind: str, told: _Told) -> list[Part]:
    return [text(f"erbij.{kind}")]


def _bring(kind: str, told: _Told) -> list[Part]:
    things = told.product.meenemen if told.product else ()
    if not things:
        return _unknown(kind, told)
    *before, last = things
    return [text("erbij.meenemen", zinnen=f"{', '.join(before)} en {last}" if before else last)]


def _from_product(kind: str, told: _Told) -> list[Part]:
    """The sentences of the answer about the product that tell it."""
    found = resources.further().sentences(kind, told.product.antwoord) if told.product else []
    return [text(f"erbij.{kind}", zinnen=" ".join(found))] if found else _unknown(kind, told)


def _unknown(kind: str, told: _Told) -> list[Part]:
    return [text(f"erbij.{kind}{UNKNOWN}", **_named(told))]


def _ask_there(told: _Told) -> list[Part]:
    """Where the organisation tells it: its website, its number."""
    organisation = told.organisation
    number, website = organisation.certain("telefoon"), organisation.website.removeprefix("https://")
    if _by_place(organisation) or not (number or website):
        return [text("erbij.vraag", **_named(told))]
    key = "erbij.kijk_en_bel" if number and website else "erbij.kijk" if website else "erbij.bel"
    return [text(key, **_named(told), nummer=number, website=website)]


def _by_place(organisation: Organisation) -> bool:
    """Whether there is one in each place: how to reach it says how to find it."""
    return organisation.soort in ("gemeente", "provincie", "waterschap") and not organisation.website


def _named(told: _Told) -> dict[str, str]:
    return {"organisatie": in_sentence(told.organisation.naam)}


ANSWERS: dict[str, Callable[[str, _Told], list[Part]]] = {
    "contact": _contact, "openingstijden": _hours, "waar": _where, "meenemen": _bring,
    **dict.fromkeys(GENERAL, _in_general),
}  # fmt: skip
