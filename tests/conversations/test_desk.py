"""What counter staff do: of two exactly one wins, notes stay inside, only the owner speaks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import event, select

from loket.answers.compose import Composer
from loket.bus import Bus, Event
from loket.conversations import journal
from loket.conversations.desk import Desk, Member, NotYours, Outcome, View
from loket.conversations.model import Author
from loket.conversations.ownership import Changed
from loket.conversations.states import IllegalStep, State, Step
from loket.handoff import queue
from loket.handoff.summary import Summariser
from loket.store.schema import Conversation, Outbox
from tests.conversations.conftest import DATA
from tests.conversations.support import Process

FATIMA = Member("fatima-id", "Fatima Demirci", "gemeente", "casemanager", frozenset({"loket"}))
JORIS = Member("joris-id", "Joris van den Broek", "uwv", "casemanager", frozenset({"loket"}))
MakeDesk = Callable[[Process], Desk]


@pytest.fixture
def make_desk(composer: Composer, bus: Bus) -> MakeDesk:
    """The desk of a process."""

    def make(process: Process) -> Desk:
        summariser = Summariser.load(process.store, composer.directory, DATA, process.clock)
        return Desk(process.store, composer, summariser, bus, process.mask, process.clock, lambda channel: False)

    return make


@pytest.fixture
def desk(process: Process, make_desk: MakeDesk) -> Desk:
    """The desk of the first process."""
    return make_desk(process)


async def queued(process: Process, *texts: str, urgency: str = "normaal") -> str:
    """A conversation that waits for a human, with everything handled."""
    conversation = await process.open()
    for text in texts or ("Ik wil een mens spreken",):
        await process.receive(conversation, text)
        work = await process.inbox.take(conversation)
        assert work is not None
        await process.inbox.settle(work, [], {"uitkomst": "mens", "score": 0.9, "entiteiten": {}})
    await process.step(conversation, Step.HAND_OFF, actor="bot", urgency=urgency)
    return conversation


async def claimed(process: Process, desk: Desk, *texts: str, by: Member = FATIMA) -> str:
    """A conversation that a member of staff has."""
    conversation = await queued(process, *texts)
    await desk.claim(conversation, by, epoch=1)
    return conversation


async def test_of_two_who_claim_at_once_one_wins_and_the_other_learns_who(
    process: Process, other: Process, make_desk: MakeDesk
) -> None:
    for _ in range(4):
        conversation = await queued(process)
        results = await asyncio.gather(
            make_desk(process).claim(conversation, FATIMA, 1),
            make_desk(other).claim(conversation, JORIS, 1),
            return_exceptions=True,
        )
        winner, loser = (FATIMA, results[1]) if results[0] is None else (JORIS, results[0])
        assert isinstance(loser, Changed) and loser.owner_name == winner.name and loser.state is State.CLAIMED
        row = await process.conversation(conversation)
        assert (row.owner_id, row.owner_name, row.owner_organisation, row.epoch) == (
            winner.id,
            winner.name,
            winner.organisation,
            2,
        )
        said = [m for m in await process.messages(conversation) if m.author == Author.SYSTEM]
        assert len(said) == 1 and winner.name in said[0].text, "the citizen hears one name"


async def test_an_old_picture_does_not_win(process: Process, desk: Desk) -> None:
    conversation = await claimed(process, desk)
    await desk.return_to_bot(conversation, FATIMA, 2, "klaar")
    with pytest.raises(Changed) as changed:
        await desk.claim(conversation, JORIS, 1)
    assert changed.value.owner_name is None and changed.value.state is State.BOT
    assert (await process.conversation(conversation)).state == State.BOT


async def test_a_note_never_reaches_the_citizen(process: Process, desk: Desk) -> None:
    conversation = await claimed(process, desk)
    seq = await desk.note(conversation, JORIS, "n1", "Let op: BSN 999990007 gecontroleerd")
    assert await desk.note(conversation, JORIS, "n1", "Let op: nog eens") == seq
    stored = {m.seq: m for m in await process.messages(conversation)}
    assert stored[seq].author == Author.NOTE and stored[seq].text == "Let op: BSN [BSN] gecontroleerd"
    async with process.store.read() as session:
        assert seq not in [m.seq for m in await journal.messages(session, [conversation], for_citizen=True)]
        sent = list(await session.scalars(select(Outbox.message_id).where(Outbox.conversation_id == conversation)))
    assert stored[seq].id not in sent and stored[seq].delivery is None
    assert seq in [m.seq for m in (await desk.detail(conversation, FATIMA)).messages]


async def test_only_the_owner_speaks_and_decides(process: Process, desk: Desk) -> None:
    conversation = await queued(process)
    with pytest.raises(NotYours):
        await desk.say(conversation, FATIMA, "1", "Nog niet van mij")
    await desk.claim(conversation, FATIMA, 1)
    for attempt in (
        desk.say(conversation, JORIS, "1", "Hallo"),
        desk.return_to_bot(conversation, JORIS, 2, ""),
        desk.close(conversation, JORIS, 2, Outcome.ANSWERED, ""),
    ):
        with pytest.raises(NotYours) as refused:
            await attempt
        assert refused.value.owner_name == "Fatima Demirci"
    row = await process.conversation(conversation)
    assert (row.state, row.epoch) == (State.CLAIMED, 2)
    assert "Hallo" not in [m.text for m in await process.messages(conversation)]


async def test_what_the_owner_says_is_stored_once_masked_and_sent(process: Process, desk: Desk, bus: Bus) -> None:
    conversation, rung = await claimed(process, desk), list[Event]()
    unlisten = bus.listen(rung.append)
    seq = await desk.say(conversation, FATIMA, "a", "Uw nummer is NL91ABNA0417164300")
    assert await desk.say(conversation, FATIMA, "a", "Uw nummer is NL91ABNA0417164300") == seq
    unlisten()
    stored = [m for m in await process.messages(conversation) if m.author == Author.HUMAN]
    assert [(m.seq, m.text, m.author_name, m.content["organisation"]) for m in stored] == [
        (seq, "Uw nummer is [IBAN]", "Fatima Demirci", "uw gemeente")
    ]
    assert [e["seq"] for e in rung if e["kind"] == "message"] == [seq]


async def test_the_same_client_id_of_two_members_is_two_messages(process: Process, desk: Desk) -> None:
    conversation = await claimed(process, desk)
    assert await desk.note(conversation, FATIMA, "1", "van Fatima") != await desk.note(conversation, JORIS, "1", "van Joris")


async def test_closing_with_an_outcome_ends_it(process: Process, desk: Desk) -> None:
    conversation = await claimed(process, desk)
    await desk.close(conversation, FATIMA, 2, Outcome.REFERRED, "Doorverwezen, BSN 999990007")
    row = await process.conversation(conversation)
    assert row.state == State.CLOSED and row.closing is not None
    assert (row.closing["outcome"], row.closing["note"], row.closing["by"]) == ("referred", "Doorverwezen, BSN [BSN]", FATIMA.id)
    last = (await process.messages(conversation))[-1]
    assert last.author == Author.SYSTEM and "Fatima Demirci" in last.text
    for attempt in (desk.claim(conversation, JORIS, 3), desk.close(conversation, FATIMA, 3, Outcome.OTHER, "")):
        with pytest.raises(IllegalStep):
            await attempt
    with pytest.raises(NotYours):
        await desk.say(conversation, FATIMA, "2", "Nog iets")


async def test_a_follow_up_shows_the_desk_the_earlier_conversation(process: Process, desk: Desk) -> None:
    conversation = await claimed(process, desk, "Mijn huurtoeslag is gestopt")
    await desk.close(conversation, FATIMA, 2, Outcome.ANSWERED, "")
    later = (await process.receive(conversation, "Het is nog steeds niet goed")).conversation_id
    detail = await desk.detail(later, FATIMA)
    texts = [m.text for m in detail.messages]
    assert texts[0] == "Mijn huurtoeslag is gestopt" and texts[-1] == "Het is nog steeds niet goed"
    assert [t.to_state for t in detail.transitions] == ["queued", "claimed", "closed"]
    await process.step(later, Step.HAND_OFF, actor="bot")
    await desk.claim(later, JORIS, 1)
    summary = (await desk.conversation(later)).summary
    assert summary is not None and any(line["value"] == "Mijn huurtoeslag is gestopt" for line in summary["lines"])


async def test_opening_asks_the_store_no_more_for_a_long_story(process: Process, desk: Desk) -> None:
    asked: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.extend([statement] if statement.startswith(("SELECT", "WITH")) else [])

    async def opened() -> tuple[int, list[str]]:
        asked.clear()
        detail = await desk.detail(conversation, FATIMA)
        return len(asked), [m.text for m in detail.messages if m.author == Author.CITIZEN]

    conversation = await claimed(process, desk, "een")
    event.listen(process.store.engine.sync_engine, "before_cursor_execute", count)
    assert await opened() == (4, ["een"])
    for part, words in enumerate(("twee", "drie", "vier", "vijf", "zes"), start=2):
        await desk.close(conversation, FATIMA, 2, Outcome.ANSWERED, "")
        conversation = (await process.receive(conversation, words)).conversation_id
        await process.step(conversation, Step.HAND_OFF, actor="bot")
        await desk.claim(conversation, FATIMA, 1)
        told = ["een", "twee", "drie", "vier", "vijf", "zes"][:part][-journal.CHAIN_LIMIT :]
        assert await opened() == (5, told)


async def test_the_bot_goes_on_after_it_is_given_back(process: Process, desk: Desk) -> None:
    conversation = await claimed(process, desk)
    await desk.return_to_bot(conversation, FATIMA, 2, "Vraag beantwoord")
    row = await process.conversation(conversation)
    assert (row.state, row.owner_id, row.bot_session) == (State.BOT, None, 1)
    assert [(t.actor, t.reason) for t in await process.transitions(conversation)][-1] == (FATIMA.id, "Vraag beantwoord")


async def test_lists_and_counts(process: Process, desk: Desk) -> None:
    waiting = [await queued(process, "een", "twee") for _ in range(2)]
    mine = await claimed(process, desk, "drie", "vier")
    await claimed(process, desk, "vijf", "zes", by=JORIS)
    assert await desk.counts(FATIMA) == {"waiting": 2, "mine": 1, "asked": 0, "team": 4, "all": 4}
    rows = await desk.list(View.WAITING, FATIMA)
    assert {row.conversation.id for row in rows} == set(waiting)
    assert [row.last.text if row.last else None for row in rows] == ["twee", "twee"]
    assert [row.conversation.id for row in await desk.list(View.MINE, FATIMA)] == [mine]


async def test_the_place_in_the_queue(process: Process, desk: Desk) -> None:
    """Spoed before hoog before the rest; then who waits longest, also who could wait; the list and the place agree."""
    made = {}
    for name, urgency in (("f", "laag"), ("a", "normaal"), ("b", "hoog"), ("c", "normaal"), ("d", "spoed"), ("e", "hoog")):
        made[await queued(process, name, urgency=urgency)] = name
        process.clock.turn(seconds=1)

    async def places() -> dict[str, int]:
        async with process.store.read() as session:
            rows = await session.scalars(select(Conversation).where(Conversation.state == "queued"))
            return {made[row.id]: await queue.place(session, row) for row in rows}

    assert await places() == {"d": 1, "b": 2, "e": 3, "f": 4, "a": 5, "c": 6}
    assert [made[row.conversation.id] for row in await desk.list(View.WAITING, FATIMA)] == ["d", "b", "e", "f", "a", "c"]
    await desk.claim(next(c for c, name in made.items() if name == "b"), FATIMA, 1)
    assert await places() == {"d": 1, "e": 2, "f": 3, "a": 4, "c": 5}


async def test_two_in_the_same_instant_have_different_places(process: Process) -> None:
    conversations = [await queued(process) for _ in range(4)]
    async with process.store.read() as session:
        rows = [await session.get_one(Conversation, c) for c in conversations]
        assert sorted([await queue.place(session, row) for row in rows]) == [1, 2, 3, 4]
