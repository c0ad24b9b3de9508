"""The cases of a citizen who is logged in with DigiD: a short list to choose from, or one of them in full."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions import case_choice, case_text, resources
from actions.reply import Part, learn, say, text
from loket.cases.errors import InvalidInput
from loket.cases.model import CaseStatus
from loket.cases.registry import LookupResult
from loket.identity.audit import ALL, record_lookup
from loket.notifications.stamp import stamp
from loket.understanding.thread import ABOUT

TRUST = "digid"
SHOWN = 8
"""So many cases are listed; a longer list is hard to choose from."""


async def tell_all(dispatcher: CollectingDispatcher, told: dict[str, Any], bsn: str) -> None:
    """Tell the only case, or list all of them with a button each; be honest about systems that did not answer."""
    result = await resources.case_systems().by_person(bsn)
    await _record_all(told, result)
    if not result.found:
        say(dispatcher, *_missing(result), text("digid.geen_zaken"), trust=TRUST)
        return
    if len(result.found) == 1 and not result.unavailable:
        await tell_one(dispatcher, told, result.found[0].number, bsn)
        return
    shown = result.found[:SHOWN]
    lines = [_line(place, case) for place, case in enumerate(shown, 1)]
    more = [text("zaken.meer", aantal=len(result.found) - SHOWN)] if len(result.found) > SHOWN else []
    say(dispatcher, text("zaken.kies", aantal=len(result.found)), *lines, *more, *_missing(result), text("zaken.kies_een"),
        buttons=case_choice.buttons([case_choice.Choice.of(case) for case in shown]), trust=TRUST)
    remember(dispatcher, told, shown)


async def tell_one(dispatcher: CollectingDispatcher, told: dict[str, Any], number: str, bsn: str) -> bool:
    """Tell one case in full, if it is this person's; returns whether it was found."""
    try:
        result = await resources.case_systems().by_number_and_person(number, bsn)
    except InvalidInput:
        result = LookupResult()
    outcome = "found" if result.found else "unavailable" if result.unavailable else "not_found"
    await record_lookup(resources.store(), told, number, TRUST, outcome, datetime.now(UTC))
    for case in result.found:
        words = case_text.parts(case, str(told.get("channel") or ""))
        say(dispatcher, *words, *case_text.offer(case), card=case_text.card(case), trust=TRUST)
        learn(dispatcher, organisatie=case.organisation.id, organisatie_gekozen=case.organisation.id, onderwerp=case.title)
    if result.found:
        remember(dispatcher, told, result.found)
    elif result.unavailable:
        say(dispatcher, text("status.storing"), *_missing(result))
    else:
        say(dispatcher, text("digid.niet_gevonden"))
    return bool(result.found)


def remember(dispatcher: CollectingDispatcher, told: dict[str, Any], cases: list[CaseStatus]) -> None:
    """Keep which cases were told: for the summary, the contact register, news, and questions that follow.

    UUID and system are never shown to a citizen; at what level a case was found stands with it.
    """
    known = dict((told.get("facts") or {}).get("zaken") or {})
    seq = str(told.get("seq", 0))
    for index, case in enumerate(cases):
        known[f"{seq}.{index}" if index else seq] = {
            "nummer": case.number,
            "titel": case.title,
            "organisatie": case.organisation.name,
            "start": case.start.isoformat(),
            "stand": case_text.standing(case),
            "uuid": case.uuid,
            "systeem": case.system_id,
            "stempel": stamp(case),
            "niveau": case.trust.value,
        }
    learn(dispatcher, zaken=known, **{ABOUT: "zaak:"})


def _line(place: int, case: CaseStatus) -> Part:
    key = "zaken.regel_klaar" if case.closed else "zaken.regel_laat" if case.late else "zaken.regel"
    where = case_text.standing(case) or {"key": "zaken.geen_stand"}
    return text(key, plaats=place, titel=case.title, stand=where, nummer=case.number)


def _missing(result: LookupResult) -> list[Part]:
    return [text("status.deels_storing", systemen=", ".join(result.unavailable))] if result.unavailable else []


async def _record_all(told: dict[str, Any], result: LookupResult) -> None:
    now = datetime.now(UTC)
    for case in result.found:
        await record_lookup(resources.store(), told, case.number, TRUST, "found", now)
    if not result.found:
        await record_lookup(resources.store(), told, ALL, TRUST, "unavailable" if result.unavailable else "not_found", now)
