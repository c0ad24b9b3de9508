"""What was promised to the provider and is not handled yet: it outlives its process, and keeps its order."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError

from channels.gateway import masked
from channels.twilio.accepting import KEEP, LAST, LEASE, TRIES, Acceptance, forget_accepted
from channels.twilio.incoming import Incoming
from channels.twilio.signature import Replays
from channels.watching import Standing
from loket import metrics
from loket.conversations.handling import MAX_ATTEMPTS
from loket.conversations.inbox import utcnow
from loket.partners.partners import OPTED_OUT, may_send
from loket.store.partners import AcceptedMessage, number_indexes
from loket.store.schema import Message
from tests.channels.conftest import BOTH
from tests.channels.rig import CITIZEN, Rig
from tests.channels.test_webhooks import call, form, post, stored

BSN = "111222333"


def ours(rig: Rig) -> Acceptance:
    """The one of this process; it does not wait long before it tries again."""
    assert rig.telephone.acceptance is not None
    rig.telephone.acceptance.again = 0.001
    return rig.telephone.acceptance


def another(rig: Rig) -> Acceptance:
    """A second process on the same store."""
    return Acceptance(rig.store, ours(rig)._receiver, Replays(utcnow), masked, "another", utcnow)


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
    mine = ours(rig)
    never = asyncio.Event()

    async def dies(_: Incoming) -> None:
        await never.wait()

    with monkeypatch.context() as broken:
        broken.setattr(mine._receiver, "take", dies)
        for number in range(3):
            assert await call(rig, form(f"SM{number:032}", f"Bericht {number}, mijn BSN is {BSN}")) == 200
        killed = list(mine._working)
        for task in killed:
            task.cancel()
        await asyncio.gather(*killed, return_exceptions=True)
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


async def test_a_store_that_can_not_be_read_for_a_moment_silences_nobody(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a message that waits for what another process has of the same citizen
    first = Incoming("sms", "SM" + "1" * 32, CITIZEN, "Eerst dit")
    sender = number_indexes(f"sms {CITIZEN}")[0]
    async with rig.store.write() as session:
        session.add(AcceptedMessage(sender=sender, given=asdict(first), holder="gone", held_until=utcnow() + LEASE))
    read, failed = rig.store.read, asyncio.Event()

    def away(brief: bool = False) -> Any:
        failed.set()
        raise OperationalError("select", None, OSError())

    # When the store fails while it looks for that
    with monkeypatch.context() as broken:
        broken.setattr(rig.store, "read", away)
        assert await call(rig, form("SM" + "2" * 32, "Dan dit")) == 200
        await failed.wait()
    # Then that message and the next are handled as soon as it can
    assert rig.store.read == read
    await lapses(rig, "gone")
    await handled_by(another(rig))
    await rig.taken()
    assert await post(rig, form("SM" + "3" * 32, "En dit")) == 200
    assert await said(rig) == ["Eerst dit", "Dan dit", "En dit"]


@BOTH
async def test_what_fails_is_tried_again_before_what_the_same_citizen_said_after_it(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, seen = ours(rig), list[str]()
    take = mine._receiver.take

    async def fails_once(incoming: Incoming) -> Any:
        seen.append(incoming.text)
        if len(seen) < 3:
            raise RuntimeError
        return await take(incoming)

    monkeypatch.setattr(mine._receiver, "take", fails_once)
    assert await asyncio.gather(*(call(rig, form(f"SM{n:032}", text)) for n, text in enumerate(("Een", "Twee")))) == [200, 200]
    await rig.taken()
    assert seen == ["Een", "Een", "Een", "Twee"]
    assert await said(rig) == ["Een", "Twee"] and await rig.rows(AcceptedMessage) == []


@BOTH
async def test_what_fails_each_time_goes_to_a_human_as_it_is(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, tried = ours(rig), list[str]()
    take = mine._receiver.take

    async def fails(incoming: Incoming) -> Any:
        tried.append(incoming.text)
        if incoming.text.startswith("Help"):
            raise RuntimeError
        return await take(incoming)

    monkeypatch.setattr(mine._receiver, "take", fails)
    await asyncio.gather(*(call(rig, form(f"SM{n:032}", text)) for n, text in enumerate((f"Help, BSN {BSN}", "Twee"))))
    await rig.taken()
    # Then it is stored, masked and in order, as a message that workers tried in vain: the next one gives it to a human
    assert len(tried) == TRIES + 1 and tried[-1] == "Twee"
    first, second = (row for row in await rig.rows(Message) if row.author == "citizen")
    assert (first.seq, first.attempts, first.handled_at, second.text) == (1, MAX_ATTEMPTS, None, "Twee")
    assert first.text.startswith("Help") and BSN not in first.text
    assert (await rig.address()).heard_at is not None and await rig.rows(AcceptedMessage) == []
    assert (await rig.conversation()).pending == 2


async def test_who_stops_messages_hears_nothing_more_also_when_that_message_fails(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(_: Incoming) -> Any:
        raise RuntimeError

    monkeypatch.setattr(ours(rig)._receiver, "take", fails)
    assert await post(rig, form(said="STOP")) == 200
    assert may_send(await rig.address()) == OPTED_OUT


@BOTH
async def test_what_can_not_be_stored_at_all_is_set_aside_and_shown_and_removed_in_the_end(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = ours(rig)

    async def fails(_: Incoming) -> Any:
        raise RuntimeError

    standing = Standing(rig.store, {}, lambda: 0, utcnow)
    with monkeypatch.context() as broken:
        broken.setattr(mine._receiver, "take", fails)
        broken.setattr(mine._receiver, "keep", fails)
        assert await post(rig, form()) == 200
    (row,) = await rig.rows(AcceptedMessage)
    assert (row.state, row.attempts) == ("failed", LAST)
    # Then the figures show it
    await standing.round()
    assert [figure("accepted", state) for state in ("waiting", "failed")] == [0, 1]
    assert figure("accepted_seconds", "failed") > 0
    # And nobody tries it again, nor waits for it
    await lapses(rig, row.holder)
    await handled_by(another(rig))
    assert await post(rig, form("SM" + "2" * 32, "Dan dit")) == 200
    assert await said(rig) == ["Dan dit"] and len(await rig.rows(AcceptedMessage)) == 1
    # Until it has stayed long enough
    for later, left in ((KEEP - timedelta(hours=1), 1), (KEEP + timedelta(hours=1), 0)):
        async with rig.store.write() as session:
            await forget_accepted().apply(session, utcnow() + later)
        assert len(await rig.rows(AcceptedMessage)) == left
    await standing.round()
    assert figure("accepted", "failed") == figure("accepted_seconds", "failed") == 0


@BOTH
async def test_what_no_key_opens_is_set_aside_and_the_rest_is_taken_over(rig: Rig) -> None:
    async with rig.store.write() as session:
        for number in range(2):
            given = asdict(Incoming("sms", f"SM{number:032}", CITIZEN, f"Bericht {number}"))
            row = AcceptedMessage(sender=str(number), given=given, holder="gone", held_until=utcnow() - timedelta(seconds=1))
            session.add(row)
            await session.flush()
            if number == 0:
                await session.execute(text("update accepted_message set given = '\"vz1.00000000.AAAA\"'"))
    await handled_by(another(rig))
    assert await said(rig) == ["Bericht 1"]
    async with rig.store.read() as session:
        assert list(await session.scalars(select(AcceptedMessage.state))) == ["failed"]


def figure(name: str, state: str) -> float:
    """A gauge of accepted messages."""
    return metrics.REGISTRY.get_sample_value(f"verbonden_{name}", {"state": state}) or 0.0


async def said(rig: Rig) -> list[str]:
    """What the citizen said, in the order of the conversation."""
    return [row.text for row in sorted(await rig.rows(Message), key=lambda row: row.seq) if row.author == "citizen"]


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
