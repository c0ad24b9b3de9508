"""Calling back, on both databases: asked, promised, taken by one, done or visibly failed."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from itertools import islice

import pytest
import pytest_asyncio
from sqlalchemy import select

from loket.answers.compose import Composer
from loket.bus import Bus
from loket.conversations.desk import Desk, Outcome
from loket.conversations.desk_acts import NotYours
from loket.conversations.ownership import Changed
from loket.conversations.rating_asked import RatingAsked
from loket.conversations.states import State, Step
from loket.handoff.call_desk import CallDesk, UnknownCallback
from loket.handoff.callback_retention import forget_numbers
from loket.handoff.callbacks import Callbacks, NoRoom, Request
from loket.handoff.late_calls import LateCalls
from loket.handoff.moments import Window, Wish, slots
from loket.handoff.summary import Summariser
from loket.identity.member import Member
from loket.store.callbacks import Callback
from loket.store.schema import Conversation
from tests.conversations.support import Process

MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
FATIMA = Member("1", "Fatima", "gemeente", "casemanager")
JORIS = Member("2", "Joris", "uwv", "casemanager")
NUMBER = "0612345678"


@pytest.fixture(autouse=True)
def monday(process: Process) -> None:
    """A Monday at 10 in Amsterdam."""
    process.clock.now = MONDAY


@pytest.fixture
def calls(process: Process, composer: Composer, callbacks: Callbacks) -> CallDesk:
    """The calls of the desk."""
    ending = RatingAsked(composer, lambda channel: False, lambda channel: channel != "web")
    return CallDesk(process.store, callbacks, composer, process.mask, process.clock, ending)


@pytest.fixture
def desk(process: Process, composer: Composer, summariser: Summariser, bus: Bus) -> Desk:
    """The desk beside it."""
    return Desk(process.store, composer, summariser, bus, process.mask, process.clock, lambda channel: False)


@pytest_asyncio.fixture
async def waiting(process: Process, callbacks: Callbacks) -> str:
    """A conversation that waits for a call this afternoon."""
    conversation = await process.open()
    await process.receive(conversation, "Mijn huurtoeslag is gestopt, waarom?")
    await callbacks.request(conversation, Request(NUMBER, window(callbacks), "Mijn huurtoeslag is gestopt, waarom?"))
    return conversation


def window(callbacks: Callbacks, which: int = 1) -> Window:
    """A part of a day that can be promised: 0 is this morning."""
    return next(islice(slots(callbacks._clock(), callbacks.opening, callbacks.rules), which, None))


async def one(callbacks: Callbacks, conversation: str) -> Callback:
    """The newest call-back of a conversation, also a settled one."""
    async with callbacks._store.read() as session:
        row = await session.scalar(select(Callback).where(Callback.conversation_id == conversation).order_by(Callback.id.desc()))
        assert row is not None
        return row


async def test_who_asks_waits_and_reads_when(process: Process, callbacks: Callbacks, calls: CallDesk, waiting: str) -> None:
    row = await one(callbacks, waiting)
    assert (await process.conversation(waiting)).state == State.CALLBACK.value
    assert (row.state, row.number, row.due_at, row.requested_by) == ("open", NUMBER, window(callbacks).end, "citizen")
    said = (await process.messages(waiting))[-1]
    assert said.author == "system" and "12.00" in said.text and "17.00" in said.text and NUMBER not in said.text
    assert [each.id for each in await calls.list(FATIMA)] == [row.id]


async def test_who_asks_again_changes_it(callbacks: Callbacks, calls: CallDesk, waiting: str) -> None:
    again = Request("0687654321", window(callbacks, 2), "BSN 111222333")
    row = await callbacks.request(waiting, again)
    assert len(await calls.list(FATIMA)) == 1
    assert (row.number, row.window_from, row.version) == ("0687654321", again.window.start, 2)
    assert "111222333" not in row.question, "a BSN is never stored"
    assert [event.what for event in (await calls.shown(row.id, FATIMA)).events] == ["requested", "changed"]


@pytest.mark.parametrize("state", [State.BOT, State.QUEUED, State.CLAIMED])
async def test_from_every_state_that_waits_or_talks(process: Process, callbacks: Callbacks, state: State) -> None:
    conversation = await process.open()
    if state is not State.BOT:
        await process.step(conversation, Step.HAND_OFF)
    if state is State.CLAIMED:
        await process.step(conversation, Step.CLAIM, owner_id=FATIMA.id, owner_name=FATIMA.name)
        with pytest.raises(NotYours):
            await callbacks.request(conversation, Request(NUMBER, window(callbacks)), JORIS)
    row = await callbacks.request(conversation, Request(NUMBER, window(callbacks)), FATIMA)
    assert (await process.conversation(conversation)).state == State.CALLBACK.value and row.requested_by == FATIMA.id


async def test_only_opening_time_that_is_to_come_is_promised(process: Process, callbacks: Callbacks, calls: CallDesk) -> None:
    conversation = await process.open()
    good = window(callbacks)
    for start, end in (
        (MONDAY.replace(hour=4), MONDAY.replace(hour=5)),  # closed
        (MONDAY.replace(day=28), MONDAY.replace(day=28, hour=10)),  # over
        (good.end, good.start),
        (good.start.replace(year=2027, month=3, day=1), good.end.replace(year=2027, month=3, day=1)),  # too far away
        (good.start, good.end.replace(hour=19)),  # partly closed
    ):
        with pytest.raises(NoRoom):
            await callbacks.request(conversation, Request(NUMBER, Window(start, end)))
    assert (await process.conversation(conversation)).state == State.BOT.value and await calls.list(FATIMA) == []


async def test_a_full_part_of_a_day_is_offered_to_nobody(process: Process, callbacks: Callbacks) -> None:
    full = window(callbacks)
    for _ in range(callbacks.rules.per_part):
        await callbacks.request(await process.open(), Request(NUMBER, full))
    late = await process.open()
    with pytest.raises(NoRoom):
        await callbacks.request(late, Request(NUMBER, full))
    async with process.store.read() as session:
        assert full not in await callbacks.offers(session, None, 5)
        assert await callbacks.fit(session, Wish(), None) == window(callbacks, 0)


async def test_of_two_desks_one_gets_it(process: Process, callbacks: Callbacks, calls: CallDesk, waiting: str) -> None:
    row = await one(callbacks, waiting)
    results = await asyncio.gather(
        *(calls.take(row.id, member, row.version) for member in (FATIMA, JORIS)), return_exceptions=True
    )
    lost = [result for result in results if isinstance(result, Changed)]
    taken = await one(callbacks, waiting)
    assert len(lost) == 1 and lost[0].owner_name == taken.taken_name
    conversation = await process.conversation(waiting)
    assert (conversation.state, conversation.owner_id) == (State.CLAIMED.value, taken.taken_by)
    winner, loser = (FATIMA, JORIS) if taken.taken_by == FATIMA.id else (JORIS, FATIMA)
    assert await calls.reveal(row.id, winner) == NUMBER
    for refused in (calls.reveal(row.id, loser), calls.release(row.id, loser), calls.answered(row.id, loser, "")):
        with pytest.raises(NotYours):
            await refused
    assert [e.what for e in (await calls.shown(row.id, FATIMA)).events][-1] == "number_seen", "who saw the number is written down"


async def test_called_is_closed(process: Process, callbacks: Callbacks, calls: CallDesk, waiting: str) -> None:
    row = await one(callbacks, waiting)
    await calls.take(row.id, FATIMA, row.version)
    done = await calls.answered(row.id, FATIMA, "Opgelost, BSN 111222333")
    conversation = await process.conversation(waiting)
    assert (done.state, done.attempts, conversation.state) == ("done", 1, State.CLOSED.value)
    assert conversation.closing and conversation.closing["outcome"] == "callback" and "111222333" not in str(conversation.closing)
    assert await calls.list(FATIMA) == [] and [r.id for r in await calls.list(FATIMA, settled=True)] == [row.id]
    process.clock.turn(days=callbacks.rules.number_days + 1)
    async with process.store.write() as session:
        assert await forget_numbers(callbacks.rules.number_days).apply(session, process.clock()) == 1
    assert (await one(callbacks, waiting)).number is None


async def test_nobody_answers_three_times(process: Process, callbacks: Callbacks, calls: CallDesk, waiting: str) -> None:
    for attempt in range(1, callbacks.rules.attempts + 1):
        row = await one(callbacks, waiting)
        await calls.take(row.id, FATIMA, row.version)
        row = await calls.no_answer(row.id, FATIMA, "voicemail")
        last = attempt == callbacks.rules.attempts
        assert (row.state, row.attempts) == ("failed" if last else "open", attempt)
        if not last:
            assert row.due_at > process.clock() and callbacks.opening.is_open(row.window_from)
            assert (await process.conversation(waiting)).state == State.CALLBACK.value
    told = [m.text for m in await process.messages(waiting) if m.author == "system"]
    assert len(set(told)) >= 3 and (await process.conversation(waiting)).state == State.CLOSED.value


async def test_the_call_back_follows_the_conversation(
    process: Process, callbacks: Callbacks, calls: CallDesk, desk: Desk, waiting: str
) -> None:
    # Given: somebody takes the conversation from the queue, not from the list of calls.
    await desk.claim(waiting, FATIMA, (await process.conversation(waiting)).epoch)
    assert ((await one(callbacks, waiting)).state, (await one(callbacks, waiting)).taken_by) == ("taken", FATIMA.id)
    # When: it goes back to the bot, the call is open again, and can be made while the computer goes on.
    await desk.return_to_bot(waiting, FATIMA, (await process.conversation(waiting)).epoch, "")
    row = await one(callbacks, waiting)
    assert row.state == "open"
    await calls.take(row.id, JORIS, row.version)
    assert (await calls.answered(row.id, JORIS, "")).state == "done"
    assert (await process.conversation(waiting)).state == State.BOT.value


async def test_closed_with_another_outcome_it_is_settled(
    process: Process, callbacks: Callbacks, desk: Desk, waiting: str
) -> None:
    await desk.claim(waiting, FATIMA, (await process.conversation(waiting)).epoch)
    await desk.close(waiting, FATIMA, (await process.conversation(waiting)).epoch, Outcome.ANSWERED, "")
    assert (await one(callbacks, waiting)).state == "done"


async def test_another_teams_work_is_not_seen(process: Process, callbacks: Callbacks, calls: CallDesk, waiting: str) -> None:
    async with process.store.write() as session:
        (await session.get_one(Conversation, waiting)).team = "elders"
    row = await one(callbacks, waiting)
    assert await calls.list(FATIMA) == [] and (await calls.counts(FATIMA))["open"] == 0
    for refused in (calls.shown(row.id, FATIMA), calls.take(row.id, FATIMA, row.version)):
        with pytest.raises(UnknownCallback):
            await refused
    theirs = Member("3", "Noor", "gemeente", "casemanager", frozenset({"elders"}))
    assert [each.id for each in await calls.list(theirs)] == [row.id]


async def test_closed_with_a_promise_to_call_it_stays(
    process: Process, callbacks: Callbacks, calls: CallDesk, desk: Desk, waiting: str
) -> None:
    await desk.claim(waiting, FATIMA, (await process.conversation(waiting)).epoch)
    await desk.close(waiting, FATIMA, (await process.conversation(waiting)).epoch, Outcome.CALLBACK, "")
    row = await one(callbacks, waiting)
    assert (row.state, row.taken_by) == ("open", None)
    await calls.take(row.id, JORIS, row.version)
    assert (await calls.answered(row.id, JORIS, "")).state == "done"


async def test_the_citizen_does_not_want_it_any_more(process: Process, callbacks: Callbacks, waiting: str) -> None:
    assert await callbacks.withdraw(waiting) and not await callbacks.withdraw(waiting)
    row = await one(callbacks, waiting)
    assert (row.state, row.number) == ("cancelled", None)
    assert (await process.conversation(waiting)).state == State.BOT.value


async def test_released_it_waits_again(process: Process, callbacks: Callbacks, calls: CallDesk, waiting: str) -> None:
    row = await one(callbacks, waiting)
    await calls.take(row.id, FATIMA, row.version)
    await calls.take(row.id, FATIMA, row.version)  # a second press changes nothing
    released = await calls.release(row.id, FATIMA)
    assert released.state == "open" and (await process.conversation(waiting)).state == State.CALLBACK.value
    assert (await calls.counts(FATIMA)) == {"open": 1, "late": 0, "mine": 0}
    process.clock.turn(days=1)
    assert (await calls.counts(FATIMA))["late"] == 1


async def test_gone_with_its_conversation(process: Process, callbacks: Callbacks, calls: CallDesk, waiting: str) -> None:
    row = await one(callbacks, waiting)
    async with process.store.write() as session:
        await session.delete(await session.get_one(Conversation, waiting))
    with pytest.raises(UnknownCallback):
        await calls.shown(row.id, FATIMA)


async def test_not_called_in_time_is_said_once(process: Process, other: Process, callbacks: Callbacks, waiting: str) -> None:
    late, elsewhere = (LateCalls(each.store, callbacks, each.name, process.clock) for each in (process, other))
    assert await late.round() == 0
    process.clock.turn(days=1)
    before = len(await process.messages(waiting))
    assert [await late.round(), await elsewhere.round()] == [1, 0]
    process.clock.turn(minutes=5)
    assert await elsewhere.round() == 0
    said = (await process.messages(waiting))[before:]
    assert [message.author for message in said] == ["system"] and (await one(callbacks, waiting)).state == "open"
