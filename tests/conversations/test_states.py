"""Who owns a conversation: the state machine alone, and as it is written to both databases."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loket.conversations.ownership import Changed
from loket.conversations.states import HUMAN_OWNED, WAITING, IllegalStep, State, Step, after, allowed
from tests.conversations.support import Process

STEPS = st.sampled_from(Step)


@given(st.sampled_from(State), STEPS)
def test_a_step_is_allowed_or_raises(state: State, step: Step) -> None:
    if step in allowed(state):
        assert isinstance(after(state, step), State)
    else:
        with pytest.raises(IllegalStep) as raised:
            after(state, step)
        assert (raised.value.state, raised.value.step) == (state, step)


@given(STEPS)
def test_a_closed_conversation_only_opens_again_as_undo(step: Step) -> None:
    assert (step in allowed(State.CLOSED)) == (step is Step.REOPEN)


def test_from_every_open_state_there_is_a_way_to_a_human_and_to_the_end() -> None:
    for state in set(State) - {State.CLOSED}:
        reached, edge = {state}, {state}
        while edge:
            edge = {after(s, step) for s in edge for step in allowed(s)} - reached
            reached |= edge
        assert State.CLOSED in reached and reached & HUMAN_OWNED, state
    assert not HUMAN_OWNED & WAITING


@dataclass
class Expected:
    """What the database should hold."""

    state: State = State.BOT
    epoch: int = 0
    owner: str | None = None


def owner_after(expected: Expected, step: Step, target: State, actor: str) -> str | None:
    """Who owns the conversation after a step by `actor`."""
    if target in (State.BOT, *WAITING):
        return None
    return actor if step in (Step.CLAIM, Step.ACCEPT, Step.TRANSFER) else expected.owner


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(STEPS, st.sampled_from(["fatima", "joris"]), st.integers(0, 3)), max_size=20))
async def test_any_interleaving_of_steps(process: Process, steps: list[tuple[Step, str, int]]) -> None:
    """Two members of staff with pictures of any age: only steps from the present epoch and state are taken."""
    conversation, expected, taken = await process.open(), Expected(), 0
    for step, actor, behind in steps:
        epoch = max(expected.epoch - behind, 0)
        changes = {"owner_id": actor, "owner_name": actor.title()} if step in (Step.CLAIM, Step.ACCEPT, Step.TRANSFER) else {}
        if epoch != expected.epoch:
            with pytest.raises(Changed) as raised:
                await process.step(conversation, step, epoch, actor, **changes)
            assert raised.value.state is expected.state
            assert raised.value.owner_name == (expected.owner and expected.owner.title())
        elif step not in allowed(expected.state):
            with pytest.raises(IllegalStep):
                await process.step(conversation, step, epoch, actor, **changes)
        else:
            target = await process.step(conversation, step, epoch, actor, **changes)
            assert target is after(expected.state, step)
            owner = owner_after(expected, step, target, actor)
            if target is State.SECOND_LINE_PENDING:
                assert owner == expected.owner is not None, "the first owner keeps it until the second line accepts"
            expected, taken = Expected(target, expected.epoch + 1, owner), taken + 1
        row = await process.conversation(conversation)
        assert (row.state, row.epoch, row.owner_id) == (expected.state, expected.epoch, expected.owner)
    record = await process.transitions(conversation)
    assert [t.epoch for t in record] == list(range(1, taken + 1))
    assert [t.from_state for t in record] == ["bot", *[t.to_state for t in record]][: len(record)]


async def test_a_refused_second_line_leaves_the_first_owner(process: Process) -> None:
    conversation = await process.open()
    await process.step(conversation, Step.HAND_OFF, actor="bot")
    await process.step(conversation, Step.CLAIM, actor="fatima", owner_id="fatima", owner_name="Fatima")
    await process.step(conversation, Step.OFFER_SECOND_LINE, actor="fatima")
    assert (await process.conversation(conversation)).owner_id == "fatima"
    await process.step(conversation, Step.REFUSE, actor="joris")
    row = await process.conversation(conversation)
    assert (row.state, row.owner_id) == (State.CLAIMED, "fatima")
    assert [(t.actor, t.to_state) for t in await process.transitions(conversation)] == [
        ("bot", "queued"),
        ("fatima", "claimed"),
        ("fatima", "second_line_pending"),
        ("joris", "claimed"),
    ]


@pytest.mark.parametrize(("one", "two"), [(Step.CLAIM, Step.CLAIM), (Step.CLAIM, Step.CLOSE), (Step.CLAIM, Step.RETURN_TO_BOT)])
async def test_of_two_steps_at_once_exactly_one_wins(process: Process, other: Process, one: Step, two: Step) -> None:
    for _ in range(5):
        conversation = await process.open()
        await process.step(conversation, Step.HAND_OFF, actor="bot")
        results = await asyncio.gather(
            process.step(conversation, one, 1, "fatima"), other.step(conversation, two, 1, "joris"), return_exceptions=True
        )
        assert sorted(isinstance(r, Changed) for r in results) == [False, True], results
        assert (await process.conversation(conversation)).epoch == 2
        assert len(await process.transitions(conversation)) == 2


async def test_the_bot_begins_anew_after_a_human(process: Process) -> None:
    conversation = await process.open()
    before = await process.conversation(conversation)
    await process.step(conversation, Step.HAND_OFF)
    assert (await process.conversation(conversation)).queued_at is not None
    await process.step(conversation, Step.CLAIM, owner_id="fatima", owner_name="Fatima", owner_organisation="gemeente")
    await process.step(conversation, Step.RETURN_TO_BOT)
    row = await process.conversation(conversation)
    assert row.bot_session == before.bot_session + 1
    assert (row.queued_at, row.owner_id, row.owner_name, row.owner_organisation) == (None, None, None, None)
