"""Ratings: once per closed conversation, on both databases."""

from __future__ import annotations

import asyncio

import pytest

from loket.conversations.journal import UnknownConversation
from loket.conversations.ratings import AlreadyRated, NotClosed, Ratings
from loket.conversations.states import Step
from tests.conversations.support import Process


@pytest.fixture
def ratings(process: Process) -> Ratings:
    """On the database of the test."""
    return Ratings(process.store, process.mask, process.clock)


async def test_once_and_only_when_closed(process: Process, ratings: Ratings) -> None:
    conversation = await process.open()
    with pytest.raises(NotClosed):
        await ratings.give(conversation, 5)
    assert not await ratings.can_rate(conversation)
    await process.step(conversation, Step.CLOSE)
    assert await ratings.can_rate(conversation)
    tried = await asyncio.gather(*(ratings.give(conversation, n, "BSN 111222333 fijn") for n in (4, 5)), return_exceptions=True)
    assert sum(isinstance(result, AlreadyRated) for result in tried) == 1 and None in tried
    rating = await ratings.of(conversation)
    assert rating is not None and rating.score in (4, 5) and "111222333" not in rating.words and "fijn" in rating.words
    assert not await ratings.can_rate(conversation)


async def test_who_writes_again_can_still_rate_what_was_closed(process: Process, ratings: Ratings) -> None:
    conversation = await process.open()
    await process.step(conversation, Step.CLOSE)
    following = (await process.receive(conversation, "Nog een vraag")).conversation_id
    assert following != conversation
    await ratings.give(following, 2)
    assert await ratings.of(following) is None and (await ratings.of(conversation)) is not None


@pytest.mark.parametrize(("score", "words"), [(0, ""), (6, ""), (3, "x" * 1001)])
async def test_what_is_no_rating(process: Process, ratings: Ratings, score: int, words: str) -> None:
    conversation = await process.open()
    await process.step(conversation, Step.CLOSE)
    with pytest.raises(ValueError):
        await ratings.give(conversation, score, words)
    assert await ratings.can_rate(conversation)


async def test_an_unknown_conversation(ratings: Ratings) -> None:
    with pytest.raises(UnknownConversation):
        await ratings.give("bestaat-niet", 3)
