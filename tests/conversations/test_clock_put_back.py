"""The clock of a machine is put back an hour: what waited for a moment does not wait an hour longer."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from channels.delivery import Lane
from channels.pull_lane import PullLane
from channels.registry import Registry
from channels.twilio.rate import LONGEST_REST, Rate
from channels.web.channel import WebChannel
from loket.bus import Bus
from loket.conversations.bursts import thought
from loket.conversations.model import Author, Rendered
from loket.handoff import presence
from loket.store.desk import Presence
from loket.store.schema import Message, Outbox, Staff
from loket.store.turn import Turn
from tests.conversations.support import Process

HOUR, PAUSE = timedelta(hours=1), timedelta(seconds=2)


async def test_the_lease_of_a_dead_process_ends(process: Process, other: Process) -> None:
    conversation = await process.open()
    await process.receive(conversation, "Hallo")
    assert await process.inbox.take(conversation) is not None
    process.clock.turn(hours=-1)
    assert await other.inbox.waiting() == [conversation]
    assert await other.inbox.take(conversation) is not None


async def test_a_lease_holds_for_a_process_whose_clock_is_a_little_behind(process: Process, other: Process) -> None:
    conversation = await process.open()
    await process.receive(conversation, "Hallo")
    assert await process.inbox.take(conversation) is not None
    process.clock.turn(seconds=-5)
    assert await other.inbox.waiting() == [] and await other.inbox.take(conversation) is None


@pytest.mark.parametrize("ended", ["done", "died"])
async def test_a_task_is_due_again(process: Process, ended: str) -> None:
    turns = [Turn(process.store, "task", name, timedelta(minutes=5), timedelta(minutes=1), process.clock) for name in "ab"]
    assert await turns[0].take()
    if ended == "done":
        await turns[0].done()
    process.clock.turn(seconds=-5)
    assert not await turns[1].take(), "clocks of machines differ a little"
    process.clock.turn(hours=-1)
    assert await turns[1].take()


def lane(process: Process, bus: Bus) -> Lane:
    """The lane of the web chat."""
    return PullLane(process.store, Registry(WebChannel(bus)), "web", bus, process.name, process.clock, look_every=60)


@pytest.mark.parametrize("taken", [False, True])
async def test_an_answer_goes_out(process: Process, bus: Bus, taken: bool) -> None:
    conversation = await process.open()
    await process.inbox.say(conversation, Author.BOT, Rendered("Antwoord"), epoch=0)
    if taken:
        assert len(await lane(process, bus)._take()) == 1  # and its process dies
        assert await lane(process, bus).round() == 0
    process.clock.turn(hours=-1)
    assert await lane(process, bus).round() == 1
    async with process.store.read() as session:
        assert list(await session.scalars(select(Outbox.state))) == ["sent"]


async def test_what_was_texted_is_read(process: Process) -> None:
    said = [Message(text="Hallo", channel="sms", created_at=process.clock())]
    assert thought(said, process.clock() - timedelta(seconds=1), PAUSE) is None, "clocks of machines differ a little"
    assert thought(said, process.clock() - HOUR, PAUSE) == said


async def test_who_left_is_not_there(process: Process) -> None:
    async with process.store.write() as session:
        staff = Staff(id=str(uuid.uuid4()), username="f", name="F", organisation="o", role="medewerker", password_hash="")
        session.add(staff)
        await session.flush()
        await presence.arrive(session, staff.id, process.clock())
    async with process.store.read() as session:
        assert await presence.count_here(session, process.clock() - timedelta(seconds=5)) == 1
        assert await presence.count_here(session, process.clock() - HOUR) == 0
        assert presence.shown(await session.get(Presence, staff.id), process.clock() - HOUR) == "weg"


async def test_a_sender_that_rested_sends(process: Process) -> None:
    rate = Rate(process.store, process.clock)
    await rate.turn("sender", 100)
    await rate.rest("sender", 3600)
    process.clock.turn(hours=-1)
    await rate.turn("sender", 100)
    await rate.rest("sender", 3600)
    process.clock.now += LONGEST_REST
    await rate.turn("sender", 100)
