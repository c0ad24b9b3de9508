"""The clock of a machine is put back an hour: what waited for a moment does not wait an hour longer."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from channels.delivery import LONGEST_WAIT, ProviderLane
from channels.pull_lane import PullLane
from channels.registry import DeliveryFailed, Registry
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


async def test_an_answer_goes_out(process: Process, bus: Bus) -> None:
    conversation = await process.open()
    await process.inbox.say(conversation, Author.BOT, Rendered("Antwoord"), epoch=0)
    process.clock.turn(hours=-1)
    lane = PullLane(process.store, Registry(WebChannel(bus)), "web", bus, process.name, process.clock, look_every=60)
    assert await lane.round() == 1
    assert await in_outbox(process) == ["sent"]


class Telephone:
    """A channel to a provider that fails as often as it is told."""

    name, capabilities = "web", WebChannel.capabilities

    def __init__(self, *failures: DeliveryFailed) -> None:
        self.failures = list(failures)

    async def deliver(self, conversation_id: str, message: Message) -> None:
        """See Channel."""
        if self.failures:
            raise self.failures.pop()


@pytest.mark.parametrize(("before", "back"), [("taken", timedelta(minutes=20)), ("failed", HOUR)])
async def test_an_answer_by_telephone_goes_out(process: Process, bus: Bus, before: str, back: timedelta) -> None:
    conversation = await process.open()
    await process.inbox.say(conversation, Author.BOT, Rendered("Antwoord"), epoch=0)
    telephone = Telephone(DeliveryFailed("off", permanent=False, after=LONGEST_WAIT))
    lane = ProviderLane(process.store, Registry(telephone), "web", bus, process.name, process.clock, look_every=60)
    if before == "taken":
        assert len(await lane._take()) == 1  # and its process dies
        telephone.failures.clear()
    else:
        assert await lane.round() == 1
        await lane.settle()
    process.clock.turn(seconds=-5)
    assert await lane.round() == 0, "clocks of machines differ a little"
    process.clock.now -= back
    assert await lane.round() == 1
    await lane.settle()
    assert await in_outbox(process) == ["sent"]


async def in_outbox(process: Process) -> list[str]:
    """How what is meant for citizens stands."""
    async with process.store.read() as session:
        return list(await session.scalars(select(Outbox.state)))


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
