"""The list on both databases: what gets on it, who may see it, how a row is settled, and when it goes."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from loket.conversations.desk import Member
from loket.conversations.states import Step
from loket.review.retention import forget_after
from loket.review.review import Answer, InvalidAnswer, NotAllowed, ReviewList, ReviewState, Taken, UnknownReview
from loket.store.retention import Retention
from loket.store.schema import Conversation, Review
from tests.conversations.support import Process
from tests.review.conftest import Turn, understood

OPEN = ReviewState.OPEN
RIGHT = Answer("antwoord", ("toeslagen",), "huurtoeslag")


async def rows(process: Process) -> list[Review]:
    async with process.store.read() as session:
        return list(await session.scalars(select(Review).order_by(Review.id)))


async def test_what_was_not_understood_is_kept_with_what_the_bot_thought(process: Process, turn: Turn) -> None:
    conversation = await turn("hoe dan met me bsn 999990007", understanding=understood(score=0.2), fact="onbegrepen")
    [row] = await rows(process)
    assert (row.conversation_id, row.seq, row.text) == (conversation, 1, "hoe dan met me bsn [BSN]")
    assert row.reasons == ["onbegrepen", "lage_score"] and row.state == "open" and row.created_at == process.clock()
    assert row.thought is not None and set(row.thought) == {"uitkomst", "score", "organisaties", "producten"}
    assert "ZAAK" not in str(row.thought)


async def test_what_was_understood_is_not_kept(process: Process, turn: Turn) -> None:
    await turn("Hoe vraag ik huurtoeslag aan?", understanding=understood())
    assert await rows(process) == []


async def test_a_button_points_at_what_was_typed_before(process: Process, turn: Turn) -> None:
    conversation = await turn("Ik krijg geen geld", understanding=understood())
    await turn("Huurtoeslag", conversation, payload='/kies{"product": "huurtoeslag"}')
    await turn("Dit bedoel ik niet", conversation, payload="/klopt_niet", fact="niet_bedoeld")
    [row] = await rows(process)
    assert (row.seq, row.text, row.reasons) == (1, "Ik krijg geen geld", ["niet_bedoeld"])


async def test_asking_for_a_human_after_a_choice_points_at_the_question(process: Process, turn: Turn) -> None:
    conversation = await turn("Iets met geld", understanding=understood())
    await turn("geef me een mens", conversation, understanding=understood("mens"), fact="verduidelijking", handoff="human")
    assert [(r.text, r.reasons) for r in await rows(process)] == [("Iets met geld", ["verduidelijking"])]


async def test_a_second_reason_makes_no_second_row(process: Process, turn: Turn) -> None:
    conversation = await turn("Vraag", understanding=understood(score=0.1))
    for _ in range(2):
        await turn("Dit bedoel ik niet", conversation, payload="/klopt_niet", fact="niet_bedoeld")
    assert [r.reasons for r in await rows(process)] == [["lage_score", "niet_bedoeld"]]


async def test_a_button_before_anything_was_typed_is_not_kept(process: Process, turn: Turn) -> None:
    await turn("Dit bedoel ik niet", payload="/klopt_niet", fact="niet_bedoeld")
    assert await rows(process) == []


async def test_a_dropped_answer_is_not_kept(process: Process) -> None:
    """A human took over while the bot was thinking: what the bot would have said was never said."""
    conversation = await process.open()
    await process.receive(conversation, "Hallo")
    work = await process.inbox.take(conversation)
    assert work is not None
    await process.step(conversation, Step.CLAIM, owner_id="f", owner_name="Fatima")
    called: list[Any] = []

    async def on_kept(session: Any, message: Any) -> None:
        called.append(message)

    assert (await process.inbox.settle(work, [], understood(score=0.1), on_kept=on_kept))[2] is False
    assert called == []


@pytest.mark.parametrize("role", ["medewerker", "", "iemand"])
async def test_other_roles_see_and_change_nothing(reviews: ReviewList, turn: Turn, fatima: Member, role: str) -> None:
    conversation = await turn("Vraag", fact="onbegrepen")
    member = replace(fatima, role=role)
    with pytest.raises(NotAllowed):
        await reviews.page(member, OPEN)
    with pytest.raises(NotAllowed):
        await reviews.answer(member, 1, RIGHT, OPEN)
    with pytest.raises(NotAllowed):
        await reviews.dismiss(member, 1, OPEN)
    with pytest.raises(NotAllowed):
        await reviews.correct(member, conversation, 1, RIGHT)
    assert (await reviews.page(fatima, OPEN)).counts == {"open": 1, "answered": 0, "dismissed": 0}


async def test_pages_miss_nothing_and_repeat_nothing(reviews: ReviewList, turn: Turn, fatima: Member) -> None:
    for number in range(5):
        await turn(f"Vraag {number}", fact="onbegrepen")
    first = await reviews.page(fatima, OPEN, limit=2)
    second = await reviews.page(fatima, OPEN, first.next, limit=2)
    third = await reviews.page(fatima, OPEN, second.next, limit=2)
    assert [r.text for p in (first, second, third) for r in p.rows] == [f"Vraag {n}" for n in range(5)]
    assert third.next is None and first.counts["open"] == 5


async def test_an_answer_says_who_and_when(reviews: ReviewList, turn: Turn, fatima: Member, process: Process) -> None:
    await turn("Vraag", fact="onbegrepen")
    [row] = (await reviews.page(fatima, OPEN)).rows
    process.clock.turn(minutes=5)
    done = await reviews.answer(fatima, row.id, Answer("antwoord", (), "huurtoeslag"), OPEN)
    assert (done.state, done.outcome, done.organisations, done.product) == ("answered", "antwoord", ["toeslagen"], "huurtoeslag")
    assert (done.answered_by, done.answered_name, done.answered_at) == ("f", "Fatima", process.clock())
    assert (await reviews.page(fatima, ReviewState.ANSWERED)).rows[0].id == row.id
    assert (await reviews.page(fatima, OPEN)).counts == {"open": 0, "answered": 1, "dismissed": 0}


async def test_of_two_who_answer_at_once_one_wins(process: Process, other: Process, reviews: ReviewList, turn: Turn,
                                                  fatima: Member, composer: Any) -> None:  # fmt: skip
    elsewhere = ReviewList(other.store, composer.directory, other.clock)
    for number in range(5):
        await turn(f"Vraag {number}", fact="onbegrepen")
    ruben = Member("r", "Ruben", "gemeente", "teamleider")
    for row in (await reviews.page(fatima, OPEN)).rows:
        results = await asyncio.gather(
            reviews.answer(fatima, row.id, RIGHT, OPEN), elsewhere.dismiss(ruben, row.id, OPEN), return_exceptions=True
        )
        [lost] = [r for r in results if isinstance(r, Taken)]
        [won] = [r for r in results if isinstance(r, Review)]
        assert lost.by == won.answered_name


@pytest.mark.parametrize(
    "answer",
    [
        Answer("antwoord"),
        Answer("raar", ("toeslagen",)),
        Answer("antwoord", ("bestaat_niet",)),
        Answer("antwoord", ("toeslagen", "toeslagen")),
        Answer("antwoord", ("toeslagen",), "bestaat_niet"),
        Answer("antwoord", ("rdw",), "huurtoeslag"),
        Answer("antwoord", ("toeslagen", "gemeente", "uwv", "svb")),
    ],
)
async def test_an_answer_must_exist(reviews: ReviewList, turn: Turn, fatima: Member, answer: Answer) -> None:
    await turn("Vraag", fact="onbegrepen")
    [row] = (await reviews.page(fatima, OPEN)).rows
    with pytest.raises(InvalidAnswer):
        await reviews.answer(fatima, row.id, answer, OPEN)
    assert (await reviews.page(fatima, OPEN)).counts["open"] == 1


async def test_a_correction_in_a_conversation(reviews: ReviewList, turn: Turn, fatima: Member, process: Process) -> None:
    conversation = await turn("Ik krijg geen geld", understanding=understood())
    await turn("Ja", conversation, payload="/kies{}")
    done = await reviews.correct(fatima, conversation, 1, RIGHT)
    assert (done.reasons, done.state, done.product, done.answered_name) == (["verbeterd"], "answered", "huurtoeslag", "Fatima")
    again = await reviews.correct(fatima, conversation, 1, Answer("klacht", ("uwv",)))
    assert (again.id, again.outcome, again.product) == (done.id, "klacht", None)
    for seq in (2, 99):  # a button, and nothing at all
        with pytest.raises(UnknownReview):
            await reviews.correct(fatima, conversation, seq, RIGHT)
    with pytest.raises(UnknownReview):
        await reviews.correct(fatima, "no-such-conversation", 1, RIGHT)


async def test_rows_go_with_their_conversation(process: Process, turn: Turn) -> None:
    conversation = await turn("Vraag", fact="onbegrepen")
    async with process.store.write() as session:
        await session.delete(await session.get_one(Conversation, conversation))
    assert await rows(process) == []


async def test_rows_go_after_ninety_days_answered_or_not(
    process: Process, turn: Turn, reviews: ReviewList, fatima: Member
) -> None:
    await turn("oud, beantwoord", fact="onbegrepen")
    await turn("oud, open", fact="onbegrepen")
    [first, _] = (await reviews.page(fatima, OPEN)).rows
    await reviews.answer(fatima, first.id, RIGHT, OPEN)
    process.clock.turn(days=1)
    await turn("een dag jonger", fact="onbegrepen")
    process.clock.turn(days=89)
    retention = Retention(process.store, "a", [forget_after()], process.clock)
    assert await retention.round() == {"review": 0}
    process.clock.turn(hours=1)
    assert await retention.round() == {"review": 2}
    assert [r.text for r in await rows(process)] == ["een dag jonger"]


async def test_one_process_does_it_once_an_hour(process: Process, other: Process) -> None:
    both = [Retention(p.store, name, [forget_after(30)], p.clock) for p, name in ((process, "a"), (other, "b"))]
    for _ in range(3):
        done = await asyncio.gather(*(r.round() for r in (*both, *both)))
        assert sorted(d is not None for d in done) == [False, False, False, True]
        process.clock.turn(minutes=59)
        assert [await r.round() for r in both] == [None, None]
        process.clock.turn(minutes=1)


async def test_another_process_takes_over_from_one_that_died(process: Process, other: Process) -> None:
    async def dies(session: Any, now: Any) -> int:
        raise ConnectionError

    rule = forget_after()
    dying = Retention(process.store, "a", [replace(rule, apply=dies)], process.clock)
    with pytest.raises(ConnectionError):
        await dying.round()
    heir = Retention(other.store, "b", [rule], other.clock)
    process.clock.turn(minutes=9)
    assert await heir.round() is None
    process.clock.turn(minutes=2)
    assert await heir.round() == {"review": 0}
