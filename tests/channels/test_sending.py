"""Sending through the provider: once, in order and at the allowed pace."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from channels.registry import DeliveryFailed
from channels.twilio.api import Sending, TwilioApi
from channels.twilio.rate import Rate
from channels.twilio.settings import TwilioSettings
from loket import metrics
from loket.conversations.inbox import utcnow
from loket.partners import progress
from loket.store.partners import ProviderMessage, SenderSlot
from loket.store.schema import Message, Outbox
from tests.channels.conftest import BOTH
from tests.channels.heard import begun, texts
from tests.channels.rig import CITIZEN, PUBLIC, SID, SMS, TOKEN, WHATSAPP, Rig


@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
async def test_a_message_is_sent_and_its_progress_is_kept(rig: Rig, channel: str) -> None:
    await begun(rig, channel)
    number = await rig.say("Goedemiddag.", channel)
    await rig.deliver()
    await rig.delivered(number, "read" if channel == "whatsapp" else "delivered")
    assert await texts(rig, channel) == ["Goedemiddag."]


async def test_messages_and_their_segments_are_counted_per_channel(rig: Rig) -> None:
    def counted(name: str) -> float:
        return metrics.REGISTRY.get_sample_value(f"verbonden_{name}_out_total", {"channel": "sms"}) or 0.0

    await begun(rig)
    before = counted("messages"), counted("segments")
    number = await rig.say("Dit is een bericht in twee delen. " * 8)
    await rig.deliver()
    await rig.delivered(number, "delivered")
    assert (counted("messages"), counted("segments")) == (before[0] + 1, before[1] + 2)


async def test_call_backs_that_come_late_twice_and_out_of_order_never_lead_back(rig: Rig) -> None:
    await begun(rig, "whatsapp")
    await rig.fake("PATCH", "faults", status_reorder=0.6, status_duplicate=0.6, status_json=True)
    numbers = [await rig.say(f"Bericht {n}.", "whatsapp") for n in range(5)]
    await rig.deliver()
    for number in numbers:
        await rig.delivered(number, "read")
    (one, *_) = [row for row in await rig.parts() if row.message_id == numbers[0]]
    assert rig.telephone.webhooks is not None
    await rig.telephone.webhooks._statuses.update(one.id, str(one.sid), "sent", None)
    assert (await rig.message(numbers[0])).delivery == "read"


@pytest.mark.parametrize("fault", [{"rest_throttle": 1}, {"rest_error": 1}, {"outage": True}])
async def test_what_may_go_better_is_tried_again_and_sent_once(rig: Rig, fault: dict[str, Any]) -> None:
    # Given a provider that is busy or down
    await begun(rig)
    await rig.fake("PUT", "faults", step=0, **fault)
    number = await rig.say("Goedemiddag.")
    await rig.deliver()
    (row,) = [row for row in await rig.rows(Outbox) if row.message_id == number]
    assert row.state == "pending" and row.next_at > utcnow() and row.lease is None
    # When it is well again
    await rig.fake("PUT", "faults", step=0)
    await clear_slots(rig)
    await rig.hurry()
    # Then the message goes, once
    await rig.delivered(number, "delivered")
    assert await texts(rig) == ["Goedemiddag."]


async def clear_slots(rig: Rig) -> None:
    """No sender has to wait."""
    async with rig.store.write() as session:
        await session.execute(update(SenderSlot).values(next_at=utcnow()))


@BOTH
async def test_an_answer_that_got_lost_is_found_and_not_sent_again(rig: Rig) -> None:
    # Given two equal messages, and a provider that takes the second one but whose answer is lost, call-backs included
    await begun(rig)
    await rig.say("Goedemiddag.")
    await rig.deliver()
    await rig.fake("PUT", "faults", step=0, rest_lost_answer=1, status_lost=1)
    number = await rig.say("Goedemiddag.")
    await rig.deliver()
    assert (await rig.message(number)).delivery == "pending"
    # When it is tried again
    await rig.fake("PUT", "faults", step=0)
    await rig.hurry()
    # Then it is found at the provider
    assert await texts(rig) == ["Goedemiddag.", "Goedemiddag."]
    assert len({row.sid for row in await rig.parts()}) == 3
    assert (await rig.message(number)).delivery == "sent"


@pytest.mark.parametrize("sent", [True, False])
async def test_a_process_that_dies_between_sending_and_writing_it_down(rig: Rig, sent: bool) -> None:
    # Given a row that a dead process left behind: it has asked the provider, or was about to
    await begun(rig)
    number = await rig.say("Goedemiddag.")
    address = await rig.address()
    async with rig.store.write() as session:
        session.add(
            ProviderMessage(
                id="0" * 36,
                message_id=number,
                part=0,
                address_id=address.id,
                channel="sms",
                state=progress.TRYING,
                segments=1,
                retries=0,
                first_tried_at=utcnow(),
                updated_at=utcnow(),
            )
        )
        past = utcnow() - timedelta(seconds=1)
        await session.execute(
            update(Outbox).where(Outbox.message_id == number).values(lease="dead", attempts=1, next_at=past)
        )
    if sent:
        assert rig.telephone.api is not None
        await rig.telephone.api.send(Sending(CITIZEN, "Goedemiddag."), f"{PUBLIC}/api/twilio/status")
    # When another one takes over
    await rig.deliver()
    # Then the citizen has it once
    await rig.until(lambda: sid_of(rig, number), "it has an id")
    assert await texts(rig) == ["Goedemiddag."]


async def sid_of(rig: Rig, number: int) -> str | None:
    """The id at the provider."""
    return next((row.sid for row in await rig.parts() if row.message_id == number), None)


async def test_the_call_back_can_come_before_the_answer(rig: Rig) -> None:
    await begun(rig)
    await rig.fake("PUT", "faults", step=0, rest_lost_answer=1)
    number = await rig.say("Goedemiddag.")
    await rig.deliver()
    await rig.delivered(number, "delivered")  # the answer was lost, but the call-back names our row
    await rig.fake("PUT", "faults", step=0)
    await rig.hurry()
    assert await texts(rig) == ["Goedemiddag."]


@BOTH
async def test_messages_of_one_conversation_go_in_order_also_when_the_first_has_to_wait(rig: Rig) -> None:
    await begun(rig)
    await rig.fake("PATCH", "faults", outage=True)
    for number in range(3):
        await rig.say(f"Bericht {number}.")
    await rig.deliver()
    await rig.fake("PUT", "faults", step=0)
    assert await rig.delivery.round() == 0, "the second does not overtake the first"
    await rig.hurry()
    assert await texts(rig) == [f"Bericht {number}." for number in range(3)]


async def test_a_provider_that_never_answers_is_cut_off_and_does_not_hold_up_the_web(rig: Rig) -> None:
    # Given a provider that takes calls and says nothing
    await begun(rig)
    assert rig.telephone.api is not None
    rig.telephone.api._http._seconds = 0.5
    await rig.fake("PATCH", "faults", rest_silent=1)
    silent = await rig.say("Goedemiddag.")
    async with rig.store.write() as session:
        web = await rig.inbox.open(session, "web", "browser")
    from loket.conversations import journal
    from loket.conversations.journal import Entry
    from loket.conversations.model import Author

    async with rig.store.write() as session:
        row = await journal.locked(session, web.id)
        answer = await journal.append(session, row, Entry(Author.BOT, "Antwoord."), utcnow())
    # When both are due
    await rig.delivery.round()
    # Then the web has its message while the provider is still silent
    assert (await rig.message(answer.id)).delivery == "sent"
    assert (await rig.message(silent)).delivery == "pending"
    for lane in rig.delivery.lanes:
        if hasattr(lane, "settle"):
            await asyncio.wait_for(lane.settle(), 10)
    (outbox,) = [row for row in await rig.rows(Outbox) if row.message_id == silent]
    assert outbox.state == "pending" and outbox.error == "outage"


async def test_the_time_out_really_cuts() -> None:
    # Given a server that sends one byte now and then, for ever
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n")
        try:
            while True:
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.05)
        except ConnectionError:
            pass

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    settings = TwilioSettings(SID, TOKEN, "", f"http://127.0.0.1:{port}", SMS, WHATSAPP, "", 10, 10, PUBLIC)
    api = TwilioApi(settings, seconds=0.4)
    began = time.monotonic()
    with pytest.raises(Exception, match="status 0"):
        await api.send(Sending(CITIZEN, "Hallo"), f"{PUBLIC}/x")
    assert time.monotonic() - began < 10
    await api.close()
    server.close()


@BOTH
async def test_the_pace_of_a_sender_is_kept_by_all_processes_together(rig: Rig) -> None:
    now = utcnow()
    first, second = Rate(rig.store, lambda: now), Rate(rig.store, lambda: now)
    waits = [await rate._reserve("a", 2) for rate in (first, second, first, second)]
    assert [wait.total_seconds() for wait in waits] == [0, 0.5, 1, 1.5]
    assert (await second._reserve("b", 2)).total_seconds() == 0, "another sender has a pace of its own"
    await first.rest("a", 60)
    with pytest.raises(DeliveryFailed) as later:
        await second._reserve("a", 2)
    assert not later.value.counts and later.value.after is not None


async def test_a_message_that_is_too_long_for_one_whatsapp_goes_in_parts_and_counts_as_one(rig: Rig) -> None:
    await begun(rig, "whatsapp")
    text = "\n\n".join(f"Alinea {number}. " + "Nog wat woorden erbij. " * 20 for number in range(6)).strip()
    number = await rig.say(text, "whatsapp")
    await rig.deliver()
    await rig.delivered(number, "read")
    got = await texts(rig, "whatsapp")
    assert len(got) > 1 and all(len(part) <= 1600 for part in got) and " ".join(" ".join(got).split()) == " ".join(text.split())
    async with rig.store.read() as session:
        assert await session.scalar(select(func.count()).where(ProviderMessage.message_id == number)) == len(got)


@BOTH
async def test_a_message_that_no_key_opens_is_given_up_and_keeps_no_other_waiting(rig: Rig) -> None:
    await rig.text("Hallo")
    await rig.taken()
    lost, fine = await rig.say("Wat niemand meer leest"), await rig.say("Dit wel")
    async with rig.store.write() as session:
        await session.execute(text("update message set text = 'vz1.00000000.AAAA' where id = :id"), {"id": lost})
    await rig.delivered(fine, "delivered")
    async with rig.store.read() as session:
        row = (await session.scalars(select(Outbox).where(Outbox.message_id == lost))).one()
        shown = await session.scalar(select(Message.delivery).where(Message.id == lost))
    assert (row.state, row.error, shown) == ("failed", "unreadable", "failed")


@pytest.mark.parametrize("template", ["postgresql"], indirect=True)
async def test_news_that_waited_for_other_news_sees_what_that_changed(rig: Rig) -> None:
    # Given a message that another gateway is about to send again, as the provider said that it failed
    await rig.text("Hallo")
    await rig.taken()
    said = await rig.say("Antwoord")
    await rig.delivered(said, "delivered")
    assert rig.telephone.webhooks is not None
    statuses = rig.telephone.webhooks._statuses
    (part,) = (part for part in await rig.parts() if part.message_id == said)
    async with rig.store.write() as session:
        row = await session.get_one(ProviderMessage, part.id, with_for_update=True)
        row.sid, row.state, row.error, row.retries = None, progress.TRYING, 30003, 1
        await session.execute(update(Outbox).where(Outbox.message_id == said).values(state="pending", lease=None))
        # When the news that it arrived after all comes here, and has to wait
        news = asyncio.create_task(statuses.update(part.id, str(part.sid), "delivered", None))

        async def waits() -> bool:
            async with rig.store.read() as other:
                return bool(await other.scalar(text("select count(*) from pg_locks where not granted")))

        await rig.until(waits, "the news waits")
    await news
    # Then nothing is sent a second time
    async with rig.store.read() as session:
        assert await session.scalar(select(Outbox.state).where(Outbox.message_id == said)) == "sent"
