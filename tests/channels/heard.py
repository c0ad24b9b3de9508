"""What tests of SMS and WhatsApp share: the texts as they are sent, what the citizen got, who was silent, templates."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from loket.answers.texts import Texts
from loket.conversations.inbox import utcnow
from loket.store.partners import PartnerAddress
from tests.channels.rig import CITIZEN, DATA, Rig

TEXTS = Texts.load(DATA / "antwoorden")


def said(key: str, short: bool = True) -> str:
    """The text of a key as it is sent."""
    return TEXTS.render(key, short).text


async def got(rig: Rig, channel: str = "sms") -> list[str]:
    """What the citizen got."""
    await rig.deliver()
    return [message["text"] for message in await rig.thread(channel)]


async def begun(rig: Rig, channel: str = "sms") -> None:
    """A conversation whose first messages have gone."""
    await rig.text("Hallo", channel)
    await rig.deliver()


async def texts(rig: Rig, channel: str = "sms") -> list[str]:
    """What the citizen got, without the introduction."""
    return [message["text"] for message in await rig.thread(channel)][1:]


async def silent(rig: Rig, hours: float) -> None:
    """The citizen has not written on WhatsApp for so long, here and at the provider."""
    await rig.fake("PATCH", f"numbers/{CITIZEN}", last_inbound_hours=hours)
    async with rig.store.write() as session:
        await session.execute(update(PartnerAddress).values(heard_at=utcnow() - timedelta(hours=hours)))


async def with_templates(rig: Rig) -> None:
    """Templates that WhatsApp has approved."""
    templates = rig.telephone.templates
    assert templates is not None
    await templates.make()

    async def approved() -> bool:
        await templates.refresh()
        return all(templates.for_outside(name) for name in templates.proactive)

    await rig.until(approved, "the templates are approved")
