"""What citizens sent while we could not be reached is fetched afterwards."""

from __future__ import annotations

import base64
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from channels.twilio.api import ProviderFailed
from channels.twilio.incoming import Incoming
from channels.twilio.missed import NAME, Missed
from loket.conversations.inbox import utcnow
from loket.conversations.model import Button, Rendered
from loket.store.media import Attachment
from loket.store.partners import AcceptedMessage
from loket.store.schema import Job, Message
from tests.channels.conftest import BOTH
from tests.channels.rig import CITIZEN, PUBLIC, Rig
from tests.media import samples

NOWHERE = "http://127.0.0.1:9/api/twilio/inbound"


async def texts(rig: Rig, channel: str = "sms") -> list[str]:
    """What citizens said, in the order in which it was stored."""
    said = (Message.author == "citizen", Message.channel == channel)
    async with rig.store.read() as session:
        return list(await session.scalars(select(Message.text).where(*said).order_by(Message.id)))


def missed(rig: Rig) -> Missed:
    """The one of the product."""
    assert rig.telephone.missed is not None
    return rig.telephone.missed


async def outage(rig: Rig, on: bool) -> None:
    """Whether we can be reached."""
    hook = {"url": NOWHERE if on else f"{PUBLIC}/api/twilio/inbound", "fallback": ""}
    await rig.fake("PATCH", "settings", webhook={"sms": hook, "whatsapp": hook})


async def later(rig: Rig) -> None:
    """It is some minutes later: what the provider has is no longer on its way."""
    for message in rig.provider.store.messages():
        for name in ("at", "created", "updated", "sent"):
            message[name] = message[name] and message[name] - 300
        rig.provider.store.put_message(message)
    async with rig.store.write() as session:
        await session.execute(update(Job).values(done_at=utcnow() - timedelta(minutes=10)))


async def test_what_was_sent_during_an_outage_is_stored_once_in_order_with_its_files(rig: Rig) -> None:
    # Given a gateway that looked before, and a citizen who texts while it is away
    assert await missed(rig).round() == 0
    await rig.text("Hallo")
    account = rig.provider.account
    object.__setattr__(account, "deliver_to", "")
    await outage(rig, True)
    photo = {"type": "image/jpeg", "name": "brief.jpg", "content": base64.b64encode(samples.JPEG).decode()}
    for body in (
        {"channel": "sms", "text": "Mijn huurtoeslag is gestopt"},
        {"channel": "sms", "text": "Waarom is dat?"},
        {"channel": "whatsapp", "text": "Kijk eens", "files": [photo]},
    ):
        await rig.fake("POST", "inbound", **{"from": CITIZEN, **body})
    # What has only just been sent may still be on its way
    assert await missed(rig).round() == 0
    await later(rig)
    # When the gateway looks again
    assert await missed(rig).round() == 3
    # Then all of it is there, once, also when it looks once more and when the provider comes with it after all
    assert await texts(rig) == ["Hallo", "Mijn huurtoeslag is gestopt", "Waarom is dat?"]
    assert await texts(rig, "whatsapp") == ["Kijk eens"]
    (file,) = await rig.rows(Attachment)
    assert file.source.startswith(f"{rig.fake_url}/2010-04-01/Accounts/{account.sid}/Messages/")
    await later(rig)
    assert await missed(rig).round() == 0
    assert len(await texts(rig)) == 3


async def test_a_choice_that_was_tapped_during_an_outage_is_still_that_choice(rig: Rig) -> None:
    # Given choices, of which a telephone shows shorter words than ours
    assert rig.telephone.templates is not None
    await rig.telephone.templates.make()
    await rig.telephone.templates.refresh()
    await rig.text("Hallo", "whatsapp")
    where = Button("Ik wil weten hoe ver mijn aanvraag is", "/status", short="Mijn aanvraag")
    await rig.delivered(await rig.say(Rendered("Kies maar.", (where, Button("Een mens", "/mens"))), "whatsapp"), "read")
    button = (await rig.thread("whatsapp"))[-1]["shown"]["buttons"][0]
    await missed(rig).round()
    # When one is tapped while we are away, of which the provider's list tells the words only
    object.__setattr__(rig.provider.account, "deliver_to", "")
    await outage(rig, True)
    tapped = {"text": button["title"], "button": button["id"]}
    sent = await rig.fake("POST", "inbound", channel="whatsapp", **{"from": CITIZEN}, **tapped)
    await later(rig)
    assert await missed(rig).round() == 1
    # Then it is what was offered
    message = await rig.by_sid(str(sent["sid"]))
    assert message is not None and (message.payload, message.text) == ("/status", where.title)


async def test_the_first_look_takes_nothing_from_before(rig: Rig) -> None:
    await outage(rig, True)
    object.__setattr__(rig.provider.account, "deliver_to", "")
    await rig.fake("POST", "inbound", channel="sms", **{"from": CITIZEN}, text="Van voor onze tijd")
    for message in rig.provider.store.messages():
        message["at"] = message["created"] = message["created"] - 300
        rig.provider.store.put_message(message)
    assert await missed(rig).round() == 0 and await texts(rig) == []


async def test_a_provider_that_is_down_is_asked_about_the_same_time_again(rig: Rig) -> None:
    await missed(rig).round()
    object.__setattr__(rig.provider.account, "deliver_to", "")
    await outage(rig, True)
    await rig.fake("POST", "inbound", channel="sms", **{"from": CITIZEN}, text="Hallo?")
    await later(rig)
    await rig.fake("PATCH", "faults", outage=True)
    with pytest.raises(ProviderFailed):
        await missed(rig).round()
    await rig.fake("PUT", "faults", step=0)
    async with rig.store.write() as session:
        await session.execute(update(Job).values(held_until=None))
    assert await missed(rig).round() == 1 and await texts(rig) == ["Hallo?"]


async def texted(rig: Rig, *bodies: dict[str, Any]) -> list[str]:
    """What different citizens text while we are away; the sids, and we looked before."""
    await missed(rig).round()
    object.__setattr__(rig.provider.account, "deliver_to", "")
    await outage(rig, True)
    sids = []
    for number, body in enumerate(bodies):
        sent = await rig.fake("POST", "inbound", **{"channel": "whatsapp", "from": f"{CITIZEN[:-1]}{number}", **body})
        sids.append(str(sent["sid"]))
    await later(rig)
    return sids


async def again(rig: Rig) -> int:
    """It looks once more, after the process that did so has let go."""
    async with rig.store.write() as session:
        await session.execute(update(Job).values(held_until=None))
    return await missed(rig).round()


@BOTH
async def test_a_message_that_fails_keeps_nobody_waiting_and_is_tried_again(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    sids = await texted(rig, {"text": "Een"}, {"text": "Twee"}, {"text": "Een en een half", "from": f"{CITIZEN[:-1]}0"})
    acceptance = rig.telephone.acceptance
    assert acceptance is not None
    acceptance.again = 0.001
    take, tried = acceptance._receiver.take, list[str]()

    async def fails_twice(incoming: Incoming) -> Any:
        tried.append(incoming.sid)
        if tried.count(sids[0]) <= 2 and incoming.sid == sids[0]:
            raise RuntimeError
        return await take(incoming)

    monkeypatch.setattr(acceptance._receiver, "take", fails_twice)
    assert await missed(rig).round() == 3
    await rig.taken()
    found = await texts(rig, "whatsapp")  # somebody else's text is somewhere among them
    assert sorted(found) == ["Een", "Een en een half", "Twee"] and tried.count(sids[0]) == 3
    assert found.index("Een") < found.index("Een en een half")
    assert [job.held_until for job in await rig.rows(Job) if job.name == NAME] == [None], "that was all of this stretch of time"


async def test_files_that_can_not_be_had_keep_nobody_waiting(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = {"type": "image/jpeg", "name": "brief.jpg", "content": base64.b64encode(samples.JPEG).decode()}
    same = f"{CITIZEN[:-1]}0"
    sids = await texted(rig, {"text": "Kijk", "files": [photo]}, {"text": "Zie je", "from": same}, {"text": "Hallo"})
    assert rig.telephone.api is not None
    with_files = rig.telephone.api.with_files

    async def fails(incoming: Incoming) -> Incoming:
        if incoming.sid == sids[0]:
            raise ProviderFailed(0, 500, certain=True)
        return await with_files(incoming)

    monkeypatch.setattr(rig.telephone.api, "with_files", fails)
    # The others are there at once; what the same citizen said after it waits
    for look in (missed(rig).round, lambda: again(rig)):
        with pytest.raises(ProviderFailed):
            await look()
        assert await texts(rig, "whatsapp") == ["Hallo"]
    # In the end its words are worth more
    assert await again(rig) == 2
    assert await texts(rig, "whatsapp") == ["Hallo", "Kijk", "Zie je"]


@BOTH
async def test_what_was_accepted_and_is_not_handled_yet_was_not_missed(rig: Rig) -> None:
    # Given a pressed button that another process is about to handle, of which the list tells the words only
    (sid, _) = await texted(rig, {"text": "Ja"}, {"text": "Hallo"})
    pressed = Incoming("whatsapp", sid, CITIZEN, "Ja", payload="/sms_ook")
    async with rig.store.write() as session:
        session.add(AcceptedMessage(sender="x", sid=sid, given=asdict(pressed), holder="another", held_until=utcnow()))
    # When the list is read, then it is left to that process
    assert await missed(rig).round() == 1 and await texts(rig, "whatsapp") == ["Hallo"]
