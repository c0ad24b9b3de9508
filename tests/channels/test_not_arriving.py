"""What does not arrive: tried again, given up, and shown, with a consequence for each error of the provider."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from channels.delivery import GIVE_UP_AFTER
from loket.conversations.inbox import utcnow
from loket.store.partners import PartnerAddress
from loket.store.schema import Message, Outbox
from tests.channels.heard import begun, texts
from tests.channels.rig import Rig


@pytest.mark.parametrize(
    ("fault", "reason", "unreachable"),
    [
        ({"rejected": 1, "rejected_code": 21610}, "opted_out", None),
        ({"rejected": 1, "rejected_code": 21617}, "too_long", None),
        ({"undelivered": 1, "undelivered_code": 30004}, "blocked", "blocked"),
        ({"undelivered": 1, "undelivered_code": 30005}, "unknown_number", "unknown"),
        ({"undelivered": 1, "undelivered_code": 30006}, "landline", "landline"),
        ({"undelivered": 1, "undelivered_code": 30007}, "filtered", None),
    ],
)
async def test_what_did_not_arrive_for_good(rig: Rig, fault: dict[str, Any], reason: str, unreachable: str | None) -> None:
    await begun(rig)
    await rig.fake("PATCH", "faults", **fault)
    number = await rig.say("Goedemiddag.")
    await rig.deliver()
    message = await rig.delivered(number, "failed")
    address = await rig.address()
    assert message.content["failure"] == reason and address.unreachable == unreachable
    if reason == "opted_out":
        assert address.opted_out_at is not None
    # Nothing more is tried there, and that is said too
    await rig.fake("PUT", "faults", step=0)
    next_number = await rig.say("Nog iets.")
    await rig.deliver()
    if unreachable is None and reason != "opted_out":  # it was about that message, not about the telephone
        await rig.delivered(next_number, "delivered")
    else:
        await rig.delivered(next_number, "failed")
        assert "Nog iets." not in await texts(rig)


@pytest.mark.parametrize(("code", "times"), [(30003, 3), (30008, 1)])
async def test_a_telephone_that_is_off_is_tried_again_some_times(rig: Rig, code: int, times: int) -> None:
    await begun(rig)
    await rig.fake("PATCH", "faults", undelivered=1, undelivered_code=code)
    number = await rig.say("Goedemiddag.")
    await rig.deliver()
    for tried in range(1, times + 1):

        async def back(tried: int = tried) -> bool:
            await rig.deliver()  # again and again: the pace of the sender may put it off
            (row,) = [row for row in await rig.parts() if row.message_id == number]
            return row.retries == tried and row.sid is None

        await rig.until(back, f"it waits for attempt {tried + 1}")
        await rig.hurry()

    async def given_up() -> bool:
        await rig.deliver()
        return (await rig.message(number)).delivery == "failed"

    await rig.until(given_up, "it is given up")
    assert (await rig.message(number)).content["failure"] in ("telephone_off", "unknown")
    assert await texts(rig) == ["Goedemiddag."] * (times + 1), "the provider tried each time"


async def test_a_telephone_that_comes_back(rig: Rig) -> None:
    await begun(rig)
    await rig.fake("PATCH", "faults", undelivered=1, undelivered_code=30003)
    number = await rig.say("Goedemiddag.")
    await rig.deliver()
    await rig.until(lambda: waits_again(rig, number), "it waits")
    await rig.fake("PUT", "faults", step=0)

    async def arrived() -> bool:
        await rig.hurry()  # more than once: the pace of the sender may put it off
        return (await rig.message(number)).delivery == "delivered"

    await rig.until(arrived, "the message arrives")
    assert "failure" not in (await rig.message(number)).content


async def waits_again(rig: Rig, number: int) -> bool:
    """Whether a message waits for another attempt."""
    return any(row.message_id == number and row.retries for row in await rig.parts())


async def test_a_landline_is_refused_at_once_and_never_tried_again(rig: Rig) -> None:
    await begun(rig)
    number = await rig.say("Goedemiddag.")
    async with rig.store.write() as session:
        await session.execute(update(PartnerAddress).values(number="+31201234567"))
    await rig.deliver()
    message = await rig.delivered(number, "failed")
    assert message.content["failure"] == "landline"
    (address,) = await rig.rows(PartnerAddress)
    assert address.unreachable == "landline"
    assert [row.state for row in await rig.rows(Outbox) if row.message_id == number] == ["failed"]


async def test_the_provider_that_is_down_for_hours_is_given_up_where_it_can_be_seen(rig: Rig) -> None:
    await begun(rig)
    await rig.fake("PATCH", "faults", outage=True)
    number = await rig.say("Goedemiddag.")
    async with rig.store.write() as session:
        await session.execute(
            update(Message).where(Message.id == number).values(created_at=utcnow() - GIVE_UP_AFTER - timedelta(minutes=1))
        )
    await rig.deliver()
    message = await rig.message(number)
    assert message.delivery == "failed" and message.content["failure"] == "outage"
