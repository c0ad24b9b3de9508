"""A session of the bot is held by one turn at a time, and what a turn that lost it wrote does not count."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator

import pytest
import redis
from redis.crc import key_slot

from bot.alive import SECONDS
from bot.held import LOCK, HeldRedis, LostHold
from tests.services.redis import redis_server
from verbonden.orphans import die_with_parent


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
    held = HeldRedis(clients[0]), HeldRedis(clients[1])
    yield held
    for one, client in zip(held, clients, strict=True):
        one.alive.end()
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


HOLDER = """
import asyncio, sys, redis
from bot.held import HeldRedis
async def main():
    async with HeldRedis(redis.Redis.from_url(sys.argv[1], decode_responses=True)).hold("s", 60):
        print("held", flush=True)
        await asyncio.sleep(60)
asyncio.run(main())
"""


async def test_a_killed_process_holds_nobody_up_and_a_living_one_keeps_its_session(
    server: str, pair: tuple[HeldRedis, HeldRedis]
) -> None:
    # Given another process that holds a session
    other = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLDER, server, stdout=subprocess.PIPE, preexec_fn=die_with_parent()
    )
    try:
        assert other.stdout is not None and await other.stdout.readline() == b"held\n"
        # Then nobody gets it, however long they wait
        with pytest.raises(LostHold):
            async with pair[0].hold("s", SECONDS + 0.5):
                pytest.fail("held twice")
    finally:
        # When it is killed
        other.kill()
        await other.wait()
    # Then the next one need not wait for the end of the hold
    async with asyncio.timeout(20), pair[0].hold("s", 30):
        pass


async def test_what_a_turn_of_a_silent_process_wrote_does_not_count(pair: tuple[HeldRedis, HeldRedis]) -> None:
    one, other = pair
    with pytest.raises(LostHold):  # noqa: PT012 (the whole turn is what fails)
        async with one.hold("s", 60):
            one.set("s", "late", ex=60)
            one.alive.end()
            async with asyncio.timeout(20), other.hold("s", 30):
                other.set("s", "in time", ex=60)
    assert other.get("s") == "in time"


def test_a_lock_stands_beside_its_session_in_a_cluster() -> None:
    for session in ("verbonden:tracker:0f3c.1", "verbonden:tracker:a b"):
        assert key_slot((LOCK % session).encode()) == key_slot(session.encode())
