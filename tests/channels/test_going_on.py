"""A conversation goes on in another channel, by a code."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from sqlalchemy import update

from channels.telephone import Telephone
from loket.conversations import journal
from loket.conversations.bursts import Work
from loket.conversations.inbox import utcnow
from loket.conversations.model import Inbound
from loket.handoff.summary import Summariser
from loket.store.schema import Conversation, Message
from tests.channels.conftest import BOTH
from tests.channels.heard import got, said
from tests.channels.rig import DATA, Rig


async def code_of(rig: Rig, telephone: Telephone, conversation_id: str, phrase: str) -> str:
    """The code that who asks to go on gets."""
    onward = telephone.onward(rig.store, utcnow, "https://verbonden.example")
    async with rig.store.read() as session:
        conversation = await session.get_one(Conversation, conversation_id)
    reply = await onward.asked(Work(conversation, Message(text=phrase, seq=1), conversation.epoch))
    assert reply is not None
    values = reply.utterances[0]["parts"][0]["values"]
    assert unquote(values["link"]).endswith(values["code"]) or "verder" in values["link"]
    return str(values["code"])


async def on_the_web(rig: Rig) -> str:
    """A conversation in the web chat, at a level of trust."""
    async with rig.store.write() as session:
        conversation = await rig.inbox.open(session, "web", "browser")
        conversation.trust, conversation.facts = "kenmerk", {"gemeente": "Utrecht", "vertrouwen": "kenmerk"}
        return conversation.id


async def test_a_conversation_goes_on_in_whatsapp_with_all_of_it_but_the_trust(rig: Rig) -> None:
    web = await on_the_web(rig)
    code = await code_of(rig, rig.telephone, web, "Ga verder op WhatsApp")
    await rig.text(code.lower(), "whatsapp")
    # It is the same conversation, and what was proven is asked again
    conversation = await rig.conversation("whatsapp")
    assert (conversation.id, conversation.channel, conversation.trust) == (web, "whatsapp", "anoniem")
    assert conversation.facts["gemeente"] == "Utrecht" and "vertrouwen" not in conversation.facts
    assert any(said("verder.hier", short=False) in text for text in await got(rig, "whatsapp"))
    # And an answer goes to where the citizen is
    await rig.say("Verder dan.", "whatsapp")
    assert (await got(rig, "whatsapp"))[-1] == "Verder dan."


@BOTH
async def test_a_code_works_once_and_for_a_quarter_of_an_hour(rig: Rig) -> None:
    web = await on_the_web(rig)
    code = await code_of(rig, rig.telephone, web, "kan dit op whatsapp?")
    await rig.text(code, "whatsapp")
    await rig.text(code, "sms")
    assert (await rig.conversation("sms")).id != web
    assert said("verder.code_werkt_niet") in await got(rig, "sms")
    late = await code_of(rig, rig.telephone, web, "ga verder via sms")
    from loket.store.login import OneTimeToken

    async with rig.store.write() as session:
        await session.execute(update(OneTimeToken).values(expires_at=utcnow() - timedelta(seconds=1)))
    await rig.text(late, "sms")
    assert (await rig.conversation("sms")).id != web


@BOTH
async def test_a_message_with_a_code_that_fails_half_way_still_moves(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    web = await on_the_web(rig)
    code = await code_of(rig, rig.telephone, web, "ga verder via sms")
    acceptance = rig.telephone.acceptance
    assert acceptance is not None
    acceptance.again = 0.001
    receive, failures = rig.inbox.receive, [RuntimeError()]

    async def fails_once(*given: Any, **more: Any) -> Any:
        if failures:
            raise failures.pop()
        return await receive(*given, **more)

    # When the conversation was moved, and the message itself could not be stored at the first try
    monkeypatch.setattr(rig.inbox, "receive", fails_once)
    await rig.text(code, "sms")
    # Then the second says that it moved
    assert failures == [] and (await rig.conversation("sms")).id == web
    assert said("verder.hier") in await got(rig, "sms")


@BOTH
async def test_a_number_never_points_to_a_conversation_that_is_deleted(rig: Rig) -> None:
    web = await on_the_web(rig)
    code = await code_of(rig, rig.telephone, web, "ga verder via sms")
    async with rig.store.write() as session:  # as erasure leaves it; the code was looked up just before
        (await journal.locked(session, web)).address = ""
    await rig.text(code, "sms")
    assert (await rig.conversation("sms")).id != web
    assert said("verder.code_werkt_niet") in await got(rig, "sms")
    assert await rig.by_sid(await rig.text("Hallo?", "sms")) is not None


async def test_codes_can_not_be_guessed(rig: Rig) -> None:
    web = await on_the_web(rig)
    code = await code_of(rig, rig.telephone, web, "ga verder op sms")
    for number in range(5):
        await rig.text(f"VERDER ABCDEFG{number + 2}")
    await rig.text(code)
    assert (await rig.conversation("sms")).id != web, "after five wrong ones no code is taken from this number"


async def test_the_journal_shows_where_each_message_came_from(rig: Rig) -> None:
    web = await on_the_web(rig)
    code = await code_of(rig, rig.telephone, web, "ga verder op whatsapp")
    async with rig.store.read() as session:
        before = await journal.messages(session, [web])
    await rig.text(code, "whatsapp")
    async with rig.store.read() as session:
        channels = {message.channel for message in await journal.messages(session, [web])} - {m.channel for m in before}
    assert channels == {"whatsapp"}


async def test_the_summary_tells_both_channels_and_points_to_the_change(rig: Rig) -> None:
    web = await on_the_web(rig)
    await rig.inbox.receive(web, Inbound("web", "browser", "b:1", "Mijn huurtoeslag stopt", utcnow()))
    code = await code_of(rig, rig.telephone, web, "ga verder op whatsapp")
    moved = await rig.by_sid(await rig.text(code, "whatsapp"))
    assert moved is not None
    summariser = Summariser.load(rig.store, rig.composer.directory, DATA, utcnow)
    summary, _ = summariser.make(await rig.conversation("whatsapp"), await rig.messages(web))
    (line,) = [line for line in summary["lines"] if line["field"] == "kanaal"]
    assert line["value"].startswith("webchat, daarna WhatsApp") and line["seq"] == moved.seq
