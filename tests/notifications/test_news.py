"""From a write in the really running demo case system to a message in the conversation, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import select

from channels.nrc import MAX_BYTES, PATH, Callback
from demo.zaaksysteem.app import create_app
from demo.zaaksysteem.notifications import Subscriber, notify
from demo.zaaksysteem.seed import seed
from demo.zaaksysteem.store import Store as DemoStore
from loket.answers.compose import Composer
from loket.bus import Bus
from loket.cases.confidentiality import TrustLevel
from loket.cases.registry import CaseSystems
from loket.conversations.states import Step
from loket.identity import audit
from loket.notifications.consent import OFF, ON, Consent, ConsentBot
from loket.notifications.quiet import QuietHours
from loket.notifications.worker import NewsWorker
from loket.store.news import Subscription
from loket.store.schema import Lookup
from tests.conversations.conftest import *  # noqa: F403 (the same stores, on both databases)
from tests.conversations.support import Process
from tests.notifications.rig import AUTH, BODY, CASE, NUMBER, NoBot, Rig
from tests.zaaksysteem.rig import CLIENTS, READER, TOKEN, Server


@pytest_asyncio.fixture
async def rig(process: Process, composer: Composer, bus: Bus, tmp_path: Path) -> AsyncIterator[Rig]:
    app = web.Application()
    Callback(process.store, AUTH, process.clock).add(app)
    gateway = TestServer(app)
    await gateway.start_server()
    callback = str(gateway.make_url(PATH))
    store = DemoStore()
    seed(store, datetime.now(UTC).date())
    demo_app = create_app(store, CLIENTS, [TOKEN])
    notify(demo_app, Subscriber(callback, AUTH))
    demo = TestServer(demo_app)
    await demo.start_server()
    url = str(demo.make_url("")).rstrip("/")
    systems = CaseSystems.from_file(
        Path("data/zaaksystemen.yaml"),
        {
            "ZAAKSYSTEEM_URL": url,
            "ZAAKSYSTEEM_CLIENT_ID": READER.client_id,
            "ZAAKSYSTEEM_SECRET": READER.secret,
        },
    )
    worker = NewsWorker(process.store, systems, composer, lambda _: False, bus, process.name, process.clock)
    bot = ConsentBot(NoBot(), Consent(process.store, composer, process.clock))
    yield Rig(process, Server(url, store, demo_app), systems, worker, bot, callback)
    await systems.close()
    await demo.close()
    await gateway.close()


async def test_news_is_told_without_personal_data(rig: Rig) -> None:
    conversation = await rig.subscribed()
    await rig.move()
    assert await rig.run() == 1
    (told,) = await rig.news(conversation)
    assert told.startswith("Er is nieuws") and NUMBER not in told and "arkeer" not in told
    message = (await rig.process.messages(conversation))[-1]
    assert {button["payload"] for button in message.content["buttons"]} >= {"/status", OFF}
    assert message.delivery == "pending", "it goes through the outbox of its channel"
    assert await rig.run() == 0


async def test_each_look_is_recorded_for_who_wants_to_hear_of_it(rig: Rig) -> None:
    first, second = await rig.subscribed(), await rig.subscribed()
    await rig.press(second, OFF)
    await rig.move()
    await rig.run()
    async with rig.process.store.read() as session:
        rows = list(await session.scalars(select(Lookup).where(Lookup.purpose == audit.NEWS)))
    found = {(row.conversation_id, row.case_number, row.trust, row.outcome) for row in rows}
    assert found == {(first, NUMBER, "kenmerk", "found")}


async def test_news_is_looked_for_with_the_certainty_of_the_case_and_not_of_the_conversation(rig: Rig) -> None:
    conversation = await rig.process.open()
    zaken = {"1": {"nummer": NUMBER, "stand": "x", "uuid": CASE, "systeem": "demo", "niveau": "kenmerk"}}
    context = {"conversation": conversation, "facts": {"zaken": zaken}, "trust": "digid"}
    await rig.bot.answer("s", "m", "", ON, context, False)
    async with rig.process.store.read() as session:
        assert [row.trust for row in await session.scalars(select(Subscription))] == ["kenmerk"]


async def test_the_yes_is_kept_with_time_and_wording(rig: Rig, composer: Composer) -> None:
    await rig.subscribed()
    async with rig.process.store.read() as session:
        row = await session.scalar(select(Subscription))
    assert row is not None and row.opted_in_at == rig.process.clock() and row.opted_out_at is None
    assert row.wording == composer.texts.line("nieuws.aanbod") and row.trust == "kenmerk"


async def test_a_repeated_or_late_notification_tells_nothing_twice(rig: Rig) -> None:
    conversation = await rig.subscribed()
    await rig.move()
    assert await rig.run() == 1
    for moment in ("2026-11-22T03:55:16.617882Z", "2026-11-22T03:55:16.617882Z", "2020-01-01T00:00:00Z"):
        assert await rig.post({**BODY, "aanmaakdatum": moment}) == 204
    assert await rig.kept() == 3, "the same one was kept once"
    assert await rig.run() == 0
    assert len(await rig.news(conversation)) == 1


async def test_a_false_notification_tells_nobody_anything(rig: Rig) -> None:
    conversation = await rig.subscribed()
    assert await rig.post() == 204
    assert await rig.run() == 0 and await rig.news(conversation) == []


async def test_the_door_is_shut_for_others(rig: Rig) -> None:
    for auth in (None, "", "Bearer wrong", AUTH + "x", AUTH[:-1], AUTH.lower(), "\u00e9"):
        assert await rig.post(auth=auth) == 403
    assert await rig.post(b"x" * (MAX_BYTES + 1)) == 413
    assert await rig.post(b"{not json") == 400
    assert await rig.post({**BODY, "aanmaakdatum": "gisteren"}) == 400
    assert await rig.post({**BODY, "kanaal": "test", "hoofdObject": "http://some.hoofdobject.nl/"}) == 204
    assert await rig.kept() == 0


async def test_without_a_configured_value_everybody_is_refused(process: Process) -> None:
    app = web.Application()
    Callback(process.store, "", process.clock).add(app)
    async with TestServer(app) as server, aiohttp.ClientSession() as http:
        for headers in ({}, {"Authorization": ""}, {"Authorization": AUTH}):
            async with http.post(server.make_url(PATH), json=BODY, headers=headers) as answer:
                assert answer.status == 403


async def test_two_deliveries_at_once_are_one(rig: Rig) -> None:
    assert await asyncio.gather(*(rig.post() for _ in range(6))) == [204] * 6
    assert await rig.kept() == 1


@pytest.mark.parametrize("asked_bot", [True, False])
async def test_who_says_stop_gets_nothing_also_when_a_human_has_the_conversation(rig: Rig, asked_bot: bool) -> None:
    conversation = await rig.subscribed()
    if asked_bot:
        assert await rig.press(conversation, OFF) == [{"parts": [{"key": "nieuws.uit"}]}]
    else:
        await rig.process.step(conversation, Step.CLAIM, owner_id="x", owner_name="Fatima")
        await rig.process.receive(conversation, "Stop met berichten", payload=OFF)
    await rig.move()
    assert await rig.run() == 0 and await rig.news(conversation) == []
    async with rig.process.store.read() as session:
        row = await session.scalar(select(Subscription))
    assert row is not None and row.opted_out_at is not None


async def test_nothing_is_sent_at_night_but_in_the_morning(rig: Rig) -> None:
    conversation = await rig.subscribed()
    rig.process.clock.now = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
    await rig.move()
    assert await rig.run() == 0
    rig.process.clock.now = datetime(2026, 11, 23, 6, 59, tzinfo=UTC)
    assert await rig.run() == 0
    rig.process.clock.now = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    assert await rig.run() == 1 and len(await rig.news(conversation)) == 1


async def test_the_message_comes_where_the_citizen_is_now(rig: Rig) -> None:
    conversation = await rig.subscribed()
    await rig.process.step(conversation, Step.CLOSE)
    follow_up = (await rig.process.receive(conversation, "Nog een vraag")).conversation_id
    assert follow_up != conversation
    await rig.move()
    assert await rig.run() == 1
    assert await rig.news(conversation) == [] and len(await rig.news(follow_up)) == 1


async def test_two_processes_tell_once(rig: Rig, other: Process, composer: Composer, bus: Bus) -> None:
    conversation = await rig.subscribed()
    await rig.move()
    twin = NewsWorker(other.store, rig.systems, composer, lambda _: False, bus, other.name, other.clock)
    await asyncio.gather(rig.worker.settle(), twin.settle())
    assert sum(await asyncio.gather(rig.worker.tell(), twin.tell())) == 1
    assert len(await rig.news(conversation)) == 1


async def test_a_case_system_that_is_down_costs_only_time(rig: Rig) -> None:
    conversation = await rig.subscribed()
    await rig.move()
    broken = CaseSystems.from_file(
        Path("data/zaaksystemen.yaml"),
        {
            "ZAAKSYSTEEM_URL": "http://127.0.0.1:9",
            "ZAAKSYSTEEM_CLIENT_ID": "x",
            "ZAAKSYSTEEM_SECRET": READER.secret,
        },
    )
    working, rig.worker._systems = rig.worker._systems, broken
    assert await rig.run() == 0
    rig.worker._systems = working
    assert await rig.run() == 0, "it waits before it asks again"
    rig.process.clock.turn(minutes=1)
    assert await rig.run() == 1 and len(await rig.news(conversation)) == 1
    await broken.close()


async def test_a_case_that_became_too_confidential_is_no_news(rig: Rig) -> None:
    await rig.subscribed()
    path = f"/zaken/api/v1/zaken/{CASE}"
    answer = await rig.demo.call("PATCH", path, body={"vertrouwelijkheidaanduiding": "zaakvertrouwelijk"})
    assert answer.status == 200
    await rig.move()
    assert await rig.run() == 0
    assert await rig.systems.by_uuid("demo", CASE, TrustLevel.KENMERK) is None
    assert await rig.systems.by_uuid("demo", CASE, TrustLevel.DIGID) is not None


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [
        ("2026-11-22T20:59:59+01:00", "2026-11-22T20:59:59+01:00"),
        ("2026-11-22T21:00:00+01:00", "2026-11-23T08:00:00+01:00"),
        ("2026-11-23T07:59:00+01:00", "2026-11-23T08:00:00+01:00"),
        ("2026-11-23T08:00:00+01:00", "2026-11-23T08:00:00+01:00"),
        ("2027-03-27T22:00:00+01:00", "2027-03-28T08:00:00+02:00"),  # the night summer time begins
    ],
)
def test_quiet_hours(moment: str, allowed: str) -> None:
    at = datetime.fromisoformat(moment)
    assert QuietHours().not_before(at) == datetime.fromisoformat(allowed)
    assert QuietHours.parse("0-0").not_before(at) == at
    assert QuietHours.parse("").not_before(at + timedelta(0)) == datetime.fromisoformat(allowed)
