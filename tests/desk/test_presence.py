"""Presence, the team a conversation is for, and the conversations of who went away."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from loket.answers.compose import Composer
from loket.bus import Bus
from loket.conversations.states import State
from loket.handoff import queue, teams
from loket.handoff.absent import GRACE, Absent
from loket.handoff.presence import IDLE_AFTER, PRESENT_WITHIN, PresenceBook, Status
from loket.store.desk import Team
from loket.store.schema import Conversation
from tests.conversations.support import Process
from tests.desk.conftest import FATIMA, KARIM, SANNE, TEAMS, Rig


async def present(rig: Rig) -> int:
    async with rig.process.store.read() as session:
        return await queue.staff_present(session, rig.process.clock())


async def test_who_counts_as_there(rig: Rig) -> None:
    book = PresenceBook(rig.process.store, rig.process.clock)
    assert await present(rig) == 0 and await book.status(FATIMA.id) == "weg"
    await rig.here(FATIMA, SANNE)
    assert await present(rig) == 2
    await book.choose(SANNE.id, Status.PAUZE)
    assert await present(rig) == 1 and await book.status(SANNE.id) == "pauze"
    rig.process.clock.turn(seconds=PRESENT_WITHIN.total_seconds() + 1)
    assert await present(rig) == 0 and await book.status(SANNE.id) == "weg"
    assert await book.active(SANNE.id), "colleagues see that she is back"
    assert await book.status(SANNE.id) == "pauze", "what was chosen stays"
    assert {one.id: one.teams for one in await book.colleagues()} == {
        FATIMA.id: ("loket",),
        KARIM.id: ("uwv_werk",),
        SANNE.id: ("loket",),
    }


async def test_who_does_nothing_is_away_by_itself(rig: Rig) -> None:
    book = PresenceBook(rig.process.store, rig.process.clock)
    await rig.here(FATIMA)
    rig.process.clock.turn(seconds=IDLE_AFTER.total_seconds() + 1)
    async with rig.process.store.write() as session:
        from loket.handoff.presence import heard

        await heard(session, FATIMA.id, rig.process.clock())
    assert await book.status(FATIMA.id) == "afwezig" and await present(rig) == 0
    await book.active(FATIMA.id)
    assert await book.status(FATIMA.id) == "aanwezig" and await present(rig) == 1


def absent(process: Process, composer: Composer, bus: Bus, name: str) -> Absent:
    """In a process of which the time goes as that on the wall does."""
    return Absent(
        process.store, composer, bus, lambda channel: False, name, process.clock, seconds=lambda: process.clock().timestamp()
    )


async def test_conversations_of_who_went_away_go_back_once(rig: Rig, other: Process, composer: Composer, bus: Bus) -> None:
    # Given two members with a conversation each, one of whom closes the lap-top
    await rig.here(FATIMA, SANNE)
    lost, kept = await rig.claimed(FATIMA), await rig.claimed(SANNE)
    since = (await rig.process.conversation(lost)).queued_at
    one, two = absent(rig.process, composer, bus, "one"), absent(other, composer, bus, "two")
    rig.process.clock.turn(seconds=GRACE.total_seconds() - 60)
    assert await one.round() == 0, "not before the grace time is over"
    # When the grace time is over, and two processes look at once
    await rig.here(SANNE)
    rig.process.clock.turn(seconds=120)
    counts = await asyncio.gather(one.round(), two.round())
    # Then it went back once, to its old place, with a note for colleagues and a word to the citizen
    assert sum(counts) == 1
    row = await rig.process.conversation(lost)
    assert (row.state, row.owner_id, row.queued_at, row.team) == (State.QUEUED, None, since, "loket")
    messages = await rig.process.messages(lost)
    assert [m.author for m in messages[-2:]] == ["note", "system"] and all("Fatima" in m.text for m in messages[-2:])
    assert (await rig.process.conversation(kept)).owner_id == SANNE.id
    rig.process.clock.turn(seconds=60)
    await rig.here(SANNE)
    assert await two.round() == 0


async def test_a_restart_in_between_loses_nothing(rig: Rig, other: Process, composer: Composer, bus: Bus) -> None:
    await rig.here(FATIMA)
    conversation = await rig.claimed()
    rig.process.clock.turn(seconds=GRACE.total_seconds() + 1)
    dead = absent(rig.process, composer, bus, "dead")
    assert await dead._turn.take(), "this process takes its turn, and dies"
    following = absent(other, composer, bus, "next")
    assert await following.round() == 0
    rig.process.clock.turn(minutes=3)
    assert await following.round() == 1
    assert (await rig.process.conversation(conversation)).state == State.QUEUED


@pytest.mark.parametrize("hours", [1, -1])
async def test_nobody_went_away_because_the_clock_was_moved(rig: Rig, composer: Composer, bus: Bus, hours: int) -> None:
    # Given a process that has run for a while, and a member whose page is open
    listened = 0.0
    looking = Absent(
        rig.process.store, composer, bus, lambda channel: False, "one", rig.process.clock, seconds=lambda: listened
    )
    await rig.here(FATIMA)
    conversation = await rig.claimed()
    rig.process.clock.turn(seconds=GRACE.total_seconds() - 1)
    listened = GRACE.total_seconds() - 1
    assert await looking.round() == 0
    # When the clock is moved, nothing is taken away before the page had the time to be heard
    rig.process.clock.turn(hours=hours)
    assert await looking.round() == 0
    assert (await rig.process.conversation(conversation)).owner_id == FATIMA.id
    # Then it is, if the page stays silent
    rig.process.clock.turn(seconds=PRESENT_WITHIN.total_seconds())
    listened += PRESENT_WITHIN.total_seconds()
    assert await looking.round() == 1


@pytest.mark.parametrize(
    ("facts", "team"),
    [
        ({"outcome": "klacht"}, "klachten"),
        ({"outcome": "antwoord"}, "loket"),
        ({"organisation": "uwv", "outcome": "antwoord"}, "loket"),
    ],
)
def test_a_skill_weighs_more_than_serving_everybody(facts: dict[str, str], team: str) -> None:
    rows = [Team(id=t.id, name=t.naam, organisation=t.organisatie, line=t.lijn, skills=t.vaardigheden) for t in TEAMS]
    conversation = Conversation(id="1", language="nl", facts={}, **facts)
    assert teams.best(rows, conversation) == team


async def test_a_team_changed_by_hand_stays_and_one_that_left_the_file_rests(rig: Rig) -> None:
    async with rig.process.store.write() as session:
        row = await session.get_one(Team, "loket")
        row.name, row.origin = "Balie Demodam", "beheer"
    await teams.ensure(rig.process.store, TEAMS[:1])
    async with rig.process.store.read() as session:
        assert [(team.id, team.name) for team in await teams.active(session)] == [("loket", "Balie Demodam")]


def test_the_grace_time_is_longer_than_the_sign_of_life() -> None:
    assert GRACE > 2 * PRESENT_WITHIN > timedelta(0)
