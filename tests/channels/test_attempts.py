"""Attempts to send that meet each other: call-backs that are faster than answers, and a process that takes over half-way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from channels.twilio.api import ProviderFailed, Sending, Sent
from loket.conversations.inbox import utcnow
from loket.conversations.model import Author, Button, Rendered
from loket.partners import progress
from loket.store.partners import ProviderMessage
from loket.store.schema import Outbox
from tests.channels.heard import silent, with_templates
from tests.channels.rig import Rig

LONG = "Dat kan. " * 60
CHOICES = (Button("Ja, graag", "/ja"), Button("Nee", "/nee"))


async def part(rig: Rig, number: int, at: int = 0) -> ProviderMessage:
    """What we noted of one part of a message."""
    return next(row for row in await rig.parts() if row.message_id == number and row.part % 100 == at)


async def outbox(rig: Rig, number: int) -> Outbox:
    """The row of a message that goes out."""
    rows: list[Outbox] = await rig.rows(Outbox)
    return next(row for row in rows if row.message_id == number)


def after_sending(rig: Rig, monkeypatch: pytest.MonkeyPatch, wait: Callable[[], Awaitable[object]]) -> None:
    """The provider has made the message, and its answer comes only after something else."""
    api = rig.telephone.api
    assert api is not None
    send = api.send

    async def slow(sending: Sending, callback: str) -> Sent:
        sent = await send(sending, callback)
        await wait()
        return sent

    monkeypatch.setattr(api, "send", slow)


async def test_it_can_fail_before_we_know_that_it_was_taken(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a telephone that is off, of which the provider tells before its answer to us is read
    await rig.text("Hallo")
    await rig.deliver()
    await rig.fake("PATCH", "faults", undelivered=1, undelivered_code=30003)
    number = await rig.say("Goedemiddag.")

    async def failed() -> bool:
        return any(row.message_id == number and row.retries == 1 for row in await rig.parts())

    after_sending(rig, monkeypatch, lambda: rig.until(failed, "the call-back is in"))
    await rig.deliver()
    # Then it is not taken for sent: it waits for another attempt, and that one arrives
    assert (await part(rig, number)).sid is None
    row = await outbox(rig, number)
    assert row.state == "pending" and row.next_at > utcnow()
    monkeypatch.undo()
    await rig.fake("PUT", "faults", step=0)

    async def arrived() -> bool:
        await rig.hurry()
        return (await rig.message(number)).delivery == "delivered"

    await rig.until(arrived, "the message arrives")
    assert [message["text"] for message in await rig.thread()][1:] == ["Goedemiddag."] * 2


async def test_late_news_of_an_attempt_that_failed_is_not_of_the_next_one(rig: Rig) -> None:
    await rig.text("Hallo")
    await rig.deliver()
    await rig.fake("PATCH", "faults", undelivered=1, undelivered_code=30003)
    number = await rig.say("Goedemiddag.")
    await rig.deliver()

    async def waits() -> bool:
        await rig.deliver()
        return any(row.message_id == number and row.retries == 1 for row in await rig.parts())

    await rig.until(waits, "it waits for another attempt")
    sid = next(message["sid"] for message in reversed(await rig.thread()) if message["text"] == "Goedemiddag.")
    row = await part(rig, number)
    assert rig.telephone.webhooks is not None
    statuses = rig.telephone.webhooks._statuses
    for state, code in (("sent", None), ("queued", None), ("undelivered", 30003)):
        await statuses.update(row.id, sid, state, code)
    after = await part(rig, number)
    assert (after.sid, after.state, after.error, after.retries) == (None, progress.TRYING, 30003, 1)
    # What arrived after all did arrive, and is not sent again
    await statuses.update(row.id, sid, "delivered", None)
    assert (await rig.message(number)).delivery == "delivered" and (await outbox(rig, number)).state == "sent"


@pytest.mark.parametrize("known_first", [True, False])
async def test_who_takes_over_sends_the_rest_although_it_knows_other_templates(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, known_first: bool
) -> None:
    # Given a long answer with choices, of which only the text was sent when the process died
    await with_templates(rig)
    templates, api = rig.telephone.templates, rig.telephone.api
    assert templates is not None and api is not None
    sids = templates.sids
    await rig.text("Hallo", "whatsapp")
    await rig.deliver()
    templates.sids = sids if known_first else {}
    send, times = api.send, 0

    async def once(sending: Sending, callback: str) -> Sent:
        nonlocal times
        times += 1
        if times > 1:
            raise ProviderFailed(0, 0, certain=False)
        return await send(sending, callback)

    monkeypatch.setattr(api, "send", once)
    number = await rig.say(Rendered(LONG.strip(), CHOICES), "whatsapp")
    await rig.deliver()
    monkeypatch.undo()
    # When one takes over that knows other templates: just started, the provider not asked yet
    templates.sids = {} if known_first else sids
    await rig.hurry()
    # Then all of it arrives, the text and the choices once each
    await rig.delivered(number, "read")
    got = await rig.thread("whatsapp")
    assert [message["text"] for message in got].count(LONG.strip()) == 1 and len(got) == 3
    assert (got[-1]["shown"] is None) is known_first and ("1. Ja, graag\n2. Nee" in got[-1]["text"]) is known_first


async def test_choices_that_were_sent_as_buttons_are_not_sent_again_as_text(rig: Rig) -> None:
    # Given buttons that the provider took, its answer lost with the process
    await with_templates(rig)
    templates = rig.telephone.templates
    assert templates is not None
    await rig.text("Hallo", "whatsapp")
    await rig.deliver()
    await rig.fake("PUT", "faults", step=0, rest_lost_answer=1, status_lost=1)
    number = await rig.say(Rendered("Wilt u dat?", CHOICES), "whatsapp")
    await rig.deliver()
    assert (await part(rig, number)).sid is None
    # When the next process knows no templates yet
    await rig.fake("PUT", "faults", step=0)
    templates.sids = {}
    await rig.hurry()
    # Then what was sent is found
    assert (await part(rig, number)).sid is not None and len(await rig.thread("whatsapp")) == 2


async def test_a_knock_that_fails_at_once_is_shown_as_failed(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a citizen who was silent for more than a day, and a telephone that is out of use
    await with_templates(rig)
    await rig.text("Hoi", "whatsapp")
    await rig.deliver()
    await silent(rig, 30)
    await rig.fake("PATCH", "faults", undelivered=1, undelivered_code=30005)
    number = await rig.say("Ik heb het uitgezocht.", "whatsapp", Author.HUMAN)

    async def failed() -> bool:
        return any(row.message_id == number and row.state == "undelivered" for row in await rig.parts())

    after_sending(rig, monkeypatch, lambda: rig.until(failed, "the call-back is in"))
    await rig.deliver()
    # Then the message does not wait for an answer to what was never read
    message = await rig.message(number)
    assert message.delivery == "failed" and message.content["failure"] == "unknown_number"
    assert (await outbox(rig, number)).state == "failed"
