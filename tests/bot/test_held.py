"""A session of the bot is held by one turn at a time, and what a turn that lost it wrote does not count."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
import redis

from bot.held import HeldRedis, LostHold
from tests.services.redis import redis_server


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server of our own."""
    with redis_server() as url:
        yield url


@pytest.fixture
def pair(server: str) -> Iterator[tuple[HeldRedis, HeldRedis]]:
    """Two processes of the bot engine on one empty server."""
    clients = [redis.Redis.from_url(server, decode_responses=True) for _ in range(2)]
    clients[0].flushall()
    yield HeldRedis(clients[0]), HeldRedis(clients[1])
    for client in clients:
        client.close()


async def test_what_a_turn_wrote_is_there_after_it_and_not_before(pair: tuple[HeldRedis, HeldRedis]) -> None:
    one, other = pair
    async with one.hold("s", 30):
        assert one.get("s") is None
        one.set("s", "first", ex=60)
        assert one.get("s") == "first" and other.get("s") is None
    assert other.get("s") == "first"
    with pytest.raises(ValueError, match="halfway"):  # noqa: PT012 (what is written first must be taken back)
        async with one.hold("s", 30):
            one.set("s", "second", ex=60)
            raise ValueError("halfway")
    assert one.get("s") == "first", "a turn is written wholly or not at all"


async def test_the_second_turn_waits_for_the_first(pair: tuple[HeldRedis, HeldRedis]) -> None:
    one, other = pair
    held, order = asyncio.Event(), list[str]()

    async def second() -> None:
        await held.wait()
        async with other.hold("s", 30):
            order.append(f"second sees {other.get('s')}")

    waiting = asyncio.create_task(second())
    async with one.hold("s", 30):
        held.set()
        await asyncio.sleep(0.2)  # long enough for the other to have looked, if it does not wait
        order.append("first")
        one.set("s", "first", ex=60)
    await asyncio.wait_for(waiting, 30)
    assert order == ["first", "second sees first"]


async def test_who_was_too_slow_writes_nothing_and_hears_it(pair: tuple[HeldRedis, HeldRedis]) -> None:
    one, other = pair
    with pytest.raises(LostHold):  # noqa: PT012 (the whole turn is what fails)
        async with one.hold("s", 0.1):
            one.set("s", "late", ex=60)
            async with other.hold("s", 30):  # as after a kill: when the hold has ended, others may have it
                other.set("s", "in time", ex=60)
    assert other.get("s") == "in time"


async def test_a_session_that_stays_held_is_given_up(pair: tuple[HeldRedis, HeldRedis]) -> None:
    one, other = pair
    async with one.hold("s", 30):
        with pytest.raises(LostHold):
            async with other.hold("s", 0.1):
                pytest.fail("held twice")


async def test_what_is_forgotten_in_a_turn_stays_forgotten(pair: tuple[HeldRedis, HeldRedis]) -> None:
    one, other = pair
    one.set("s", "kept", ex=60)
    async with one.hold("s", 30):
        one.delete("s")
        assert one.get("s") is None
    assert other.get("s") is None
