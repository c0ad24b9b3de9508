"""Figures: what is counted on which day, that it stays, and that nothing in a spreadsheet is a formula. On both databases."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest
import pytest_asyncio
from sqlalchemy import delete

from loket.conversations.ratings import Ratings
from loket.conversations.states import Step
from loket.figures.day import bounds, count
from loket.figures.keeper import COLUMNS, Keeper
from loket.figures.report import BadRange, Figures, Filter
from loket.figures.table import as_csv
from loket.handoff.targets import WaitTargets
from loket.store.desk import Team, Transfer
from loket.store.schema import Conversation, Review
from tests.conversations.conftest import *  # noqa: F403 (the fixtures of both databases)
from tests.conversations.support import Process

NOON = datetime(2026, 11, 30, 11, 0, tzinfo=UTC)
MONDAY = date(2026, 11, 30)
TARGETS = WaitTargets(spoed=2, hoog=10, normaal=30)


async def talk(process: Process, wait: float | None = None, team: str | None = None, **columns: object) -> str:
    """A conversation with a question; with `wait`, somebody was helped after so many minutes."""
    conversation = await process.open()
    await process.receive(conversation, "Hoe zit het met mijn huurtoeslag?")
    if wait is not None:
        await process.step(conversation, Step.HAND_OFF)
    async with process.store.write() as session:
        row = await session.get_one(Conversation, conversation)
        row.team = team
        for name, value in columns.items():
            setattr(row, name, value)
    if wait is not None:
        process.clock.turn(minutes=wait)
        await process.step(conversation, Step.CLAIM, owner_id="1", owner_name="F")
    return conversation


async def totals(process: Process, day: date = MONDAY) -> dict[str, int]:
    """All figures of a day together."""
    async with process.store.read() as session:
        found = await count(session, day, TARGETS)
    return {name: sum(row.get(name, 0) for row in found.figures.values()) for name in COLUMNS}


@pytest_asyncio.fixture(autouse=True)
async def monday(process: Process) -> AsyncIterator[None]:
    """A Monday at noon."""
    process.clock.now = NOON
    yield


async def test_bot_human_and_not_helped(process: Process) -> None:
    await process.open()  # only opened the page
    await talk(process)
    await talk(process, wait=5)
    await talk(process, wait=45)
    waiting = await talk(process)
    await process.step(waiting, Step.HAND_OFF)
    found = await totals(process)
    assert (found["conversations"], found["by_bot"], found["by_human"], found["not_helped"]) == (4, 1, 2, 1)
    assert (found["answered"], found["in_target"], found["waited_seconds"], found["longest_seconds"]) == (2, 1, 3000, 2700)


async def test_the_target_is_that_of_the_urgency(process: Process) -> None:
    await talk(process, wait=3, urgency="spoed")
    await talk(process, wait=3, urgency="hoog")
    assert (await totals(process))["in_target"] == 1


async def test_back_in_the_queue_is_waiting_again(process: Process) -> None:
    conversation = await talk(process, wait=10)
    await process.step(conversation, Step.REQUEUE)
    process.clock.turn(minutes=20)
    await process.step(conversation, Step.CLAIM, owner_id="2", owner_name="J")
    found = await totals(process)
    assert (found["answered"], found["waited_seconds"], found["by_human"]) == (2, 1800, 1)


async def test_a_day_is_a_day_in_amsterdam(process: Process) -> None:
    process.clock.now = datetime(2026, 11, 29, 22, 59, tzinfo=UTC)
    await talk(process)
    process.clock.now = datetime(2026, 11, 29, 23, 0, tzinfo=UTC)
    await talk(process)
    assert (await totals(process))["conversations"] == 1
    assert (bounds(date(2026, 10, 25))[1].astimezone(UTC) - bounds(date(2026, 10, 25))[0].astimezone(UTC)) == timedelta(hours=25)


async def test_the_wrong_counter(process: Process) -> None:
    """docs/cijfers.md: each of these is one, an ordinary second line is none, and twice in one conversation is once."""
    async with process.store.write() as session:
        session.add_all(
            [
                Team(id="loket", name="Loket", organisation="", line="eerste", skills=[]),
                Team(id="a", name="A", organisation="uwv", line="tweede", skills=[]),
                Team(id="b", name="B", organisation="svb", line="tweede", skills=[]),
            ]
        )

    def transfer(conversation: str, team: str, state: str) -> Transfer:
        return Transfer(
            conversation_id=conversation, from_staff="1", from_name="F", kind="organisatie", to_team=team, to_name=team, note="",
            state=state, created_at=process.clock(), answered_at=process.clock(),
        )  # fmt: skip

    def review(conversation: str, *reasons: str) -> Review:
        return Review(
            conversation_id=conversation, seq=1, text="x", reasons=list(reasons), state="open", organisations=[],
            created_at=process.clock(),
        )  # fmt: skip

    pressed, corrected, refused, twice, ordinary, low = [await talk(process) for _ in range(6)]
    async with process.store.write() as session:
        session.add_all(
            [
                review(pressed, "lage_score", "niet_bedoeld"), transfer(pressed, "a", "refused"),
                review(corrected, "verbeterd"), transfer(refused, "a", "refused"),
                transfer(twice, "a", "accepted"), transfer(twice, "b", "accepted"),
                transfer(ordinary, "a", "accepted"), review(low, "lage_score"),
            ]
        )  # fmt: skip
    found = await totals(process)
    assert (found["wrong_counter"], found["transferred"], found["refused"]) == (4, 3, 2)


async def test_ratings_and_followups(process: Process) -> None:
    ratings = Ratings(process.store, process.mask, process.clock)
    for score in (1, 5):
        conversation = await talk(process, wait=1)
        await process.step(conversation, Step.CLOSE)
        await ratings.give(conversation, score)
    await process.receive(conversation, "Nog iets")
    found = await totals(process)
    assert (found["rated"], found["rating_sum"], found["rated_low"], found["reopened"]) == (2, 6, 1, 1)


async def test_kept_after_the_conversations_are_gone(process: Process, other: Process) -> None:
    await talk(process, wait=5, team="loket", topic="Huurtoeslag", organisation="toeslagen")
    keeper = Keeper(process.store, TARGETS, process.name, process.clock)
    assert await keeper.round() == [MONDAY]
    assert await Keeper(other.store, TARGETS, other.name, process.clock).round() == [], "one process counts"
    process.clock.turn(days=10)
    assert MONDAY in await keeper.round(), "days that were missed are made up for"
    async with process.store.write() as session:
        await session.execute(delete(Conversation))
    process.clock.turn(days=1)
    await keeper.round()
    report = await Figures(process.store, TARGETS, process.clock).report(MONDAY, MONDAY, Filter())
    assert (report.totals["conversations"], report.totals["in_target"]) == (1, 1)
    assert report.topics == [("Huurtoeslag", "toeslagen", 1)]
    assert [name for name, _ in report.by_team] == ["loket"]


async def test_today_is_counted_now_and_filters_hold(process: Process) -> None:
    await talk(process, wait=5, team="loket", topic="Paspoort", organisation="gemeente")
    await talk(process, topic="Huurtoeslag", organisation="toeslagen")
    figures = Figures(process.store, TARGETS, process.clock)
    report = await figures.report(MONDAY - timedelta(days=2), MONDAY, Filter())
    assert [day for day, _ in report.days] == [MONDAY - timedelta(days=n) for n in (2, 1, 0)]
    assert report.totals["conversations"] == 2 and dict(report.by_team)["loket"]["conversations"] == 1
    only = await figures.report(MONDAY, MONDAY, Filter(team="loket"))
    assert only.totals["conversations"] == 1 and only.topics == [("Paspoort", "gemeente", 1)]
    assert (await figures.report(MONDAY, MONDAY, Filter(channel="sms"))).totals["conversations"] == 0
    for first, last in ((MONDAY, MONDAY - timedelta(days=1)), (MONDAY - timedelta(days=500), MONDAY)):
        with pytest.raises(BadRange):
            await figures.report(first, last, Filter())


async def test_what_half_and_nine_of_ten_waited_is_of_people_and_not_of_days(process: Process) -> None:
    for wait in (0.5, 1, 2, 3, 4, 5, 6, 7, 8, 60):
        await talk(process, wait=wait, team="loket")
    figures = Figures(process.store, TARGETS, process.clock)
    live = await figures.report(MONDAY, MONDAY, Filter())
    assert (live.totals["wait_median"], live.totals["wait_p90"]) == (4, 8)
    process.clock.turn(days=1)
    for _ in range(5):
        await talk(process, wait=30)
    await Keeper(process.store, TARGETS, process.name, process.clock).round()
    process.clock.turn(days=1)
    tuesday = MONDAY + timedelta(days=1)
    both = await Figures(process.store, TARGETS, process.clock).report(MONDAY, tuesday, Filter())
    assert (both.totals["wait_median"], both.totals["wait_p90"]) == (7, 30)
    assert {day: figures["wait_median"] for day, figures in both.days} == {MONDAY: 4, tuesday: 30}
    assert dict(both.by_team)["loket"]["wait_p90"] == 8
    assert (await figures.report(MONDAY, tuesday, Filter(channel="sms"))).totals["wait_median"] == 0


async def test_how_it_stands(process: Process) -> None:
    for minutes in (0, 40):
        conversation = await talk(process)
        await process.step(conversation, Step.HAND_OFF, queued_at=NOON - timedelta(minutes=minutes))
    await talk(process, wait=0)
    now = await Figures(process.store, TARGETS, process.clock).now(Filter())
    assert now.waiting["normaal"] == (2, NOON - timedelta(minutes=40))
    assert (now.late, now.helped, now.present, now.calls) == (1, 1, 0, 0)


@pytest.mark.parametrize("cell", ["=1+1", "+31612345678", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_nothing_in_a_spreadsheet_is_a_formula(cell: str) -> None:
    lines = as_csv(["a"], [[cell], [3], [uuid.UUID(int=0).hex], ['een "woord"; en meer']])
    assert lines.startswith("\ufeff") and f"'{cell[0]}" in lines and "\r\n3\r\n" in lines and '"een ""woord""; en meer"' in lines
