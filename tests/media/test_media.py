"""Files of messages: by content, scanned, kept apart, fetched with retries, gone in time."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from channels.gateway import masked
from loket.bus import Bus
from loket.conversations.model import Rendered
from loket.media import MAX_BYTES, Media, NotAccepted
from loket.media.fetching import MAX_ATTEMPTS, Fetching, NotFetched
from loket.media.keeping import forget_after
from loket.media.kinds import recognise
from loket.media.scanner import Scanner
from loket.store.media import AttachmentBytes
from loket.store.schema import Conversation, Message
from tests.conversations.support import Process
from tests.media import samples
from tests.media.clamd import clamd


@pytest.mark.parametrize(
    ("data", "kind", "mime"),
    [
        (samples.PNG, "image", "image/png"),
        (samples.JPEG, "image", "image/jpeg"),
        (samples.PDF, "pdf", "application/pdf"),
        (samples.OGG, "audio", "audio/ogg"),
        (samples.AMR, "audio", "audio/amr"),
        (samples.M4A, "audio", "audio/mp4"),
    ],
)
def test_files_are_known_by_their_content(data: bytes, kind: str, mime: str) -> None:
    found = recognise(data)
    assert (found.kind, found.mime) == (kind, mime)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (samples.PNG + b"0" * MAX_BYTES, "too_big"),
        (samples.EXE, "kind"),
        (samples.HTML, "kind"),
        (b"\n  " + samples.HTML, "kind"),
        (samples.SVG, "kind"),
        (samples.ZIP, "kind"),
        (b"gewoon wat tekst", "kind"),
    ],
)
def test_what_is_none_of_the_accepted_kinds_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(NotAccepted) as refused:
        recognise(data)
    assert refused.value.code == code


async def test_the_name_is_safe_and_says_what_is_in_it(process: Process) -> None:
    media = Media(process.store, masked, process.clock)
    checked = await media.check(samples.PNG, "../../etc/brief van 999990019.exe")
    assert checked.name.endswith(".png") and "/" not in checked.name and "999990019" not in checked.name
    assert (await media.check(samples.PDF, "\x00..")).name == "bestand.pdf"


async def test_a_scanner_that_is_configured_is_never_passed_by(process: Process) -> None:
    async with clamd() as address:
        media = Media(process.store, masked, process.clock, Scanner(address))
        assert (await media.check(samples.PNG)).scanned
        with pytest.raises(NotAccepted, match="virus"):
            await media.check(samples.EICAR)
    with pytest.raises(NotAccepted, match="unscanned"):
        await media.check(samples.PNG)  # the server is gone
    async with clamd(answers=False) as address:
        with pytest.raises(NotAccepted, match="unscanned"):
            await Media(process.store, masked, process.clock, Scanner(address, seconds=0.2)).check(samples.PNG)


async def test_a_checked_file_is_kept_with_its_message_and_goes_in_time(process: Process) -> None:
    # Given a message with a file
    media = Media(process.store, masked, process.clock)
    conversation = await process.open()
    checked = await media.check(samples.PDF, "brief.pdf")

    async def also(session: object, row: Conversation, message: Message) -> list[Rendered]:
        await media.keep(session, message, [checked])  # type: ignore[arg-type]
        return []

    inbound = process.inbound("kijk eens")
    await process.inbox.receive(conversation, inbound, also)
    # Then it can be fetched, also when the message is sent again
    await process.inbox.receive(conversation, inbound, also)
    (message,) = await process.messages(conversation)
    (shown,) = message.content["attachments"]
    assert (shown["name"], shown["state"], shown["kind"]) == ("brief.pdf", "stored", "pdf")
    stored = await media.load(shown["id"])
    assert stored is not None and stored.conversation_id == conversation
    assert (stored.data, stored.mime) == (samples.PDF, "application/pdf")
    # When its time is over
    process.clock.turn(days=31)
    async with process.store.write() as session:
        assert await forget_after(30).apply(session, process.clock()) == 1
        assert await forget_after(30).apply(session, process.clock()) == 0
    # Then the bytes are gone and the message says so
    assert await media.load(shown["id"]) is None
    async with process.store.read() as session:
        assert await session.scalar(select(func.count()).select_from(AttachmentBytes)) == 0
    assert (await process.messages(conversation))[0].content["attachments"][0]["state"] == "removed"


async def expecting(process: Process, media: Media, *sources: str) -> str:
    """A conversation with a message whose files must be fetched."""
    conversation = await process.open()

    async def also(session: object, row: Conversation, message: Message) -> list[Rendered]:
        await media.expect(session, message, sources)  # type: ignore[arg-type]
        return []

    await process.inbox.receive(conversation, process.inbound("zie foto"), also)
    return conversation


async def test_files_at_a_provider_are_fetched_with_retries(process: Process, bus: Bus) -> None:
    media = Media(process.store, masked, process.clock)
    conversation = await expecting(process, media, "a", "b", "c")
    asked: list[str] = []

    async def fetch(source: str) -> bytes:
        asked.append(source)
        if source == "b" and asked.count("b") == 1:
            raise NotFetched("503", permanent=False)
        return samples.EXE if source == "c" else samples.PNG

    fetching = Fetching(process.store, media, fetch, bus, process.clock)
    assert await fetching.round() == 3
    assert await fetching.round() == 0, "not before its time"
    states = {a["state"] for a in (await process.messages(conversation))[0].content["attachments"]}
    assert states == {"stored", "pending", "refused"}
    process.clock.turn(seconds=5)
    assert await fetching.round() == 1
    shown = (await process.messages(conversation))[0].content["attachments"]
    assert sorted((a["state"], a["reason"]) for a in shown) == [("refused", "kind"), ("stored", None), ("stored", None)]


async def test_a_file_that_never_comes_fails_where_it_can_be_seen(process: Process, bus: Bus) -> None:
    media = Media(process.store, masked, process.clock)
    conversation = await expecting(process, media, "a")

    async def fetch(source: str) -> bytes:
        raise NotFetched("503", permanent=False)

    fetching = Fetching(process.store, media, fetch, bus, process.clock)
    for _ in range(MAX_ATTEMPTS):
        assert await fetching.round() == 1
        process.clock.turn(minutes=5)
    assert await fetching.round() == 0
    assert (await process.messages(conversation))[0].content["attachments"][0]["state"] == "failed"
