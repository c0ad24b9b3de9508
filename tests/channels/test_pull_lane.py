"""The lane of the web chat: what was stored is noted as sent, and the bell rings where nobody rang it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest_asyncio
from sqlalchemy import func, select, text

from channels.pull_lane import PullLane
from channels.registry import Registry
from channels.web.channel import WebChannel
from loket.bus import Bus, Event
from loket.conversations import journal
from loket.conversations.inbox import Inbox, utcnow
from loket.conversations.journal import Entry
from loket.conversations.model import Author
from loket.store import Store
from loket.store.migrate import upgrade
from loket.store.schema import Message, Outbox


@dataclass
class Bench:
    """A lane on a store of its own, and what was rung."""

    store: Store
    lane: PullLane
    rung: list[Event]

    async def said(self, author: Author = Author.BOT) -> tuple[str, int]:
        """Something that was stored for a citizen: conversation and number."""
        inbox = Inbox(self.store, str, "test")
        async with self.store.write() as session:
            conversation = await inbox.open(session, "web", "address")
            message = await journal.append(session, conversation, Entry(author, "Goedemiddag."), utcnow())
            return conversation.id, message.seq

    async def states(self) -> list[tuple[str, str | None]]:
        """Of every message: how it stands in the outbox, and what is shown."""
        async with self.store.read() as session:
            rows = await session.execute(
                select(Outbox.state, Message.delivery).join(Message, Message.id == Outbox.message_id).order_by(Outbox.id)
            )
            return [(row[0], row[1]) for row in rows]


@pytest_asyncio.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    """See `Bench`; the bus has no server, which the listeners of this process do not notice."""
    url = f"sqlite:///{tmp_path / 'x.sqlite3'}"
    await asyncio.to_thread(upgrade, url)
    store, bus, rung = Store.connect(url), Bus("redis://127.0.0.1:1", "test"), list[Event]()
    bus.listen(rung.append)
    yield Bench(store, PullLane(store, Registry(WebChannel(bus)), "web", bus, "test", utcnow, 1.0), rung)
    await bus.stop()
    await store.close()


async def test_what_nobody_rang_for_is_rung(bench: Bench) -> None:
    conversation, seq = await bench.said()
    assert await bench.lane.round() == 1
    assert bench.rung == [{"kind": "message", "conversation": conversation, "seq": seq, "deliver": False}]
    assert await bench.states() == [("sent", "sent")]
    assert await bench.lane.round() == 0, "once"


async def test_a_batch_is_noted_and_what_was_rung_for_is_not_rung_again(bench: Bench) -> None:
    for _ in range(3):
        conversation, seq = await bench.said()
        bench.lane.ring({"kind": "message", "conversation": conversation, "seq": seq})
    assert await bench.lane.round() == 3 and bench.rung == []
    assert await bench.states() == [("sent", "sent")] * 3


async def test_the_desk_hears_how_far_its_own_words_came(bench: Bench) -> None:
    conversation, seq = await bench.said(Author.HUMAN)
    bench.lane.ring({"kind": "message", "conversation": conversation, "seq": seq})
    await bench.lane.round()
    assert bench.rung == [{"kind": "delivery", "conversation": conversation, "seq": seq}]


async def test_a_message_that_no_key_opens_keeps_no_other_waiting(bench: Bench) -> None:
    await bench.said()
    conversation, seq = await bench.said()
    async with bench.store.write() as session:
        first = await session.scalar(select(func.min(Message.id)))
        await session.execute(text("update message set text = 'vz1.00000000.AAAA' where id = :id"), {"id": first})
    assert await bench.lane.round() == 2
    assert bench.rung == [{"kind": "message", "conversation": conversation, "seq": seq, "deliver": False}]
    assert await bench.states() == [("failed", "failed"), ("sent", "sent")]
