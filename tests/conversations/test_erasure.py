"""A citizen deletes a conversation: nothing of it is left, and who was busy with it knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select

from loket.answers.compose import Composer
from loket.bus import Bus
from loket.conversations.bot import BotUnavailable
from loket.conversations.erasure import AGAIN_AFTER, KEPT, RETRY, Erasure, HumanBusy, of_conversations
from loket.conversations.journal import UnknownConversation
from loket.conversations.states import State, Step
from loket.store.erased import Forgetting
from loket.store.outgoing import ContactJob
from loket.store.schema import Base, Conversation, Lookup, Review, WebSession
from tests.conversations.support import Process

WORD = "kruidnootje"


class Memory:
    """What a bot engine remembers; while `down` it can not be asked. (The real one: tests/product.)"""

    def __init__(self) -> None:
        self.forgotten: list[str] = []
        self.down = False

    async def forget(self, sessions: Sequence[str]) -> None:
        if self.down:
            raise BotUnavailable("down")
        self.forgotten += sessions


@pytest.fixture
def memory() -> Memory:
    """The memory of the bot engine."""
    return Memory()


@pytest.fixture
def erasure(process: Process, composer: Composer, bus: Bus, memory: Memory) -> Erasure:
    """Deletes."""
    return Erasure(process.store, memory, bus, composer.texts, process.clock)


async def talked(process: Process) -> str:
    """A conversation with words in every table that can hold them; the citizen's browser shows it."""
    conversation = await process.open()
    received = await process.receive(conversation, f"Ik woon in de {WORD}straat")
    work = await process.inbox.take(conversation)
    assert work is not None
    await process.inbox.settle(work, [], {"taal": "nl", "woord": WORD}, {"onderwerp": WORD})
    now = process.clock()
    async with process.store.write() as session:
        row = await session.get_one(Conversation, conversation)
        row.summary, row.topic, row.closing, row.address = {"prose": [WORD]}, WORD, {"note": WORD}, WORD
        session.add(
            WebSession(id=conversation, secret_hash=conversation, conversation_id=conversation, created_at=now, seen_at=now)
        )
        session.add(Review(conversation_id=conversation, seq=received.seq, text=WORD, reasons=[], created_at=now))
        session.add(ContactJob(conversation_id=conversation, up_to_seq=1, closing=False, content={"tekst": WORD}, next_at=now,
                               created_at=now))  # fmt: skip
        session.add(Lookup(conversation_id=conversation, actor="bot", case_number="ZAAK-1", purpose="status", trust="kenmerk",
                           outcome="found", at=now))  # fmt: skip
    return conversation


async def everything(process: Process) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables."""
    async with process.store.read() as session:
        return {
            table.name: [dict(row._mapping) for row in await session.execute(select(table))]
            for table in Base.metadata.sorted_tables
        }


async def test_nothing_that_was_said_is_left(process: Process, erasure: Erasure, memory: Memory) -> None:
    conversation, other = await talked(process), await process.open()
    await process.receive(other, "Van iemand anders")
    assert WORD in str(await everything(process))

    await erasure.erase(conversation, anyway=False)
    left = await everything(process)
    assert WORD not in str(left)
    assert not left["web_session"] and not left["review"] and not left["outbox"]
    assert [row["state"] for row in left["contact_job"]] == ["none"]
    assert [row["case_number"] for row in left["lookup"]] == ["ZAAK-1"], "who looked up a case stays known"
    assert [row["text"] for row in left["message"] if row["conversation_id"] == other] == ["Van iemand anders"]
    [note] = await process.messages(conversation)
    assert note.author == "note"
    row = await process.conversation(conversation)
    assert row.state == State.CLOSED.value and row.facts == {} and row.summary is None
    assert memory.forgotten == [f"{conversation}.0"]


async def test_what_went_before_and_came_after_goes_too(process: Process, erasure: Erasure) -> None:
    first = await talked(process)
    await process.step(first, Step.CLOSE)
    second = (await process.receive(first, f"Nog iets over {WORD}")).conversation_id
    assert second != first
    assert set(await erasure.erase(first, anyway=False)) == {first, second}
    assert WORD not in str(await everything(process))


async def test_who_deleted_can_not_go_on_in_it(process: Process, erasure: Erasure) -> None:
    conversation = await talked(process)
    await erasure.erase(conversation, anyway=False)
    with pytest.raises(UnknownConversation):
        await process.receive(conversation, "Hallo?")
    assert len(await process.messages(conversation)) == 1


@pytest.mark.parametrize("taken", [False, True], ids=["waiting", "with a human"])
async def test_a_human_who_is_busy_is_not_passed_by(process: Process, erasure: Erasure, taken: bool) -> None:
    conversation = await talked(process)
    await process.step(conversation, Step.HAND_OFF)
    if taken:
        await process.step(conversation, Step.CLAIM, owner_id="f", owner_name="Fatima")
    before = await process.conversation(conversation)
    with pytest.raises(HumanBusy):
        await erasure.erase(conversation, anyway=False)
    assert (await process.conversation(conversation)).epoch == before.epoch
    assert len(await process.messages(conversation)) == 1

    await erasure.erase(conversation, anyway=True)
    after = await process.conversation(conversation)
    assert after.state == State.CLOSED.value and after.epoch > before.epoch
    assert WORD not in str(await everything(process))


async def test_a_bot_engine_that_is_down_is_asked_again(process: Process, erasure: Erasure, memory: Memory) -> None:
    conversation = await talked(process)
    memory.down = True
    await erasure.erase(conversation, anyway=False)
    memory.down = False
    process.clock.turn(seconds=RETRY.total_seconds())
    await erasure.round()
    assert memory.forgotten == [f"{conversation}.0"]
    # A turn that was under way may have been saved after that.
    process.clock.turn(seconds=AGAIN_AFTER.total_seconds())
    assert await erasure.round() == 1
    assert memory.forgotten == [f"{conversation}.0"] * 2
    async with process.store.read() as session:
        assert not list(await session.scalars(select(Forgetting)))


def test_every_table_of_conversations_is_thought_of() -> None:
    """Also one that somebody adds later: a column `conversation_id` is enough."""
    named = {table.name for table in Base.metadata.sorted_tables if "conversation_id" in table.c}
    assert {table.name for table in of_conversations()} | KEPT == named
