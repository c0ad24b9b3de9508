"""When call-backs get lost, we ask the provider how far our messages came."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from channels.twilio import asking
from channels.twilio.asking import AFTER
from loket.conversations.inbox import utcnow
from loket.store.partners import ProviderMessage
from tests.channels.rig import CITIZEN, Rig


async def lost(rig: Rig, **faults: Any) -> int:
    """An answer whose call-backs all get lost, and that is at its end at the provider; its id."""
    await rig.text("Hallo")
    await rig.fake("PUT", "faults", step=0, status_lost=1, **faults)
    message = await rig.say("Dag")
    await rig.deliver()
    rows = [row for row in await rig.rows(ProviderMessage) if row.message_id == message]
    assert len(rows) == 1 and rows[0].state == "queued"

    async def at_end() -> bool:
        found = rig.provider.store.message(rows[0].sid)
        return found is not None and found["status"] in ("delivered", "undelivered")

    await rig.until(at_end, "the message is at its end")
    return message


async def age(rig: Rig, silent: timedelta, old: timedelta) -> None:
    """So long nothing was heard, and so long ago it was sent."""
    now = utcnow()
    async with rig.store.write() as session:
        await session.execute(update(ProviderMessage).values(updated_at=now - silent, first_tried_at=now - old))


async def test_what_arrived_without_a_call_back_is_found(rig: Rig) -> None:
    message = await lost(rig)
    assert rig.telephone.asking is not None
    # Given that it may still come, nothing is asked
    assert await rig.telephone.asking.round() == 0
    # When nothing came for a minute
    await age(rig, AFTER * 1.1, AFTER * 1.1)
    assert await rig.telephone.asking.round() >= 1
    assert (await rig.message(message)).delivery == "delivered"
    # Then nothing is left to ask
    await age(rig, AFTER * 1.1, AFTER * 1.1)
    assert await rig.telephone.asking.round() == 0


@pytest.mark.parametrize("sent_before", [True, False], ids=["sent before the clock was put back", "sent after it"])
async def test_a_clock_that_is_put_back_holds_up_no_question(rig: Rig, sent_before: bool) -> None:
    # Given that the clock was an hour ahead when we last heard of a message
    message, ahead = await lost(rig), -timedelta(hours=1)
    await age(rig, ahead, ahead if sent_before else timedelta(seconds=1))
    # Then it is asked for, and not only after that hour
    assert rig.telephone.asking is not None
    assert await rig.telephone.asking.round() >= 1
    assert (await rig.message(message)).delivery == "delivered"


@pytest.mark.parametrize(("fault", "shown"), [({}, "delivered"), ({"undelivered": 1, "undelivered_code": 30005}, "failed")])
async def test_what_is_found_again_at_its_end_is_asked_for_at_once(rig: Rig, fault: dict[str, Any], shown: str) -> None:
    # Given a message whose answer and call-backs all got lost, and that is at its end meanwhile
    await rig.text("Hallo")
    await rig.deliver()  # who we are
    await rig.fake("PUT", "faults", step=0, status_lost=1)
    await rig.fake("PUT", f"faults/{CITIZEN}", rest_lost_answer=1, **fault)
    message = await rig.say("Dag")
    await rig.deliver()

    async def at_end() -> bool:
        ended = [one["body"] for one in rig.provider.store.messages() if one["status"] in ("delivered", "undelivered")]
        return "Dag" in ended

    await rig.until(at_end, "the message is at its end")
    # When it is tried again, it is found and not sent again
    await rig.hurry()
    assert rig.telephone.asking is not None
    await rig.telephone.asking.round()
    assert sum(one["body"] == "Dag" for one in rig.provider.store.messages()) == 1
    assert (await rig.message(message)).delivery == shown


async def test_what_did_not_arrive_is_shown_as_failed(rig: Rig) -> None:
    message = await lost(rig, undelivered=1, undelivered_code=30005)
    await age(rig, AFTER * 2, AFTER * 2)
    assert rig.telephone.asking is not None and await rig.telephone.asking.round() >= 1
    assert (await rig.message(message)).delivery == "failed"


@pytest.mark.parametrize(("silent", "old", "asked"), [(2, 3, 1), (2, 10, 0), (6, 10, 1), (60 * 24 * 2, 60 * 24 * 3, 0)])
async def test_the_longer_ago_the_less_often(rig: Rig, silent: int, old: int, asked: int) -> None:
    await lost(rig)
    await age(rig, timedelta(minutes=silent), timedelta(minutes=old))
    assert rig.telephone.asking is not None
    assert bool(await rig.telephone.asking.round()) == bool(asked)


async def test_after_a_rush_one_batch_of_questions_follows_the_other(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given more messages without news than are asked for in one batch
    monkeypatch.setattr(asking, "BATCH", 1)
    await rig.text("Hallo")
    await rig.fake("PUT", "faults", step=0, status_lost=1)
    numbers = [await rig.say(f"Bericht {number}") for number in range(3)]
    await rig.deliver()
    await rig.until(lambda: all_delivered_there(rig), "all are at their end at the provider")
    await age(rig, AFTER * 1.1, AFTER * 1.1)
    # When it is asked once
    assert rig.telephone.asking is not None
    await rig.telephone.asking.round()
    # Then all are known
    for number in numbers:
        assert (await rig.message(number)).delivery == "delivered"


def all_delivered_there(rig: Rig) -> bool:
    """Whether everything that was sent is delivered, as the provider knows it."""
    sent = [one for one in rig.provider.store.messages() if one["direction"] == "outbound-api"]
    return len(sent) >= 3 and all(one["status"] == "delivered" for one in sent)
