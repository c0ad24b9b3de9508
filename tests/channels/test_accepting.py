"""What was promised to the provider and is not handled yet: it outlives its process, and keeps its order."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from channels.gateway import masked
from channels.twilio.accepting import LEASE, Acceptance
from channels.twilio.incoming import Incoming
from channels.twilio.signature import Replays
from loket.conversations.inbox import utcnow
from loket.store.partners import AcceptedMessage, number_indexes
from loket.store.schema import Message
from tests.channels.conftest import BOTH
from tests.channels.rig import CITIZEN, Rig
from tests.channels.test_webhooks import form, post, stored

BSN = "111222333"


def another(rig: Rig) -> Acceptance:
    """A second process on the same store."""
    mine = rig.telephone.acceptance
    assert mine is not None
    return Acceptance(rig.store, mine._receiver, Replays(utcnow), masked, "another", utcnow)


async def handled_by(heir: Acceptance) -> None:
    """A process takes over what nobody holds any more, and handles it."""
    await heir.round()
    await heir.settle()


async def lapses(rig: Rig, holder: str) -> None:
    """The lease of a process is over."""
    async with rig.store.write() as session:
        over = utcnow() - timedelta(seconds=1)
        await session.execute(update(AcceptedMessage).where(AcceptedMessage.holder == holder).values(held_until=over))


@BOTH
async def test_what_a_process_accepted_before_it_died_another_handles_once_and_in_order(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a process that accepts, and does not live to handle it
    mine = rig.telephone.acceptance
    assert mine is not None

    async def dies(_: Incoming) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(mine._receiver, "take", dies)
        for number in range(3):
            assert await post(rig, form(f"SM{number:032}", f"Bericht {number}, mijn BSN is {BSN}")) == 200
    assert await stored(rig) == 0
    # Then what waits is masked, and nobody takes it while it may still be handled
    waiting = await rig.rows(AcceptedMessage)
    assert len(waiting) == 3 and all(BSN not in str(row.given) for row in waiting)
    await handled_by(another(rig))
    assert await stored(rig) == 0
    # When its time is over
    await lapses(rig, waiting[0].holder)
    await handled_by(another(rig))
    # Then another has handled all, and nothing is left
    messages = sorted((row for row in await rig.rows(Message) if row.author == "citizen"), key=lambda row: row.seq)
    assert [row.provider_id for row in messages] == [f"SM{number:032}" for number in range(3)]
    assert await rig.rows(AcceptedMessage) == []


async def test_what_a_citizen_said_before_is_handled_before_whoever_accepted_it(rig: Rig) -> None:
    # Given something of the same citizen that another process is about to handle
    first = Incoming("sms", "SM" + "1" * 32, CITIZEN, "Eerst dit")
    sender = number_indexes(f"sms {CITIZEN}")[0]
    async with rig.store.write() as session:
        session.add(AcceptedMessage(sender=sender, given=asdict(first), holder="gone", held_until=utcnow() + LEASE))
    # When the next comes here
    answer = asyncio.create_task(post(rig, form("SM" + "2" * 32, "Dan dit")))
    await rig.until(lambda: _accepted(rig, 2), "it is accepted")
    await asyncio.sleep(0.4)
    assert await stored(rig) == 0
    # Then it waits until somebody has handled that
    await lapses(rig, "gone")
    await handled_by(another(rig))
    assert await answer == 200
    messages = sorted((row for row in await rig.rows(Message) if row.author == "citizen"), key=lambda row: row.seq)
    assert [row.text for row in messages] == ["Eerst dit", "Dan dit"]


async def _accepted(rig: Rig, count: int) -> bool:
    return len(await rig.rows(AcceptedMessage)) == count


@BOTH
async def test_news_of_one_moment_is_stored_in_few_transactions(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given ten messages that the provider has, of which one is told twice and one in the wrong order
    await rig.text("Hallo")
    await rig.taken()
    said = [await rig.say(f"Antwoord {number}") for number in range(10)]
    await rig.deliver()
    for message in said:
        await rig.delivered(message, "delivered")
    assert rig.telephone.webhooks is not None
    statuses, parts = rig.telephone.webhooks._statuses, await rig.parts()
    written: list[bool] = []
    write = rig.store.write

    def counted(brief: bool = False, first: bool = False) -> Any:
        written.append(first)
        return write(brief, first)

    monkeypatch.setattr(rig.store, "write", counted)
    # When news of all comes at the same moment
    told = [(part.id, str(part.sid), state, None) for part in parts for state in ("read", "sent", "read")]
    await asyncio.gather(*(statuses.update(*one) for one in told))
    # Then all are as far as the furthest, and the store was written once or twice
    for message in said:
        assert (await rig.message(message)).delivery == "read"
    assert written in ([True], [True, True])
