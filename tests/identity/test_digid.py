"""Who is logged in, for how long, and what is kept of it, on both databases."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from channels.web.hidden import hidden, logged_in_since
from loket.answers.compose import Composer
from loket.bus import Bus
from loket.cases.errors import InvalidInput
from loket.conversations import journal
from loket.conversations.journal import Entry
from loket.conversations.model import Author
from loket.identity import trust
from loket.identity.digid import DigidSessions
from loket.identity.digid_expiry import DigidExpiry
from loket.identity.vault import Vault
from loket.store.login import DigidSession
from loket.store.schema import Conversation, Message
from tests.conversations.conftest import *  # noqa: F403 (the same stores, on both databases)
from tests.conversations.support import Process

KEY, OTHER = ("x" * 42 + "A=", "y" * 42 + "A=")
BSN = "999990007"


def kept(process: Process, *keys: str) -> DigidSessions:
    """Who is logged in, as this process knows it."""
    return DigidSessions(process.store, Vault(list(keys or (KEY,))), process.clock)


async def level(process: Process, conversation: str) -> str:
    """The level that counts now."""
    async with process.store.read() as session:
        return trust.current(await session.get_one(Conversation, conversation), process.clock())


async def test_a_bsn_is_sealed_and_gone_with_the_log_in(process: Process, other: Process) -> None:
    conversation = await process.open()
    await kept(process).begin(conversation, BSN)
    assert await kept(other).bsn(conversation) == BSN and await level(other, conversation) == "digid"
    async with process.store.read() as session:
        row = await session.get_one(DigidSession, conversation)
        whole = json.dumps({name: str(value) for name, value in vars(row).items()})
        assert BSN not in whole
        assert BSN not in str(vars(await session.get_one(Conversation, conversation)))
    assert await kept(process).end(conversation)
    assert await kept(process).bsn(conversation) is None and await level(process, conversation) == "anoniem"
    assert not await kept(process).end(conversation)
    async with process.store.read() as session:
        assert list(await session.scalars(select(DigidSession))) == []


@pytest.mark.parametrize("wrong", ["", "123456789", "99999000", "9999900077", "999 990 007x", "\u0669" * 9])
async def test_what_is_no_bsn_logs_nobody_in(process: Process, wrong: str) -> None:
    conversation = await process.open()
    with pytest.raises(InvalidInput):
        await kept(process).begin(conversation, wrong)
    assert await level(process, conversation) == "anoniem"


async def test_fifteen_minutes_of_silence_end_it(process: Process) -> None:
    conversation = await process.open()
    await kept(process).begin(conversation, BSN)
    # A message keeps it alive
    process.clock.turn(minutes=14)
    await process.receive(conversation, "hallo")
    process.clock.turn(minutes=14)
    assert await kept(process).bsn(conversation) == BSN
    # Silence does not, and a message after it does not bring it back
    process.clock.turn(minutes=2)
    assert await kept(process).bsn(conversation) is None and await kept(process).over() == [conversation]
    await process.receive(conversation, "ben ik er nog?")
    assert await level(process, conversation) == "anoniem"


async def test_two_hours_are_the_most(process: Process) -> None:
    conversation = await process.open()
    await kept(process).begin(conversation, BSN)
    for _ in range(12):
        process.clock.turn(minutes=10)
        await process.receive(conversation, "nog iets")
    assert await kept(process).bsn(conversation) is None and await kept(process).over() == [conversation]


async def test_it_can_be_read_with_an_old_key_and_not_without(process: Process) -> None:
    conversation = await process.open()
    await kept(process, OTHER).begin(conversation, BSN)
    assert await kept(process, KEY, OTHER).bsn(conversation) == BSN
    assert await kept(process, KEY).bsn(conversation) is None


async def test_who_was_idle_is_told_once(process: Process, other: Process, composer: Composer, bus: Bus) -> None:
    conversation = await process.open()
    await kept(process).begin(conversation, BSN)
    process.clock.turn(minutes=16)
    rounds = [DigidExpiry(kept(p), p.store, p.inbox, composer, bus, lambda channel: channel == "sms") for p in (process, other)]
    assert [await one.round() for one in rounds] == [1, 0]

    async def said() -> list[str]:
        async with process.store.read() as session:
            found = await session.scalars(select(Message.text).where(Message.author == "system").order_by(Message.id))
            return list(found)

    assert await said() == [composer.text("digid.verlopen").text]
    # And by SMS in its short form
    async with process.store.write() as session:
        (await journal.locked(session, conversation)).channel = "sms"
    await kept(process).begin(conversation, BSN)
    process.clock.turn(minutes=16)
    assert await rounds[0].round() == 1
    assert (await said())[1:] == [composer.text("digid.verlopen", short=True).text]


async def test_a_message_for_who_is_logged_in_is_for_that_log_in(process: Process, composer: Composer) -> None:
    conversation = await process.open()

    async def visible(row: Message) -> str:
        async with process.store.read() as session:
            since = await logged_in_since(session, conversation, process.clock())
        return str(hidden(row, {"text": row.text, "buttons": [1], "card": {}}, since, composer)["text"])

    # Given a message that was told to who was logged in
    await kept(process).begin(conversation, BSN)
    process.clock.turn(seconds=5)
    async with process.store.write() as session:
        row = await journal.append(session, await journal.locked(session, conversation),
                                   Entry(Author.BOT, "Uw zaak is klaar.", {"trust": "digid"}), process.clock())
    assert await visible(row) == "Uw zaak is klaar."
    # When they log out, then it is hidden; and it stays so for whoever logs in next
    await kept(process).end(conversation)
    assert await visible(row) == composer.text("digid.verborgen").text
    process.clock.turn(seconds=5)
    await kept(process).begin(conversation, "999990457")
    assert await visible(row) == composer.text("digid.verborgen").text
