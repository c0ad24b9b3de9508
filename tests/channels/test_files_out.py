"""Files that staff send to a citizen."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import update

from channels.gateway import masked
from channels.twilio.files import FileLinks
from loket.conversations import journal
from loket.conversations.inbox import utcnow
from loket.conversations.journal import Entry
from loket.conversations.model import Author
from loket.media import Media
from loket.media.keeping import forget_after
from loket.store.media import Attachment
from tests.channels.heard import silent, with_templates
from tests.channels.rig import Rig
from tests.media import samples


async def sends(rig: Rig, data: bytes, channel: str = "whatsapp", author: Author = Author.HUMAN) -> int:
    """Somebody sends a file; the id of the message."""
    media = Media(rig.store, masked, utcnow)
    file = await media.check(data, "uw brief.pdf")
    conversation_id = (await rig.conversation(channel)).id
    async with rig.store.write() as session:
        row = await journal.locked(session, conversation_id)
        message = await journal.append(session, row, Entry(author, "Hier is een bestand voor u"), utcnow())
        await media.keep(session, message, [file])
        return message.id


async def status(rig: Rig, link: str) -> int:
    """What fetching an address of ours gives."""
    parts = urlsplit(link)
    async with rig.http.get(f"{rig.own_url}{parts.path}?{parts.query}") as answer:
        return answer.status


@pytest.mark.parametrize("data", [samples.JPEG, samples.PDF])
async def test_a_file_of_staff_arrives_on_whatsapp_as_it_is(rig: Rig, data: bytes) -> None:
    await rig.text("Hoi", "whatsapp")
    await rig.deliver()
    number = await sends(rig, data)
    await rig.deliver()
    await rig.delivered(number, "read")
    last = (await rig.thread("whatsapp"))[-1]
    (file,) = last["files"]
    assert last["text"] == "Hier is een bestand voor u"
    assert rig.provider.store.content(file["sid"]) == data


async def test_an_address_of_a_file_works_for_an_hour_and_for_that_file_only(rig: Rig) -> None:
    await rig.text("Hoi", "whatsapp")
    await sends(rig, samples.PDF)
    await sends(rig, samples.PDF, author=Author.CITIZEN)
    sent, received = await rig.rows(Attachment)
    settings = rig.telephone.settings
    assert settings is not None
    links = FileLinks(settings, utcnow)
    good = links.link(sent.id)
    assert await status(rig, good) == 200
    # Wrong in any way it is nothing
    assert await status(rig, good[:-1] + ("0" if good[-1] != "0" else "1")) == 403
    assert await status(rig, good.replace(sent.id, received.id)) == 403
    assert await status(rig, good.partition("?")[0]) == 403
    assert await status(rig, FileLinks(settings, lambda: utcnow() - timedelta(hours=2)).link(sent.id)) == 403
    # What a citizen sent goes out with no signature at all
    assert await status(rig, links.link(received.id)) == 404


async def test_a_file_waits_for_the_citizen_and_fails_visibly_when_it_is_gone(rig: Rig) -> None:
    await with_templates(rig)
    await rig.text("Hoi", "whatsapp")
    await rig.deliver()
    await silent(rig, 30)
    number = await sends(rig, samples.PDF)
    await rig.deliver()
    async with rig.store.write() as session:
        await session.execute(update(Attachment).values(created_at=utcnow() - timedelta(days=31)))
        await forget_after(30).apply(session, utcnow())
    await rig.text("ja", "whatsapp")
    message = await rig.delivered(number, "failed")
    assert message.content["failure"] == "file"


async def test_no_file_goes_by_sms(rig: Rig) -> None:
    await rig.text("Hoi")
    await rig.deliver()
    number = await sends(rig, samples.PDF, "sms")
    await rig.deliver()
    message = await rig.message(number)
    assert message.delivery == "failed" and message.content["failure"] == "file"


async def test_a_file_that_the_provider_can_not_fetch_is_shown_as_failed(rig: Rig) -> None:
    await rig.text("Hoi", "whatsapp")
    await rig.deliver()
    object.__setattr__(rig.provider.account, "deliver_to", rig.own_url)
    number = await sends(rig, samples.PDF)
    async with rig.store.write() as session:
        await session.execute(update(Attachment).values(state="failed"))
    await rig.deliver()
    message = await rig.delivered(number, "failed")
    assert message.content["failure"] == "file"
