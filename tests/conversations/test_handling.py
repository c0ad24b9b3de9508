"""What a citizen gets when the bot engine is slow, down, silent or wrong: plain words, the right numbers, a human.

The engine is not ours: in its place stands an HTTP server that speaks `bot.channel`'s protocol and fails as told.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs

from channels.bot_client import RasaBot
from loket.answers.compose import Composer
from loket.bus import Bus
from loket.conversations.asking import PATIENCE
from loket.conversations.handling import LAST_ATTEMPTS, MAX_ATTEMPTS, Handler
from loket.conversations.states import State, Step
from loket.handoff.reception import Reception
from loket.handoff.summary import Summariser
from loket.understanding.crisis import CrisisGate
from tests.conversations.support import Process

GREETING = {"payloads": [{"utterance": {"parts": [{"key": "smalltalk.groet"}]}}], "understanding": {"uitkomst": "smalltalk"}}
Answer = Callable[[dict[str, Any]], Awaitable[web.Response]]


@dataclass
class Engine:
    """A bot engine that does what the test says; `asked` are the bodies that it got, `now` the seconds that went by."""

    asked: list[dict[str, Any]] = field(default_factory=list)
    answers: list[Answer | dict[str, Any] | int] = field(default_factory=list)
    understood: dict[str, Any] = field(default_factory=lambda: {"uitkomst": "antwoord", "score": 0.5})
    url: str = ""
    now: float = 0.0

    async def reply(self, request: web.Request) -> web.StreamResponse:
        """The next answer; the last one for ever."""
        body = await request.json()
        if request.path.endswith("understand"):
            return web.json_response(self.understood)
        self.asked.append(body)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, int):
            return web.Response(status=answer)
        return web.json_response(answer) if isinstance(answer, dict) else await answer(body)


@pytest_asyncio.fixture
async def engine() -> AsyncIterator[Engine]:
    """A running engine."""
    engine = Engine(answers=[GREETING])
    app = web.Application()
    app.router.add_post("/webhooks/verbonden/{what}", engine.reply)
    server = TestServer(app)
    await server.start_server()
    engine.url = str(server.make_url("")).rstrip("/")
    yield engine
    await server.close()


@pytest_asyncio.fixture
async def handler(
    process: Process, engine: Engine, composer: Composer, summariser: Summariser, bus: Bus, reception: Reception
) -> AsyncIterator[Handler]:
    """The real handler in front of the engine."""
    bot = RasaBot(engine.url, "secret")
    gate = CrisisGate.load(Path("data/crisis/poort.yaml"))
    yield Handler(
        process.inbox, bot, composer, summariser, gate, bus, process.clock, lambda channel: False, reception,
        seconds=lambda: engine.now,
    )  # fmt: skip
    await bot.close()


async def said(process: Process, conversation: str) -> list[tuple[str, str]]:
    """Author and first words of everything that the citizen got."""
    return [(m.author, m.text.splitlines()[0][:40]) for m in await process.messages(conversation) if m.author != "citizen"]


async def test_a_burst_is_answered_in_order(process: Process, handler: Handler, engine: Engine) -> None:
    conversation = await process.open()
    for text in ("een", "twee", "drie"):
        await process.receive(conversation, text)
    assert await handler.run(conversation) == 3
    assert [(a["text"], a["message_id"], a["again"]) for a in engine.asked] == [
        (t, f"{conversation}.{n}", False) for n, t in enumerate(("een", "twee", "drie"), 1)
    ]
    told = engine.asked[1]["context"]
    assert (told["address"], told["seq"], told["conversation"]) == ("web:address", 2, conversation)
    assert [author for author, _ in await said(process, conversation)] == ["bot"] * 3


async def test_a_typed_slash_is_no_command_and_a_button_is(process: Process, handler: Handler, engine: Engine) -> None:
    conversation = await process.open()
    await process.receive(conversation, "/mens")
    await process.receive(conversation, "Ik wil een mens", payload="/mens")
    await handler.run(conversation)
    assert [a["text"] for a in engine.asked] == ["mens", "/mens"]


async def test_a_bot_that_comes_back_is_asked_again_with_the_same_id(process: Process, handler: Handler, engine: Engine) -> None:
    engine.answers = [503, 500, GREETING]
    conversation = await process.open()
    await process.receive(conversation, "Hallo")
    await handler.run(conversation)
    assert [(a["message_id"], a["again"]) for a in engine.asked] == [(f"{conversation}.1", n > 0) for n in range(3)]
    assert [author for author, _ in await said(process, conversation)] == ["bot"]
    assert (await process.conversation(conversation)).state == State.BOT


async def test_the_patience_with_a_bot_does_not_follow_the_clock_on_the_wall(
    process: Process, handler: Handler, engine: Engine
) -> None:
    async def away(body: dict[str, Any]) -> web.Response:
        process.clock.turn(hours=1)
        return web.Response(status=503)

    engine.answers = [away, away, GREETING]
    conversation = await process.open()
    await process.receive(conversation, "Hallo")
    await handler.run(conversation)
    assert [author for author, _ in await said(process, conversation)] == ["bot"]


async def test_a_bot_that_stays_away_is_told_once_and_then_a_human_takes_over(
    process: Process, handler: Handler, engine: Engine
) -> None:
    async def away(body: dict[str, Any]) -> web.Response:
        engine.now += PATIENCE.total_seconds() / 2.5
        return web.Response(status=503)

    engine.answers = [away]
    conversation = await process.open()
    await process.receive(conversation, "Hallo")
    await handler.run(conversation)
    authors = await said(process, conversation)
    assert [author for author, _ in authors] == ["system", "bot", "system"]
    assert authors[0][1].startswith("Een moment") and "gaat bij ons nu iets mis" in authors[1][1]
    row = await process.conversation(conversation)
    assert (row.state, row.reason, row.pending) == (State.QUEUED, "failure", 0) and row.summary is not None


@pytest.mark.parametrize("down", [True, False], ids=["down", "hangs"])
async def test_danger_is_heard_without_the_bot(process: Process, handler: Handler, engine: Engine, down: bool) -> None:
    async def hang(body: dict[str, Any]) -> web.Response:
        await asyncio.sleep(8)
        return web.json_response(GREETING)

    engine.answers = [503 if down else hang]
    conversation = await process.open()
    await process.receive(conversation, "Ik wil niet meer leven")
    began = time.monotonic()
    await handler.run(conversation)
    assert time.monotonic() - began < 5
    first = next(m for m in await process.messages(conversation) if m.author == "bot")
    assert [p["number"] for p in first.content["phones"]] == ["113", "112"]
    row = await process.conversation(conversation)
    assert (row.state, row.reason, row.urgency) == (State.QUEUED, "crisis", "spoed")


@pytest.mark.parametrize(
    "answer",
    [
        {"payloads": [], "understanding": None},
        {"payloads": [{"utterance": {"parts": [{"key": "bestaat.niet"}]}}], "understanding": None},
        {"payloads": [{"facts": {"gemeente": "Utrecht"}}], "understanding": None},
    ],
    ids=["silent", "unknown text", "facts only"],
)
async def test_a_bot_without_words_is_no_dead_end(
    process: Process, handler: Handler, engine: Engine, answer: dict[str, Any]
) -> None:
    engine.answers = [answer]
    conversation = await process.open()
    await process.receive(conversation, "Hallo")
    await handler.run(conversation)
    authors = await said(process, conversation)
    assert [author for author, _ in authors] == ["bot", "system"] and "gaat bij ons nu iets mis" in authors[0][1]
    assert (await process.conversation(conversation)).reason == "failure"


async def test_a_message_that_breaks_every_process_goes_to_a_human(process: Process, handler: Handler, engine: Engine) -> None:
    conversation = await process.open()
    await process.receive(conversation, "Dit breekt alles")
    await process.receive(conversation, "Hallo")
    for _ in range(MAX_ATTEMPTS):
        assert await process.inbox.take(conversation)
        await process.inbox.release(conversation)
    await handler.run(conversation)
    row = await process.conversation(conversation)
    assert engine.asked == [] and (row.state, row.pending, row.reason) == (State.QUEUED, 0, "failure")


async def test_giving_up_needs_none_of_what_fails(
    process: Process, handler: Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(handler._reception, "handed_over", broken)
    monkeypatch.setattr(handler._summariser, "refresh", broken)
    monkeypatch.setattr(handler._summariser, "columns", lambda *_: 1 / 0)
    conversation = await process.open()
    await process.receive(conversation, "Dit breekt alles")
    failed = 0
    for _ in range(MAX_ATTEMPTS + LAST_ATTEMPTS):
        with pytest.raises((RuntimeError, ZeroDivisionError)), capture_logs():
            await handler.run(conversation)
        failed += 1
    assert (failed, (await process.conversation(conversation)).pending) == (MAX_ATTEMPTS + LAST_ATTEMPTS, 1)
    with capture_logs():
        await handler.run(conversation)
    row = await process.conversation(conversation)
    assert (row.state, row.pending, row.reason, row.lease) == (State.QUEUED, 0, "failure", None)
    assert [author for author, _ in await said(process, conversation)] == ["bot"], "it says that something went wrong"


async def test_the_late_answer_of_a_bot_is_dropped_when_a_human_took_over(
    process: Process, other: Process, handler: Handler, engine: Engine
) -> None:
    conversation = await process.open()

    async def late(body: dict[str, Any]) -> web.Response:
        await other.step(conversation, Step.CLAIM, actor="fatima", owner_id="fatima", owner_name="Fatima")
        return web.json_response(GREETING)

    engine.answers = [late]
    await process.receive(conversation, "Hallo")
    await handler.run(conversation)
    assert await said(process, conversation) == []
    engine.understood = {"uitkomst": "crisis", "score": 0.9, "crisis": "113"}
    await process.receive(conversation, "Ik wil niet meer leven")
    await handler.run(conversation)
    row = await process.conversation(conversation)
    assert await said(process, conversation) == [] and row.urgency == "spoed", "the human hears it, the bot stays silent"
    assert len(engine.asked) == 1


async def test_who_waits_hears_the_place_once_in_a_while(process: Process, handler: Handler, engine: Engine) -> None:
    payloads = [{"handoff": {"reason": "human"}}, {"utterance": {"parts": [{"key": "mens.overdracht"}]}}]
    engine.answers = [{"payloads": payloads, "understanding": {"uitkomst": "mens"}}]
    conversation = await process.open()
    for text in ("Ik wil een mens", "Hallo?", "Bent u daar?"):
        await process.receive(conversation, text)
    await handler.run(conversation)
    process.clock.turn(minutes=3)
    await process.receive(conversation, "Hallo?")
    await handler.run(conversation)
    told = [text for author, text in await said(process, conversation) if author == "system"]
    assert len(told) == 3 and "geen medewerker" in told[0] and told[1] == told[2] and "bewaard voor de medewerker" in told[1]
    assert len(engine.asked) == 1, "the bot is not asked while a human is waited for"
