"""The bell between two processes: each hears the other, in order, and itself once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from loket.bus import Bus, Event


async def until(true: Callable[[], bool]) -> None:
    """Wait for a condition. Raises TimeoutError."""
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.01)


async def test_bells_of_one_moment_arrive_in_order_and_what_is_ours_alone_stays_here(bus: Bus, redis_url: str) -> None:
    other, here, there = Bus(redis_url, "other"), list[Event](), list[Event]()
    await other.start()
    bus.listen(here.append)
    other.listen(there.append)

    def heard() -> bool:
        other.publish({"kind": "hello"})  # until both have subscribed: a bell that nobody hears is lost
        return {"kind": "hello"} in here

    await until(heard)
    bus.publish({"kind": "wake", "conversation": "a"}, here_only=True)
    for number in range(3):
        bus.publish({"kind": "message", "conversation": "a", "seq": number}, row=f"Tekst {number}")

    def all_there() -> bool:
        return len([event for event in there if event["kind"] == "message"]) == 3

    await until(all_there)
    assert [event["seq"] for event in there if event["kind"] == "message"] == [0, 1, 2]
    assert [event["row"] for event in here if event["kind"] == "message"] == ["Tekst 0", "Tekst 1", "Tekst 2"]
    assert not any("row" in event for event in there), "what was said does not travel over the bus"
    assert "wake" not in [event["kind"] for event in there]
    assert [event["kind"] for event in here if event["kind"] != "hello"] == ["wake", "message", "message", "message"]
    await other.stop()
