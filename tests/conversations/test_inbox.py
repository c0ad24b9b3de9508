"""What citizens send: accepted once, masked, in order; and what follows on a closed conversation."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loket.conversations import journal
from loket.conversations.inbox import Refused
from loket.conversations.model import MAX_TEXT, Author
from loket.conversations.states import State, Step
from loket.store.schema import Conversation, WebSession
from loket.store.text import storable
from tests.conversations.support import START, Process
from tests.written import readable, written


async def test_the_same_provider_id_is_stored_once(process: Process) -> None:
    conversation = await process.open()
    first = await process.receive(conversation, "Hallo", "a:1")
    second = await process.receive(conversation, "Hallo", "a:1")
    assert (first.seq, first.duplicate) == (1, False)
    assert (second.conversation_id, second.seq, second.duplicate) == (conversation, 1, True)
    assert [m.text for m in await process.messages(conversation)] == ["Hallo"]
    assert (await process.conversation(conversation)).pending == 1


async def test_the_same_message_at_two_processes_at_once_is_stored_once(process: Process, other: Process) -> None:
    conversation = await process.open()
    for number in range(8):
        received = await asyncio.gather(
            *(p.receive(conversation, "Hallo", f"a:{number}") for p in (process, other, process, other))
        )
        assert {r.seq for r in received} == {number + 1}
        assert sorted(r.duplicate for r in received) == [False, True, True, True]
    assert [m.seq for m in await process.messages(conversation)] == list(range(1, 9))
    assert (await process.conversation(conversation)).pending == 8


async def test_numbers_have_no_gap_whoever_stores(process: Process, other: Process) -> None:
    conversation = await process.open()
    async with asyncio.TaskGroup() as group:
        for number in range(15):
            group.create_task(process.receive(conversation, f"een {number}", f"een:{number}"))
            group.create_task(other.receive(conversation, f"twee {number}", f"twee:{number}"))
    stored = await process.messages(conversation)
    assert [m.seq for m in stored] == list(range(1, 31))
    assert len({m.text for m in stored}) == 30
    assert (await process.conversation(conversation)).last_seq == 30


async def test_conversations_do_not_share_their_numbers(process: Process) -> None:
    one, two = await process.open(), await process.open()
    assert [(await process.receive(c, "Hallo")).seq for c in (one, two, one)] == [1, 1, 2]


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("Mijn BSN is 999990007.", "Mijn BSN is [BSN]."),
        ("Stort het op NL91ABNA0417164300 graag", "Stort het op [IBAN] graag"),
        ("ZAAK-2026-0000000001, geboren 12-03-1980", "ZAAK-2026-0000000001, geboren 12-03-1980"),
    ],
)
async def test_masked_before_it_is_stored(process: Process, said: str, stored: str) -> None:
    conversation = await process.open()
    await process.receive(conversation, said)
    assert [m.text for m in await process.messages(conversation)] == [stored]


async def test_no_words_reach_the_file_or_its_journal(process: Process, database_url: str) -> None:
    """Whatever the code says about columns: the database wrote no word of it, and who opens what is sealed finds no BSN."""
    conversation = await process.open()
    await process.receive(conversation, "Mijn burgerservicenummer: 999990007", "een-bericht")
    found = await written(database_url)
    assert b"een-bericht" in found and b"burgerservicenummer" not in found and b"999990007" not in found
    opened = await readable(database_url)
    assert "burgerservicenummer: [BSN]" in opened and "999990007" not in opened


@pytest.mark.parametrize(("text", "code"), [("", "empty"), (" \n\t ", "empty"), ("a" * (MAX_TEXT + 1), "too_long")])
async def test_what_is_refused_is_not_stored(process: Process, text: str, code: str) -> None:
    conversation = await process.open()
    with pytest.raises(Refused) as refused:
        await process.receive(conversation, text)
    assert refused.value.code == code
    row = await process.conversation(conversation)
    assert await process.messages(conversation) == [] and (row.last_seq, row.pending) == (0, 0)


async def test_the_longest_message_is_stored_whole(process: Process) -> None:
    conversation = await process.open()
    await process.receive(conversation, "é" * MAX_TEXT)
    assert [len(m.text) for m in await process.messages(conversation)] == [MAX_TEXT]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=()), min_size=1, max_size=200))
async def test_any_text_is_stored_as_the_mask_leaves_it_or_refused(process: Process, text: str) -> None:
    conversation = await process.open()
    if not storable(text).strip():
        with pytest.raises(Refused, match="empty"):
            await process.receive(conversation, text)
        assert await process.messages(conversation) == []
    else:
        await process.receive(conversation, text)
        assert [m.text for m in await process.messages(conversation)] == [process.mask(storable(text))]


async def test_an_unknown_conversation_is_told(process: Process) -> None:
    with pytest.raises(journal.UnknownConversation):
        await process.receive("there-is-none", "Hallo")


# -- after closing -------------------------------------------------------------------------------------------------


async def closed(process: Process, *texts: str, facts: dict[str, object] | None = None) -> str:
    """A closed conversation with these messages of a citizen, who came by a browser."""
    conversation = await process.open()
    async with process.store.write() as session:
        session.add(
            WebSession(
                id=f"w-{conversation[:30]}",
                secret_hash=conversation,
                conversation_id=conversation,
                created_at=START,
                seen_at=START,
            )
        )
        (await journal.locked(session, conversation)).facts = facts or {}
    for text in texts:
        await process.receive(conversation, text)
    await process.step(conversation, Step.CLOSE)
    return conversation


async def test_a_message_after_closing_opens_a_follow_up_that_knows_the_earlier_one(process: Process) -> None:
    earlier = await closed(
        process,
        "Mijn huurtoeslag stopt",
        "Ik woon in Utrecht",
        facts={"gemeente": "Utrecht", "organisatie_gekozen": "toeslagen", "wachten_gemeld": "2026-01-01"},
    )
    received = await process.receive(earlier, "Nog een vraag")
    assert received.conversation_id != earlier and received.seq == 3
    later = await process.conversation(received.conversation_id)
    assert (later.follows, later.state, later.channel) == (earlier, State.BOT, "web")
    assert later.facts == {"gemeente": "Utrecht"}, "what stays true is known, what belonged to the earlier question is not"
    async with process.store.read() as session:
        ids = await journal.chain(session, later.id)
        assert [m.text for m in await journal.messages(session, ids)] == [
            "Mijn huurtoeslag stopt",
            "Ik woon in Utrecht",
            "Nog een vraag",
        ]
        web = await session.get_one(WebSession, f"w-{earlier[:30]}")
        assert web.conversation_id == later.id, "a reload shows the follow-up"
    assert [m.text for m in await process.messages(earlier)] == ["Mijn huurtoeslag stopt", "Ik woon in Utrecht"]
    assert (await process.conversation(earlier)).state == State.CLOSED


async def test_two_messages_at_once_after_closing_open_one_follow_up(process: Process, other: Process) -> None:
    for _ in range(4):
        earlier = await closed(process, "Hallo")
        received = await asyncio.gather(*(p.receive(earlier, "Nog iets") for p in (process, other, process)))
        assert len({r.conversation_id for r in received}) == 1
        assert sorted(r.seq for r in received) == [2, 3, 4]


async def test_a_tab_that_slept_through_two_closings_reaches_the_newest(process: Process) -> None:
    first = await closed(process, "Hallo")
    second = (await process.receive(first, "Nog iets")).conversation_id
    await process.step(second, Step.CLOSE)
    third = await process.receive(first, "En nog iets")
    assert third.conversation_id not in (first, second) and third.state is State.BOT
    assert (await process.conversation(third.conversation_id)).follows == second
    assert third.seq == 3
    again = await process.receive(first, "Nog meer")
    assert (again.conversation_id, again.seq) == (third.conversation_id, 4)


async def test_notes_are_not_among_what_a_citizen_gets(process: Process) -> None:
    conversation = await process.open()
    await process.receive(conversation, "Hallo")
    async with process.store.write() as session:
        row = await journal.locked(session, conversation)
        for author in (Author.NOTE, Author.HUMAN):
            await journal.append(session, row, journal.Entry(author, author.value), process.clock())
    async with process.store.read() as session:
        for_citizen = await journal.messages(session, [conversation], for_citizen=True)
        assert [(m.seq, m.author) for m in for_citizen] == [(1, "citizen"), (3, "human")]
        assert [m.seq for m in await journal.messages(session, [conversation])] == [1, 2, 3]


@pytest.mark.parametrize("template", ["postgresql"], indirect=True)  # SQLite has one writer at a time: nobody comes in between
async def test_what_is_locked_is_as_it_stands_then_and_not_as_it_was_seen_before(process: Process, other: Process) -> None:
    conversation = await process.open()
    async with process.store.write() as session:
        seen = await session.get_one(Conversation, conversation)  # held on to: the session forgets what nobody has
        assert seen.last_seq == 0
        await other.receive(conversation, "Hallo")
        assert (await journal.locked(session, conversation)).last_seq == 1
