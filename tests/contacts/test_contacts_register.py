"""The client of the contact register, against the really running demo."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from structlog.testing import capture_logs

from loket.cases.errors import InvalidInput, Misconfigured, Rejected, Unavailable
from loket.cases.transport import Limits
from loket.contacts.model import Actor, ActorKind, Contact, Task, language_code, number_of, shortened
from loket.contacts.register import ContactRegister
from tests.cases.faults import Fault, Proxy, cut_off, proxy_to, reset, silence, status, text
from tests.contract.openapi import request_problems
from tests.zaaksysteem.rig import TOKEN, Server, running_server

DATA = Path(__file__).parents[2] / "data" / "klantinteracties.yaml"
BSN = "999990007"
BOT = Actor("verbonden", "Verbonden", ActorKind.AUTOMATED, "Digitale assistent")
TEAM = Actor("kcc-demodam", "Klantcontactcentrum Demodam", ActorKind.UNIT)
CONTACT = Contact(
    key="gesprek-1",
    channel="chat",
    subject="Stand van zaken parkeervergunning",
    content="De inwoner vroeg hoe ver de aanvraag is.",
    at=datetime(2026, 11, 22, 10, 0, tzinfo=UTC),
    metadata={"kanaal": "web"},
)
QUICK = Limits(connect=0.5, attempt=0.3, deadline=0.8, attempts=2)


def open_register(url: str, token: str = TOKEN) -> ContactRegister:
    """A client with the configuration that ships with the project."""
    environment = {"KLANTINTERACTIES_URL": url, "KLANTINTERACTIES_TOKEN": token}
    return ContactRegister.from_file(DATA, environment, limits=QUICK)


@pytest_asyncio.fixture
async def demo() -> AsyncIterator[Server]:
    """A fresh demo server."""
    async with running_server() as server:
        yield server


@pytest_asyncio.fixture
async def register(demo: Server) -> AsyncIterator[ContactRegister]:
    """A client of it."""
    client = open_register(demo.url)
    yield client
    await client.close()


@asynccontextmanager
async def behind(demo: Server) -> AsyncIterator[tuple[Proxy, ContactRegister]]:
    """A client with a proxy between."""
    async with proxy_to(demo.url) as proxy:
        client = open_register(proxy.url)
        try:
            yield proxy, client
        finally:
            await client.close()


async def test_a_contact_with_person_case_actor_and_task(demo: Server, register: ContactRegister) -> None:
    party = await register.party(BSN)
    made = await register.register(replace(CONTACT, party=party, case_uuid="468f34cf-9246-4285-9c26-61d1330f9fc8"))
    bot, team = await register.actor(BOT), await register.actor(TEAM)
    await register.link_actor(made, bot)
    task = await register.create_task(Task("taak-1", made, "Terugbellen", team, "De termijn is voorbij."))
    path = "/klantinteracties/api/v1"
    query = "onderwerpobject__onderwerpobjectidentificatorObjectId=468f34cf-9246-4285-9c26-61d1330f9fc8"
    query += "&onderwerpobject__onderwerpobjectidentificatorCodeObjecttype=zgw-Zaak&expand=hadBetrokkenen,leiddeTotInterneTaken"
    listed = (await demo.call("GET", f"{path}/klantcontacten?{query}", authorization=f"Token {TOKEN}")).body
    (contact,) = listed["results"]
    assert contact["uuid"] == made
    assert contact["kanaal"] == "chat"
    assert contact["taal"] == "nld"
    assert contact["plaatsgevondenOp"] == "2026-11-22T10:00:00Z"
    assert contact["metadata"] == {"kanaal": "web", "verbonden": "gesprek-1"}
    assert [actor["naam"] for actor in contact["hadBetrokkenActoren"]] == ["Verbonden"]
    (person,) = contact["_expand"]["hadBetrokkenen"]
    assert person["wasPartij"]["uuid"] == party
    assert person["rol"] == "klant"
    (job,) = contact["_expand"]["leiddeTotInterneTaken"]
    assert job["uuid"] == task
    assert job["status"] == "te_verwerken"
    assert job["toegewezenAanActor"]["uuid"] == team


async def test_anonymous_stays_anonymous(demo: Server, register: ContactRegister) -> None:
    await register.register(CONTACT)
    (person,) = demo.store.all("betrokkene")
    assert person["wasPartij"] is None
    assert person["volledigeNaam"] == ""
    assert list(demo.store.all("partij")) == []
    assert list(demo.store.all("onderwerpobject")) == []


async def test_everything_twice_makes_nothing_twice(demo: Server, register: ContactRegister) -> None:
    for client in (register, open_register(demo.url)):
        party = await client.party(BSN)
        contact = await client.register(replace(CONTACT, party=party))
        actor = await client.actor(BOT)
        await client.link_actor(contact, actor)
        await client.create_task(Task("taak-1", contact, "Terugbellen", actor))
        await client.close()
    kinds = ("partij", "partijidentificator", "klantcontact", "betrokkene", "actor", "actorklantcontact", "internetaak")
    assert {kind: len(list(demo.store.all(kind))) for kind in kinds} == dict.fromkeys(kinds, 1)


@pytest.mark.parametrize("fault", [reset, cut_off, status(500), silence])
async def test_a_lost_answer_makes_no_double(demo: Server, fault: Fault) -> None:
    """The register did what was asked, but its answer is lost: the caller cannot know, and asks again."""
    async with behind(demo) as (proxy, client):
        actor = await client.actor(TEAM)

        async def done_but_lost(request: web.Request) -> web.StreamResponse:
            headers = {"Authorization": request.headers["Authorization"], "Content-Type": "application/json"}
            body = await request.read()
            async with aiohttp.ClientSession() as session:
                async with session.post(demo.url + request.path, data=body, headers=headers) as answer:
                    assert answer.status == 201
            return await fault(request)

        proxy.plan = [None, done_but_lost]
        with pytest.raises(Unavailable):
            await client.register(CONTACT)
        assert len(list(demo.store.all("klantcontact"))) == 1
        contact = await client.register(CONTACT)
        proxy.plan = [None, done_but_lost]
        task = Task("taak-1", contact, "Terugbellen", actor)
        with pytest.raises(Unavailable):
            await client.create_task(task)
        assert await client.create_task(task) == await client.create_task(task)
        assert len(list(demo.store.all("klantcontact"))) == len(list(demo.store.all("internetaak"))) == 1


async def test_two_at_the_same_moment(demo: Server) -> None:
    """The look-up finds nothing yet, the POST is refused as a double: the other's contact is the answer."""
    async with behind(demo) as (proxy, client):
        first = open_register(demo.url)
        made = await first.register(CONTACT)
        party = await first.party(BSN)
        actor = await first.actor(TEAM)
        task = Task("taak-1", made, "Terugbellen", actor)
        job = await first.create_task(task)
        nothing = text('{"count": 0, "next": null, "previous": null, "results": []}')
        proxy.plan = [nothing]
        assert await client.register(CONTACT) == made
        proxy.plan = [nothing]
        assert await client.party(BSN) == party
        proxy.plan = [nothing]
        assert await client.create_task(task) == job
        assert sum(line.startswith("POST") for line in proxy.seen) == 3
        await first.close()


async def test_a_write_is_never_repeated_by_itself(demo: Server) -> None:
    async with behind(demo) as (proxy, client):
        proxy.plan = [None, status(503)]
        with pytest.raises(Unavailable):
            await client.register(CONTACT)
        assert [line.split(" ")[0] for line in proxy.seen] == ["GET", "POST"]


@pytest.mark.parametrize("bsn", ["", " ", "999990008", "99999000", "x"])
async def test_no_bsn_no_question(demo: Server, bsn: str) -> None:
    async with behind(demo) as (proxy, client):
        for ask in (client.find_party(bsn), client.party(bsn)):
            with pytest.raises(InvalidInput):
                await ask
        assert proxy.seen == []


async def test_a_register_that_ignores_the_filter_gives_nobody_else(demo: Server, register: ContactRegister) -> None:
    await register.party("999990457")
    async with behind(demo) as (proxy, client):

        async def unfiltered(request: web.Request) -> web.StreamResponse:
            headers = {"Authorization": request.headers["Authorization"]}
            async with aiohttp.ClientSession() as session:
                async with session.get(demo.url + request.path, headers=headers) as answer:
                    return web.Response(body=await answer.read(), content_type="application/json")

        await register.register(replace(CONTACT, key="een-ander"))
        await register.actor(BOT)
        proxy.always = unfiltered
        with pytest.raises(Misconfigured, match="answer_mismatch"):
            await client.find_party(BSN)
        with pytest.raises(Misconfigured, match="answer_mismatch"):
            await client.register(CONTACT)
        with pytest.raises(Misconfigured, match="answer_mismatch"):
            await client.actor(TEAM)


@pytest.mark.parametrize(
    "change",
    [{"key": " "}, {"channel": ""}, {"subject": ""}, {"at": datetime(2026, 11, 22)}],
)
async def test_an_incomplete_contact_is_not_sent(demo: Server, change: dict[str, Any]) -> None:
    async with behind(demo) as (proxy, client):
        with pytest.raises(InvalidInput):
            await client.register(replace(CONTACT, **change))
        with pytest.raises(InvalidInput):
            await client.actor(replace(BOT, key=""))
        with pytest.raises(InvalidInput):
            await client.link_actor("", "x")
        with pytest.raises(InvalidInput):
            await client.create_task(Task("", "x", "y", "z"))
        assert proxy.seen == []


async def test_texts_are_cut_to_what_the_register_takes(demo: Server, register: ContactRegister) -> None:
    long = "woord " * 400
    contact = await register.register(replace(CONTACT, subject=long, content=long, channel="k" * 60))
    actor = await register.actor(replace(TEAM, name=long))
    await register.create_task(Task("t", contact, long, actor, long))
    (kept,) = demo.store.all("klantcontact")
    assert len(kept["onderwerp"]) <= 200
    assert kept["inhoud"].endswith("woord…")
    assert 990 < len(kept["inhoud"]) <= 1000


async def test_a_refusal_names_the_fields_and_no_values(demo: Server, register: ContactRegister) -> None:
    with pytest.raises(Rejected) as caught:
        await register.create_task(Task("t", "00000000-0000-4000-8000-000000000000", "Bel", "x", "geheim verhaal"))
    assert ("aanleidinggevendKlantcontact.uuid", "invalid") in caught.value.params
    assert "geheim" not in str(caught.value)
    assert "geheim" not in repr(caught.value.params)


async def test_wrong_token_and_missing_variables(demo: Server) -> None:
    client = open_register(demo.url, "wrong")
    with pytest.raises(Misconfigured, match="authentication_failed"):
        await client.check()
    await client.close()
    with pytest.raises(Misconfigured, match="not_set:KLANTINTERACTIES_TOKEN"):
        ContactRegister.from_file(DATA, {})
    with pytest.raises(Misconfigured, match="url:KLANTINTERACTIES_URL"):
        ContactRegister.from_file(DATA, {"KLANTINTERACTIES_TOKEN": "x", "KLANTINTERACTIES_URL": "geen"})


async def test_check(demo: Server, register: ContactRegister) -> None:
    await register.check()
    assert list(demo.store.all("klantcontact")) == []


async def test_what_is_sent_is_valid_by_the_published_file(demo: Server) -> None:
    async with proxy_to(demo.url) as proxy:
        sent: list[tuple[str, Any]] = []

        async def noted(request: web.Request) -> web.StreamResponse:
            headers = {"Authorization": request.headers["Authorization"], "Content-Type": "application/json"}
            body = await request.read()
            if request.method == "POST":
                sent.append((request.path.removeprefix("/klantinteracties/api/v1"), json.loads(body)))
            url = demo.url + request.raw_path
            async with aiohttp.ClientSession() as session:
                async with session.request(request.method, url, data=body or None, headers=headers) as answer:
                    return web.Response(status=answer.status, body=await answer.read(), content_type="application/json")

        proxy.always = noted
        client = open_register(proxy.url)
        party = await client.party(BSN)
        contact = await client.register(replace(CONTACT, party=party, case_uuid="1", succeeded=True))
        actors = [await client.actor(actor) for actor in (BOT, TEAM)]
        await client.link_actor(contact, actors[0])
        await client.create_task(Task("t", contact, "Terugbellen", actors[1]))
        await client.close()
        assert len(sent) == 6
        # The specification calls these read-only parts of a person required; the measured server does without.
        known = {"volledigeNaam", "url", "uuid", "hadKlantcontact", "klantcontact"}
        for path, body in sent:
            found = request_problems("klantinteracties-api.yaml", path, "post", body)
            assert [problem for problem in found if not any(name in problem for name in known)] == [], path


@pytest.mark.parametrize("fault", [reset, silence, status(500, BSN), text(BSN)])
async def test_no_bsn_in_logs_or_errors(demo: Server, fault: Fault, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with behind(demo) as (proxy, client):
        proxy.always = fault
        with capture_logs() as logs, pytest.raises((Unavailable, Misconfigured)) as caught:
            await client.party(BSN)
        assert logs
        assert BSN not in repr(logs)
        assert BSN not in str(caught.value)
        lines = [record.getMessage() for record in caplog.records if record.name != "aiohttp.access"]
        assert not any(BSN in line for line in lines)


def test_numbers_and_languages_and_cuts() -> None:
    assert number_of("gesprek-1") == number_of("gesprek-1") != number_of("gesprek-2")
    assert len(number_of("x")) == 10
    assert len({number_of(str(index)) for index in range(20_000)}) == 20_000
    assert [language_code(code) for code in ("nl", "nl-NL", "EN", "uk", "xx", "")] == ["nld", "nld", "eng", "ukr", "und", "und"]
    assert shortened("  kort ", 10) == "kort"
    assert shortened("een twee drie", 9) == "een twee…"
    assert shortened("x" * 20, 5) == "xxxx…"
