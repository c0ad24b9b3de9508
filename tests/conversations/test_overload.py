"""A bot engine that is much too slow for what is asked: everybody hears that it takes long, and nothing is lost or mixed up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from channels.bot_client import RasaBot
from channels.bot_gate import BotGate
from loket.answers.compose import Composer
from loket.bus import Bus
from loket.conversations.handling import Handler
from loket.conversations.inbox import Inbox, utcnow
from loket.conversations.late import LateAnswers
from loket.conversations.model import Inbound
from loket.conversations.workers import Workers
from loket.handoff.reception import Reception
from loket.handoff.summary import Summariser
from loket.store import Store
from loket.store.schema import Message
from loket.understanding.crisis import CrisisGate
from tests.conversations.support import Process

CITIZENS, MESSAGES = 16, 2
EACH_SECONDS, IN_TIME_SECONDS = 0.06, 0.4
"""One at a time: of sixteen at once the last ones would be answered long after anybody waits for it."""


@dataclass
class SlowEngine:
    """Works on one message at a time, also on those whose asker has gone, as Rasa does."""

    begun: dict[str, int] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    one: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def reply(self, request: web.Request) -> web.Response:
        """What was said, in the understanding, so that a mix-up shows."""
        body = await request.json()
        key = body["message_id"]
        async with self.one:
            if not (body["again"] and key in self.told):
                self.begun[key] = self.begun.get(key, 0) + 1
                await asyncio.sleep(EACH_SECONDS)
                utterance = {"parts": [{"key": "smalltalk.groet"}]}
                self.told[key] = {"payloads": [{"utterance": utterance}], "understanding": {"tekst": body["text"]}}
        return web.json_response(self.told[key])


@pytest_asyncio.fixture
async def slow() -> AsyncIterator[tuple[SlowEngine, RasaBot]]:
    """The engine, and a bot that waits for an answer for a short time only."""
    engine, app = SlowEngine(), web.Application()
    app.router.add_post("/webhooks/verbonden/{what}", engine.reply)
    server = TestServer(app)
    await server.start_server()
    bot = RasaBot(str(server.make_url("")), "secret", IN_TIME_SECONDS)
    yield engine, bot
    await bot.close()
    await server.close()


async def test_overload_is_told_and_nothing_is_lost_doubled_or_mixed_up(
    database_url: str, process: Process, slow: tuple[SlowEngine, RasaBot], composer: Composer, summariser: Summariser, bus: Bus,
    reception: Reception,
) -> None:
    engine, bot = slow
    store = Store.connect(database_url)
    inbox = Inbox(store, str, "overloaded", utcnow)
    gate = CrisisGate.load(Path("data/crisis/poort.yaml"))
    handler = Handler(inbox, bot, composer, summariser, gate, bus, utcnow, lambda channel: False, reception)
    workers = Workers(inbox, handler.run, look_every=0.1)
    inbox.room = workers.room
    late = LateAnswers(
        store, inbox, composer, bus, utcnow, lambda channel: False, lambda channel: False, bot.gate.busy, timedelta(seconds=0.3)
    )
    late.look_every = 0.1
    # Given more citizens than the engine can answer in time, who all write at once
    conversations = [await process.open() for _ in range(CITIZENS)]
    await workers.start()
    await late.start()

    async def writes(conversation: str, number: int) -> None:
        inbound = Inbound("web", "address", f"{conversation}:{number}", f"{conversation} {number}", utcnow())
        await inbox.receive(conversation, inbound, begin=True)
        workers.ring(conversation)

    for number in range(MESSAGES):
        await asyncio.gather(*(writes(conversation, number) for conversation in conversations))

    async def all_said() -> dict[str, list[Message]]:
        return {conversation: await process.messages(conversation) for conversation in conversations}

    async with asyncio.timeout(120):
        while any(m.author == "citizen" and m.handled_at is None for said in (await all_said()).values() for m in said):
            await asyncio.sleep(0.1)
    await late.stop()
    await workers.stop()
    found = await all_said()
    # Then each message was answered once, as itself, and in order
    for conversation, said in found.items():
        asked = [m for m in said if m.author == "citizen"]
        assert [m.text for m in asked] == [f"{conversation} {number}" for number in range(MESSAGES)]
        assert [m.understanding for m in asked] == [{"tekst": m.text} for m in asked], "nobody gets the answer of another"
        assert len([m for m in said if m.author == "bot"]) == MESSAGES, "nothing is lost or said twice"
        assert (await process.conversation(conversation)).state == "bot", "a queue is no failure: no human is called for it"
        # And who waited heard it once, before the last answer
        waits = [m.seq for m in said if m.author == "system"]
        assert len(waits) <= 1 and all(seq < said[-1].seq for seq in waits)
    told = [m.text for said in found.values() for m in said if m.author == "system"]
    assert len(told) >= CITIZENS // 2 and composer.text("druk.bewaard").text in told
    # And the engine did little work for nothing
    assert sum(engine.begun.values()) <= CITIZENS * MESSAGES * 1.5
    await store.close()


async def test_fewer_are_asked_at_once_after_an_answer_that_came_too_late() -> None:
    gate, under_way, most = BotGate(4), 0, 0

    async def ask(late: bool = False) -> None:
        nonlocal under_way, most
        async with gate.turn():
            under_way += 1
            most = max(most, under_way)
            try:
                await asyncio.sleep(0.01)
                if late:
                    raise TimeoutError
            finally:
                under_way -= 1

    await asyncio.gather(*(ask() for _ in range(12)))
    assert most == 4
    for _ in range(5):
        with pytest.raises(TimeoutError):
            await ask(late=True)
    most = 0
    await asyncio.gather(*(ask() for _ in range(2)))
    assert most == 1, "one at a time is always tried"
    for _ in range(12):
        await ask()
    most = 0
    await asyncio.gather(*(ask() for _ in range(12)))
    assert most == 4, "and slowly more again"


async def test_who_stops_waiting_takes_nobody_s_place() -> None:
    gate = BotGate(1)
    order: list[str] = []
    free = asyncio.Event()

    async def ask(name: str) -> None:
        async with gate.turn():
            order.append(name)
            await free.wait()

    first, gone, last = [asyncio.create_task(ask(name)) for name in ("first", "gone", "last")]
    await asyncio.sleep(0)
    assert gate.busy()
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    free.set()
    await asyncio.wait_for(asyncio.gather(first, last), 10)
    assert order == ["first", "last"] and not gate.busy()
