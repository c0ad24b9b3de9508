"""What citizens sent while we could not be reached is fetched afterwards."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from channels.twilio.api import ProviderFailed
from channels.twilio.missed import Missed
from loket.conversations.inbox import utcnow
from loket.conversations.model import Button, Rendered
from loket.store.media import Attachment
from loket.store.schema import Job, Message
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
