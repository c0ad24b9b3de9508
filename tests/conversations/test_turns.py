"""Who writes next."""

from __future__ import annotations

import asyncio

import pytest

from loket.store.turns import WriteTurns


async def test_who_may_go_first_passes_the_others_but_never_twice_in_a_row() -> None:
    turns, order, begin = WriteTurns(), list[str](), asyncio.Event()

    async def holder() -> None:
        async with turns.turn():
            await begin.wait()

    async def writer(name: str, first: bool) -> None:
        async with turns.turn(first):
            order.append(name)
            await asyncio.sleep(0)

    # Given a writer, and others that wait for it
    tasks = [asyncio.create_task(holder())]
    for name in ("a", "b", "F", "c", "G", "H"):
        tasks.append(asyncio.create_task(writer(name, name.isupper())))
    await asyncio.sleep(0)
    # When one of those gives up, and the writer is done
    tasks[4].cancel()
    await asyncio.sleep(0)
    begin.set()
    await asyncio.wait(tasks)
    # Then the urgent ones went first, each but once before somebody else
    assert order == ["F", "a", "G", "b", "H"]


async def test_a_turn_that_was_given_to_who_gives_up_goes_to_the_next() -> None:
    turns = WriteTurns()

    async def writer() -> str:
        async with turns.turn():
            return "written"

    async with turns.turn():
        second, third = asyncio.create_task(writer()), asyncio.create_task(writer())
        await asyncio.sleep(0)
    second.cancel()  # the turn is its own already, and it has not run yet
    with pytest.raises(asyncio.CancelledError):
        await second
    assert await asyncio.wait_for(third, 5) == "written"


@pytest.mark.parametrize("first", [False, True])
async def test_who_gives_up_in_the_very_tick_in_which_the_turn_comes_free_stops_nobody(first: bool) -> None:
    turns, order = WriteTurns(), list[str]()

    async def writer(name: str, first: bool = False) -> None:
        async with turns.turn(first):
            order.append(name)

    async with turns.turn():
        gone = [asyncio.create_task(writer(f"gone {number}", first)) for number in range(2)]
        waits = asyncio.create_task(writer("waits"))
        await asyncio.sleep(0)
        for task in gone:
            task.cancel()  # their tasks run only after the turn is handed on, below
    assert [type(end) for end in await asyncio.gather(*gone, return_exceptions=True)] == [asyncio.CancelledError] * 2
    await asyncio.wait_for(waits, 5)
    await asyncio.wait_for(writer("comes later"), 5)
    assert order == ["waits", "comes later"]


async def test_when_all_who_waited_gave_up_the_turn_is_free() -> None:
    turns = WriteTurns()

    async def writer() -> None:
        async with turns.turn():
            pass

    async with turns.turn():
        only = asyncio.create_task(writer())
        await asyncio.sleep(0)
        only.cancel()
    with pytest.raises(asyncio.CancelledError):
        await only
    await asyncio.wait_for(writer(), 5)
