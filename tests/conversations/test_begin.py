"""A process that stores a message holds its conversation at once, when it has room; all else stays as it is for `take`."""

from __future__ import annotations

from loket.conversations.bursts import Work
from loket.conversations.leases import LEASE
from loket.conversations.model import Rendered
from tests.conversations.support import Process


async def begun(process: Process, conversation: str, text: str = "Hallo") -> bool:
    """Receive a message the way the web chat does; whether its conversation is held already."""
    return (await process.inbox.receive(conversation, process.inbound(text), begin=True)).begun


async def taken(process: Process, conversation: str) -> Work:
    """The work that there must be."""
    work = await process.inbox.take(conversation)
    assert work is not None
    return work


async def test_what_was_begun_is_handed_out_here_and_nowhere_else(process: Process, other: Process) -> None:
    process.inbox.room = lambda: True
    conversation = await process.open()
    assert await begun(process, conversation)
    assert await other.inbox.take(conversation) is None and await other.inbox.waiting() == []
    work = await taken(process, conversation)
    assert (work.message.text, work.message.attempts) == ("Hallo", 1)
    _, appended, kept = await process.inbox.settle(work, [Rendered("Antwoord")], None)
    assert kept and len(appended) == 1
    assert await process.inbox.take(conversation) is None, "once"
    row = await process.conversation(conversation)
    assert (row.lease, row.pending) == (None, 0)


async def test_only_the_first_message_of_a_process_with_room_is_begun(process: Process, other: Process) -> None:
    conversation = await process.open()
    assert not await begun(process, conversation), "no room"
    process.inbox.room = lambda: True
    assert not await begun(process, conversation, "Nog iets"), "another message comes first"
    work = await taken(process, conversation)
    assert work.message.text == "Hallo"
    other.inbox.room = lambda: True
    held = await other.open()
    assert await begun(other, held) and not await begun(process, held, "Nog iets"), "another process holds it"


async def test_the_second_message_waits_for_the_first_that_was_begun(process: Process) -> None:
    process.inbox.room = lambda: True
    conversation = await process.open()
    assert await begun(process, conversation) and not await begun(process, conversation, "Nog iets")
    for text in ("Hallo", "Nog iets"):
        work = await taken(process, conversation)
        assert work.message.text == text
        await process.inbox.settle(work, [Rendered(f"Antwoord op {text}")], None)
    said = [message.text for message in await process.messages(conversation)]
    assert said == ["Hallo", "Nog iets", "Antwoord op Hallo", "Antwoord op Nog iets"]


async def test_what_was_begun_by_a_killed_process_is_taken_over(process: Process, other: Process) -> None:
    process.inbox.room = lambda: True
    conversation = await process.open()
    assert await begun(process, conversation)
    process.clock.turn(seconds=LEASE.total_seconds() + 1)
    assert await other.inbox.waiting() == [conversation]
    work = await taken(other, conversation)
    assert work.message.attempts == 2, "the bot is asked as for a message that it may have seen"
    assert await process.inbox.take(conversation) is None, "who comes late has lost it"
    _, _, kept = await other.inbox.settle(work, [Rendered("Antwoord")], None)
    assert kept


async def test_a_message_that_comes_twice_is_begun_once(process: Process) -> None:
    process.inbox.room = lambda: True
    conversation = await process.open()
    inbound = process.inbound("Hallo")
    first = await process.inbox.receive(conversation, inbound, begin=True)
    again = await process.inbox.receive(conversation, inbound, begin=True)
    assert first.begun and again.duplicate and not again.begun
    work = await taken(process, conversation)
    await process.inbox.settle(work, [Rendered("Antwoord")], None)
    assert await process.inbox.take(conversation) is None
