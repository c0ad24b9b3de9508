"""Handing out unhandled messages: one at a time per conversation across processes, and settling each of them once."""

from __future__ import annotations

import asyncio

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from loket.conversations.leases import LEASE
from loket.conversations.model import Author, HandOff, Rendered
from loket.conversations.states import State, Step
from loket.handoff import queue
from loket.store.schema import Conversation, Outbox
from tests.conversations.support import Process

ANSWER = [Rendered("Antwoord")]


async def test_messages_come_in_order_and_one_at_a_time(process: Process, other: Process) -> None:
    conversation = await process.open()
    for text in ("een", "twee", "drie"):
        await process.receive(conversation, text)
    handled = []
    while (work := await process.inbox.take(conversation)) is not None:
        assert await other.inbox.take(conversation) is None, "another process holds it"
        assert await other.inbox.waiting() == []
        handled.append(work.message.text)
        await process.inbox.settle(work, [Rendered(f"Antwoord op {work.message.text}")], {"uitkomst": "antwoord"})
    assert handled == ["een", "twee", "drie"]
    row = await process.conversation(conversation)
    assert (row.pending, row.pending_since, row.lease, row.lease_until) == (0, None, None, None)
    assert [m.text for m in await process.messages(conversation)][3:] == [f"Antwoord op {t}" for t in handled]


async def test_two_processes_that_take_at_once_get_it_once(process: Process, other: Process) -> None:
    for _ in range(6):
        conversation = await process.open()
        await process.receive(conversation, "Hallo")
        taken = await asyncio.gather(process.inbox.take(conversation), other.inbox.take(conversation))
        assert [work is None for work in taken].count(True) == 1


async def test_many_conversations_and_two_processes_every_message_once(process: Process, other: Process) -> None:
    conversations = [await process.open() for _ in range(6)]
    for number in range(4):
        for conversation in conversations:
            await process.receive(conversation, f"{number}")

    async def work_through(one: Process) -> None:
        while waiting := await one.inbox.waiting():
            for conversation in waiting:
                if work := await one.inbox.take(conversation):
                    await one.inbox.settle(work, [Rendered(f"antwoord {work.message.text}")], None)
                    await one.inbox.release(conversation)

    await asyncio.gather(work_through(process), work_through(other))
    for conversation in conversations:
        said = [m.text for m in await process.messages(conversation) if m.author == Author.BOT]
        assert said == [f"antwoord {n}" for n in range(4)]


async def test_the_longest_waiting_comes_first(process: Process) -> None:
    first, second = await process.open(), await process.open()
    await process.receive(second, "Hallo")
    process.clock.turn(seconds=1)
    await process.receive(first, "Hallo")
    process.clock.turn(seconds=1)
    await process.receive(second, "Nog iets")
    assert await process.inbox.waiting() == [second, first]


async def test_the_lease_of_a_killed_process_is_taken_over(process: Process, other: Process) -> None:
    conversation = await process.open()
    await process.receive(conversation, "Hallo")
    lost = await process.inbox.take(conversation)
    assert lost is not None
    process.clock.turn(seconds=LEASE.total_seconds() - 1)
    assert await other.inbox.take(conversation) is None and await other.inbox.waiting() == []
    process.clock.turn(seconds=2)
    assert await other.inbox.waiting() == [conversation]
    work = await other.inbox.take(conversation)
    assert work is not None and work.message.seq == lost.message.seq and work.message.attempts == 2
    assert await process.inbox.take(conversation) is None, "the first one has lost it"
    _, appended, kept = await other.inbox.settle(work, ANSWER, None)
    assert kept and len(appended) == 1
    _, appended, kept = await process.inbox.settle(lost, ANSWER, None)
    assert not kept and appended == [], "the slow one comes too late"
    assert [m.text for m in await process.messages(conversation)] == ["Hallo", "Antwoord"]


async def test_a_sign_of_life_keeps_the_lease(process: Process, other: Process) -> None:
    conversation = await process.open()
    await process.receive(conversation, "Hallo")
    assert await process.inbox.take(conversation)
    for _ in range(3):
        process.clock.turn(seconds=LEASE.total_seconds() - 1)
        await process.inbox.renew(conversation)
        await other.inbox.renew(conversation)  # not its own: changes nothing
        assert await other.inbox.take(conversation) is None
    row = await process.conversation(conversation)
    assert row.lease == process.name and row.lease_until == process.clock() + LEASE


async def test_letting_go_gives_it_to_another(process: Process, other: Process) -> None:
    conversation = await process.open()
    await process.receive(conversation, "Hallo")
    assert await process.inbox.take(conversation)
    await other.inbox.release(conversation)  # not its own: changes nothing
    assert await other.inbox.take(conversation) is None
    await process.inbox.release(conversation)
    assert await other.inbox.take(conversation) is not None


async def test_settling_twice_changes_nothing(process: Process) -> None:
    conversation = await process.open()
    await process.receive(conversation, "Hallo")
    await process.receive(conversation, "Nog iets")
    work = await process.inbox.take(conversation)
    assert work is not None
    await process.inbox.settle(work, ANSWER, {"uitkomst": "smalltalk"}, {"gemeente": "Utrecht"}, HandOff("human"))
    before, messages = await process.conversation(conversation), await process.messages(conversation)
    _, appended, kept = await process.inbox.settle(work, ANSWER, {"uitkomst": "klacht"}, {"gemeente": "Breda"}, HandOff("klacht"))
    after = await process.conversation(conversation)
    assert (appended, kept) == ([], False)
    assert (after.epoch, after.state, after.pending, after.facts, after.last_seq, after.reason) == (
        before.epoch,
        State.QUEUED,
        1,
        {"gemeente": "Utrecht"},
        before.last_seq,
        "human",
    )
    assert [m.text for m in await process.messages(conversation)] == [m.text for m in messages]
    assert (await process.messages(conversation))[0].understanding == {"uitkomst": "smalltalk"}


async def test_a_reply_from_before_the_take_over_is_dropped(process: Process, other: Process) -> None:
    conversation = await process.open()
    await process.receive(conversation, "Hallo")
    work = await process.inbox.take(conversation)
    assert work is not None
    await other.step(conversation, Step.CLAIM, actor="fatima", owner_id="fatima", owner_name="Fatima")
    standing, appended, kept = await process.inbox.settle(
        work, ANSWER, {"uitkomst": "smalltalk"}, {"gemeente": "Breda"}, HandOff("human")
    )
    assert (appended, kept, standing.state) == ([], False, State.CLAIMED)
    row = await process.conversation(conversation)
    assert (row.pending, row.state, row.epoch) == (0, State.CLAIMED, 1), "the human sees the message: it is handled"
    assert [m.text for m in await process.messages(conversation)] == ["Hallo"]
    assert await process.inbox.say(conversation, Author.SYSTEM, Rendered("Een moment"), epoch=0) is None


async def test_a_reply_dropped_after_the_bot_got_it_back_is_asked_anew(process: Process, other: Process) -> None:
    """Claimed and given back while the bot thought: nobody has answered, so the message is not done."""
    conversation = await process.open()
    await process.receive(conversation, "Hallo")
    work = await process.inbox.take(conversation)
    assert work is not None
    await other.step(conversation, Step.CLAIM, actor="fatima", owner_id="fatima", owner_name="Fatima")
    await other.step(conversation, Step.RETURN_TO_BOT, actor="fatima")
    _, appended, kept = await process.inbox.settle(work, ANSWER, None)
    assert (appended, kept) == ([], False)
    again = await process.inbox.take(conversation)
    assert again is not None and again.message.seq == 1 and again.epoch == 2
    _, appended, kept = await process.inbox.settle(again, ANSWER, None)
    assert kept and [m.text for m in appended] == ["Antwoord"]


async def test_what_the_bot_says_goes_to_the_outbox_and_the_hand_off_says_the_place(process: Process) -> None:
    conversation = await process.open()
    await process.receive(conversation, "Ik wil een mens")
    work = await process.inbox.take(conversation)
    assert work is not None

    async def place(session: AsyncSession, row: Conversation) -> list[Rendered]:
        return [Rendered(f"plaats {await queue.place(session, row)}")]

    row, appended, kept = await process.inbox.settle(work, ANSWER, None, {}, HandOff("human", "hoog"), on_handoff=place)
    assert kept and [(m.author, m.text, m.epoch) for m in appended] == [("bot", "Antwoord", 0), ("system", "plaats 1", 1)]
    assert (row.state, row.reason, row.urgency) == (State.QUEUED, "human", "hoog")
    async with process.store.read() as session:
        out = list(await session.scalars(select(Outbox).order_by(Outbox.id)))
    assert [o.message_id for o in out] == [m.id for m in appended] and {o.state for o in out} == {"pending"}


async def test_a_hand_off_of_one_who_waits_already_changes_nothing(process: Process) -> None:
    conversation = await process.open()
    await process.receive(conversation, "Ik wil een mens")
    await process.step(conversation, Step.HAND_OFF)
    work = await process.inbox.take(conversation)
    assert work is not None
    row, _, kept = await process.inbox.settle(work, [], None, {}, HandOff("klacht"))
    assert kept and (row.epoch, row.reason) == (1, None)
