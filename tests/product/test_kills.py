"""kill -9 in the middle of conversations: they go on, and no message is lost, doubled, answered twice or out of order.

Each test has several citizens who talk at once, each over its own connection, while one process is killed. A citizen's client
does what the page does: it comes back, and sends again what it did not hear was accepted.
"""

from __future__ import annotations

import asyncio
import os
import signal
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp
import pytest
from sqlalchemy import select

from benchmarks.chaos.citizens import QUESTIONS
from loket.store import Store
from loket.store.schema import Conversation, Message
from verbonden.client import ChatClosed, CitizenClient
from verbonden.running import RunningProduct

CITIZENS = 4
FAILURES = (ChatClosed, aiohttp.ClientError, ConnectionError, TimeoutError)
PATIENCE = 60.0


@dataclass
class Citizen:
    """A citizen who asks all questions one after the other, whatever happens to the connection."""

    client: CitizenClient
    ids: list[str] = field(default_factory=list)

    async def come_back(self) -> None:
        """Connect, as often as it takes."""
        while not self.client.connected:
            try:
                await self.client.disconnect()
                await self.client.connect()
            except FAILURES:
                await asyncio.sleep(0.2)

    async def ask(self, text: str, client_id: str | None = None) -> None:
        """Send until it is accepted; the id stays the same, so it is stored once."""
        client_id = client_id or str(uuid.uuid4())
        self.ids.append(client_id)
        while client_id not in self.client.accepted:
            try:
                await self.come_back()
                await self.client.send(text, client_id)
                await self.client.until(lambda: client_id in self.client.accepted or client_id in self.client.refused, 5)
                if client_id in self.client.refused:
                    del self.client.refused[client_id]
                    await asyncio.sleep(0.5)
            except FAILURES:
                await asyncio.sleep(0.2)

    async def hears(self, client_id: str) -> None:
        """Wait for an answer of the bot to a message."""
        await self._until(lambda: bool(self.answers(client_id)))

    async def has_heard(self, count: int) -> None:
        """Wait until the bot has spoken so often, the welcome included."""
        await self._until(lambda: sum(m["author"] == "bot" for m in self.client.messages.values()) >= count)

    async def _until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            try:
                await self.come_back()
                await self.client.until(condition, 5)
            except FAILURES:
                await asyncio.sleep(0.2)

    def answers(self, client_id: str) -> list[str]:
        """What the bot said between this message and the citizen's next one."""
        mine = sorted([*self.client.accepted.values(), 10**9])
        first = self.client.accepted[client_id]
        last = mine[mine.index(first) + 1]
        return [m["text"] for s, m in sorted(self.client.messages.items()) if first < s < last and m["author"] == "bot"]

    async def talk(self, halfway: asyncio.Event) -> None:
        """Ask everything, each question after the answer to the one before it."""
        for number, question in enumerate(QUESTIONS):
            await self.ask(question)
            if number == 1:
                halfway.set()
            await self.hears(self.ids[-1])


async def check(product: RunningProduct, citizens: list[Citizen], answered_once: bool = True) -> None:
    """What was stored and what was shown: everything once, in order, and answered."""
    store = Store.connect(product.database_url)
    try:
        for citizen in citizens:
            async with store.read() as session:
                row = await session.get_one(Conversation, citizen.client.conversation)
                stored = list(
                    await session.scalars(select(Message).where(Message.conversation_id == row.id).order_by(Message.seq))
                )
            assert [m.seq for m in stored] == list(range(1, len(stored) + 1)), "a gap"
            mine = [m for m in stored if m.author == "citizen"]
            assert [m.text for m in mine] == list(QUESTIONS), "lost, doubled or out of order"
            assert (row.pending, row.state) == (0, "bot") and all(m.handled_at for m in mine)
            await citizen.come_back()
            last = stored[-1].seq
            await citizen.client.until(lambda c=citizen, n=last: max(c.client.messages) == n, 10)
            assert [m["text"] for _, m in sorted(citizen.client.messages.items())] == [m.text for m in stored]
            if answered_once:
                for client_id in citizen.ids:
                    assert len(citizen.answers(client_id)) == 1, citizen.answers(client_id)
            bot = [m.text for m in stored if m.author == "bot"]
            assert len(bot) == 1 + len(QUESTIONS), [text[:60] for text in bot]
    finally:
        await store.close()


async def killed_while_they_talk(
    product: RunningProduct, *names: str, beside: Callable[[], Awaitable[object]] | None = None
) -> list[Citizen]:
    """Let citizens talk, kill processes when each of them has a question on its way, and wait until all are answered.

    `beside` is done right after the kills.
    """
    citizens = [Citizen(CitizenClient(product.url)) for _ in range(CITIZENS)]
    halfway = [asyncio.Event() for _ in citizens]
    try:
        for citizen in citizens:
            await citizen.come_back()
        talking = [asyncio.create_task(c.talk(h)) for c, h in zip(citizens, halfway, strict=True)]
        await asyncio.wait_for(asyncio.gather(*(h.wait() for h in halfway)), PATIENCE)
        pids = {name: product.pid(name) for name in names}
        for pid in pids.values():
            os.kill(pid, signal.SIGKILL)
        if beside is not None:
            await beside()
        await asyncio.wait(talking, timeout=PATIENCE)
        for citizen, task in zip(citizens, talking, strict=True):
            assert task.done(), (citizen.client.state, [m["text"][:60] for m in citizen.client.messages.values()][-4:])
            task.result()
        for name, pid in pids.items():
            assert await asyncio.to_thread(product.wait_ready, name, 60, pid) != pid
    except BaseException:
        await close(citizens)
        raise
    return citizens


async def close(citizens: list[Citizen]) -> None:
    """Hang up."""
    for citizen in citizens:
        await citizen.client.__aexit__(None, None, None)


@pytest.mark.parametrize("name", ["gateway", "rasa", "actions", "valkey"])
async def test_conversations_go_on_after_kill_9(product: RunningProduct, name: str) -> None:
    citizens = await killed_while_they_talk(product, name)
    try:
        await check(product, citizens)
    finally:
        await close(citizens)


async def test_what_was_accepted_is_answered_when_the_gateway_dies_at_once(product: RunningProduct) -> None:
    """Killed right after "accepted", before anything can have been answered: the store has it, another process does it."""
    citizens = [Citizen(CitizenClient(product.url)) for _ in range(CITIZENS)]
    try:
        for citizen in citizens:
            await citizen.come_back()
        for question in QUESTIONS:
            await asyncio.gather(*(c.ask(question) for c in citizens))
        os.kill(product.pid("gateway"), signal.SIGKILL)
        await asyncio.wait_for(asyncio.gather(*(c.has_heard(1 + len(QUESTIONS)) for c in citizens)), PATIENCE)
        await check(product, citizens, answered_once=False)
    finally:
        await close(citizens)


async def test_a_form_survives_the_death_of_the_action_server(product: RunningProduct) -> None:
    """The answer to our question is asked anew where it was: the birth date is still a birth date."""
    async with CitizenClient(product.url) as client:
        await client.until(lambda: client.messages)
        await client.ask("Hoe ver is ZAAK-2026-0000000006?")
        os.kill(product.pid("actions"), signal.SIGKILL)
        said = await client.ask("05-05-1997", PATIENCE)
        whole = "\n".join(m["text"] for m in said)
        if "ZAAK-2026-0000000006" not in whole:  # first it was said that it takes a moment
            await client.until(lambda: any("ZAAK-2026-0000000006" in m["text"] for m in client.after(4)), PATIENCE)
        assert client.state["state"] == "bot"
