"""Who is logged in with DigiD sees their own cases, all of them and only theirs; who is not is shown the way."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select

from loket.answers.compose import Composer
from loket.answers.texts import Texts
from loket.directory import Directory
from loket.identity.digid import DigidSessions
from loket.identity.one_time import OneTimeTokens
from loket.identity.vault import Vault
from loket.store import Store
from loket.store.login import DigidSession
from loket.store.schema import Conversation, Lookup
from tests.actions.conftest import VAULT_KEY, ActionServer, Said

COMPOSER = Composer(Texts.load(Path("data/antwoorden")), Directory.load(Path("data/verwijsindex")))
SANNE, KARIM, FENNA, ROSA = "999990007", "999990457", "999991322", "999992211"
NUMBER = "ZAAK-2026-%010d"


@dataclass
class Desk:
    """A store in which citizens log in."""

    store: Store

    async def conversation(self, bsn: str | None, ago: timedelta = timedelta()) -> dict[str, Any]:
        """The context of a new conversation; with a BSN its citizen logged in so long ago."""
        now, identity = datetime.now(UTC), str(uuid.uuid4())
        async with self.store.write() as session:
            session.add(Conversation(id=identity, channel="web", address=str(uuid.uuid4()), state="bot", facts={}, created_at=now,
                                     updated_at=now))
        if bsn is not None:
            await DigidSessions(self.store, Vault([VAULT_KEY]), lambda: now - ago).begin(identity, bsn)
        return {"facts": {}, "conversation": identity, "address": f"web:{uuid.uuid4()}", "seq": 7, "channel": "web",
                "trust": "digid" if bsn else "anoniem"}

    async def lookups(self, told: dict[str, Any]) -> list[tuple[str, str, str]]:
        """Number, level and outcome of what was recorded for a conversation."""
        async with self.store.read() as session:
            rows = await session.scalars(select(Lookup).where(Lookup.conversation_id == told["conversation"]).order_by(Lookup.id))
            return [(row.case_number, row.trust, row.outcome) for row in rows]


@pytest_asyncio.fixture
async def desk(actions_database: str) -> AsyncIterator[Desk]:
    """On the database of the action servers."""
    store = Store.connect(actions_database)
    yield Desk(store)
    await store.close()


def words(said: Said, short: bool = False) -> str:
    """What a citizen reads."""
    return "\n".join(COMPOSER.utterance(p["utterance"], {}, short).text for p in said.payloads if "utterance" in p)


def payloads(said: Said) -> list[str]:
    """Of the buttons that the action adds."""
    return [b["payload"] for p in said.payloads if "utterance" in p for b in p["utterance"]["buttons"] if "payload" in b]


def marked(said: Said) -> set[str]:
    """The levels that the messages may be read again at."""
    return {p["utterance"].get("trust") for p in said.payloads if "utterance" in p}


async def test_two_cases_are_a_short_list_to_choose_from(server: ActionServer, desk: Desk) -> None:
    # Given somebody with two cases who logged in
    told = await desk.conversation(KARIM)
    # When they ask how far they are, then they choose
    said = await server.run("action_zaakstatus", context=told)
    assert sorted(said.keys) == ["zaken.kies", "zaken.kies_een", "zaken.regel", "zaken.regel_laat"]
    chosen = [json.loads(p.removeprefix("/zaak"))["zaaknummer"] for p in payloads(said)]
    assert sorted(chosen) == [NUMBER % 2, NUMBER % 15] and marked(said) == {"digid"}
    assert sorted(await desk.lookups(told)) == [(NUMBER % 2, "digid", "found"), (NUMBER % 15, "digid", "found")]
    assert KARIM not in json.dumps(said.payloads)
    # When they choose one, then it is told in full
    said = await server.run("action_zaak", context=told, entities={"zaaknummer": NUMBER % 15}, intent="zaak")
    assert said.card["number"] == NUMBER % 15 and "zaak.status" in said.keys and marked(said) == {"digid"}
    assert said.facts["zaken"]["7"]["niveau"] == "digid"


async def test_one_case_is_told_at_once_also_a_confidential_one(server: ActionServer, desk: Desk) -> None:
    said = await server.run("action_ingelogd", context=await desk.conversation(ROSA), intent="ingelogd")
    assert said.keys[0] == "digid.welkom" and said.card["number"] == NUMBER % 7
    assert "huisbezoek" in words(said), "what staff wrote for the citizen is told at this level"
    assert NUMBER % 12 not in words(said), "a secret case is never told"


async def test_a_case_of_somebody_else_is_not_told(server: ActionServer, desk: Desk) -> None:
    told = await desk.conversation(SANNE)
    for action in ("action_zaak", "action_zaakstatus"):
        said = await server.run(action, context=told, entities={"zaaknummer": NUMBER % 2}, slots={"zaaknummer": NUMBER % 2})
        assert said.keys == ["digid.niet_gevonden"]
    assert await desk.lookups(told) == [(NUMBER % 2, "digid", "not_found")] * 2


@pytest.mark.parametrize("ago", [timedelta(minutes=16), timedelta(hours=3)])
async def test_an_old_log_in_opens_nothing(server: ActionServer, desk: Desk, ago: timedelta) -> None:
    told = await desk.conversation(SANNE, ago)
    said = await server.run("action_zaak", context=told, entities={"zaaknummer": NUMBER % 1}, intent="zaak")
    assert said.keys == ["digid.opnieuw", "digid.link", "digid.demo"] and await desk.lookups(told) == []
    assert (await server.run("action_ingelogd", context=told)).keys == ["digid.verlopen"]


async def test_the_level_that_is_told_is_not_believed(server: ActionServer, desk: Desk) -> None:
    told = {**await desk.conversation(None), "trust": "digid"}
    said = await server.run("action_zaak", context=told, entities={"zaaknummer": NUMBER % 1})
    assert "zaak.status" not in said.keys and await desk.lookups(told) == []


async def test_a_case_system_that_does_not_answer_is_told(cut_off_server: ActionServer, desk: Desk) -> None:
    said = await cut_off_server.run("action_zaakstatus", context=await desk.conversation(SANNE))
    assert said.keys == ["status.deels_storing", "digid.geen_zaken"]


async def test_logging_out_forgets_the_number(server: ActionServer, desk: Desk) -> None:
    told = await desk.conversation(SANNE)
    assert (await server.run("action_uitloggen", context=told)).keys == ["digid.uitgelogd"]
    async with desk.store.read() as session:
        conversation = await session.get_one(Conversation, told["conversation"])
        assert await session.get(DigidSession, told["conversation"]) is None and conversation.trust == "anoniem"
    assert (await server.run("action_uitloggen", context=told)).keys == ["digid.niet_ingelogd"]


@pytest.mark.parametrize(("channel", "path"), [("web", "/digid/inloggen?link="), ("sms", "/i/"), ("whatsapp", "/i/")])
async def test_the_way_to_log_in_fits_the_channel(server: ActionServer, desk: Desk, channel: str, path: str) -> None:
    told = {**await desk.conversation(None), "channel": channel}
    said = await server.run("action_inloggen", context=told, intent="inloggen")
    address = said.parts[0]["values"]["adres"]
    assert address.startswith("https://gemeente.example" + path) and said.keys == ["digid.link", "digid.demo"]
    token = address.removeprefix("https://gemeente.example" + path)
    assert await OneTimeTokens(desk.store, lambda: datetime.now(UTC)).use("digid", token) == told["conversation"]
    assert address in words(said, short=True)


async def test_who_looked_at_my_data(server: ActionServer, desk: Desk) -> None:
    told = await desk.conversation(FENNA)
    said = await server.run("action_privacy", text="wie heeft mijn gegevens bekeken?", context=told, intent="privacy")
    assert "inzage.begin" in said.keys and "ingelogd met uw DigiD. Dat was 2 keer." in words(said) and marked(said) == {"digid"}
    # And by SMS without a number
    sms = {**told, "channel": "sms"}
    said = await server.run("action_privacy", text="wie heeft mijn gegevens bekeken?", context=sms, intent="privacy")
    assert "via uw DigiD. Dat was 2 keer." in words(said, short=True) and "ZAAK" not in words(said, short=True)
    said = await server.run("action_privacy", text="wie heeft mijn gegevens bekeken?", context=await desk.conversation(None))
    assert said.keys[0] == "inzage.niet_ingelogd" and said.facts["na_inloggen"] == "inzage" and "digid.aanbod_inzage" in said.keys


@pytest.mark.parametrize("text", [
    "hoe ver is de aanvraag van mijn moeder",
    "Ik ben bewindvoerder, hoe staat het met de bijstand van mijn cliënt?",
    "mag ik voor mijn vader kijken hoe ver zijn zaak is",
])
async def test_who_asks_for_another_hears_of_authorisation(server: ActionServer, desk: Desk, text: str) -> None:
    for trust in (None, SANNE):
        told = await desk.conversation(trust)
        slots = {"zaaknummer": NUMBER % 1, "tweede_factor": {"geboortedatum": "1980-03-12"}}
        said = await server.run("action_zaakstatus", text=text, context=told, slots=slots)
        assert said.keys == ["machtiging"] and await desk.lookups(told) == []
        assert {b.payload for b in COMPOSER.utterance(said.payloads[0]["utterance"], {}).buttons} >= {"/mens", "/status"}


# -- questions that follow -------------------------------------------------------------------------------------------


async def told_before(server: ActionServer, desk: Desk, number: int, bsn: str) -> dict[str, Any]:
    """The context after a case was told to who is logged in."""
    told = await desk.conversation(bsn)
    said = await server.run("action_zaak", context=told, entities={"zaaknummer": NUMBER % number})
    return {**told, "facts": said.facts, "seq": 9}


@pytest.mark.parametrize(("number", "bsn", "kind", "expected"), [
    (1, SANNE, "wanneer", ["zaak.beslisdatum"]),
    (2, KARIM, "wanneer", ["zaak.te_laat"]),
    (2, KARIM, "te_laat", ["zaak.te_laat", "zaak.herinneren", "zaak.in_gebreke"]),
    (3, SANNE, "wanneer", ["vervolg.klaar"]),
    (5, FENNA, "waarom", ["zaak.opgeschort"]),
    (2, KARIM, "waarom", ["vervolg.waarom_onbekend", "zaak.te_laat"]),
    (2, KARIM, "gedaan", ["vervolg.gedaan", "zaak.status"]),
    (1, SANNE, "volgende", ["vervolg.volgende"]),
    (1, SANNE, "zelf", ["vervolg.niets_te_doen"]),
    (7, ROSA, "zelf", ["vervolg.zelf"]),
    (5, FENNA, "zelf", ["zaak.opgeschort"]),
    (1, SANNE, "te_laat", ["vervolg.nog_niet_te_laat", "zaak.herinneren", "zaak.in_gebreke"]),
    (3, SANNE, "te_laat", ["vervolg.klaar"]),
])
async def test_a_question_that_follows(
    server: ActionServer, desk: Desk, number: int, bsn: str, kind: str, expected: list[str]
) -> None:
    told = await told_before(server, desk, number, bsn)
    said = await server.run("action_vervolg", context=told, entities={"soort": kind}, intent="vervolg")
    assert said.keys[0] == "vervolg.over" and set(expected) <= set(said.keys), said.keys
    assert marked(said) == {"digid"} and "None" not in words(said)
    assert (await desk.lookups(told))[-1] == (NUMBER % number, "digid", "found"), "asked for afresh, and recorded"


async def test_the_other_one(server: ActionServer, desk: Desk) -> None:
    # Given two cases of which one was chosen
    told = await desk.conversation(KARIM)
    listed = await server.run("action_zaakstatus", context=told)
    told = {**told, "facts": listed.facts, "seq": 9}
    chosen = await server.run("action_zaak", context=told, entities={"zaaknummer": NUMBER % 2})
    told = {**told, "facts": {**listed.facts, **chosen.facts}, "seq": 11}
    # When asked for the other, then that one is told; and after it the first again
    said = await server.run("action_vervolg", context=told, entities={"soort": "andere"})
    assert said.card["number"] == NUMBER % 15
    told = {**told, "facts": {**told["facts"], **said.facts}, "seq": 13}
    assert (await server.run("action_vervolg", context=told, entities={"soort": "andere"})).card["number"] == NUMBER % 2


async def test_questions_that_follow_without_logging_in(server: ActionServer, desk: Desk) -> None:
    # Given a case that was found by its number and a birth date
    told = await desk.conversation(None)
    factor = {"geboortedatum": "1991-07-30"}
    found = await server.run("action_zaakstatus", context=told, slots={"zaaknummer": NUMBER % 2, "tweede_factor": factor})
    told = {**told, "facts": found.facts, "trust": "kenmerk", "seq": 9}
    # Then questions about it are answered as long as that counts
    said = await server.run("action_vervolg", context=told, entities={"soort": "gedaan"})
    assert "vervolg.gedaan" in said.keys and marked(said) == {""}
    assert (await server.run("action_vervolg", context=told, entities={"soort": "andere"})).keys[0] == "vervolg.andere_onbekend"
    # And not any more when it does not
    said = await server.run("action_vervolg", context={**told, "trust": "anoniem"}, entities={"soort": "wanneer"})
    assert said.keys == ["vervolg.verlopen"]
    assert [level for _, level, _ in await desk.lookups(told)] == ["kenmerk"] * 2


async def test_after_logging_out_no_other_case_is_named(server: ActionServer, desk: Desk) -> None:
    # Given somebody who saw two cases and logged out
    told = await desk.conversation(KARIM)
    listed = await server.run("action_zaakstatus", context=told)
    await server.run("action_uitloggen", context=told)
    told = {**told, "facts": listed.facts, "trust": "anoniem", "seq": 9}
    # Then "the other one" shows neither title nor number, only the way to log in
    said = await server.run("action_vervolg", context=told, entities={"soort": "andere"})
    assert said.keys == ["digid.opnieuw", "digid.link", "digid.demo"] and payloads(said) == []


async def test_several_cases_of_a_number_and_a_fact_are_a_choice_while_that_counts(server: ActionServer, desk: Desk) -> None:
    told = await desk.conversation(None)
    facts = {"zaken": {str(n): {"nummer": NUMBER % n, "niveau": "kenmerk", "titel": "Parkeervergunning", "start": "2026-09-01",
                                "organisatie": "Gemeente Demodam"} for n in (1, 2, 3)}}
    told = {**told, "facts": facts, "trust": "kenmerk", "seq": 9}
    said = await server.run("action_vervolg", context=told, entities={"soort": "andere"})
    assert said.keys == ["vervolg.welke"] and len(payloads(said)) == 2
    shown = COMPOSER.utterance(said.payloads[0]["utterance"], {}).buttons[0]
    assert shown.short == "Parkeervergunning (2)" and shown.plain == "Gemeente Demodam, van 1 september 2026"
    said = await server.run("action_vervolg", context={**told, "trust": "anoniem"}, entities={"soort": "andere"})
    assert said.keys == ["vervolg.verlopen"] and payloads(said) == []


async def test_what_was_told_to_one_is_not_told_to_the_next(server: ActionServer, desk: Desk) -> None:
    # Given a conversation in which Karim read his case, and in which Sanne logs in after him
    told = await told_before(server, desk, 2, KARIM)
    await DigidSessions(desk.store, Vault([VAULT_KEY]), lambda: datetime.now(UTC)).begin(told["conversation"], SANNE)
    # Then "wanneer dan?" tells nothing of Karim
    said = await server.run("action_vervolg", context=told, entities={"soort": "wanneer"})
    assert said.keys == ["digid.niet_gevonden"]


async def test_a_late_case_names_the_way_of_its_organisation(server: ActionServer, desk: Desk) -> None:
    said = await server.run("action_zaak", context=await desk.conversation(KARIM), entities={"zaaknummer": NUMBER % 2})
    assert {"reach": "gemeente"} in said.parts and "Gemeente Demodam" in words(said)
    assert said.keys.index("zaak.te_laat") < said.keys.index("zaak.herinneren") < said.keys.index("zaak.in_gebreke")
