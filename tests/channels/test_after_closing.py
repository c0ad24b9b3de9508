"""What is said when the citizen has long stopped writing: of a call that was promised, and how good the help was."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from loket.conversations import ownership
from loket.conversations.desk import Desk, Outcome
from loket.conversations.inbox import utcnow
from loket.conversations.rating_asked import RatingAsked
from loket.conversations.states import State, Step
from loket.handoff.call_desk import CallDesk
from loket.handoff.callbacks import Callbacks, Request
from loket.handoff.moments import Window
from loket.handoff.opening import Opening
from loket.handoff.summary import Summariser
from loket.identity.member import Member
from loket.store.callbacks import Callback
from loket.store.partners import PartnerAddress
from loket.store.ratings import Rating
from loket.store.schema import Conversation, Outbox
from tests.channels.heard import TEXTS, got, said, silent, with_templates
from tests.channels.rig import DATA, Rig

FATIMA = Member("1", "Fatima", "gemeente", "casemanager")
NUMBER = "0612345678"


def short(channel: str) -> bool:
    """As the registry of channels."""
    return channel == "sms"


def pushed(channel: str) -> bool:
    """As the registry of channels."""
    return channel != "web"


def plain(text: str) -> str:
    """A text as it is said."""
    return text


def desk_of(rig: Rig) -> Desk:
    """The desk."""
    summariser = Summariser.load(rig.store, rig.composer.directory, DATA, utcnow)
    return Desk(rig.store, rig.composer, summariser, rig.bus, plain, utcnow, short, pushed)


async def helped(rig: Rig, channel: str, later: Callable[[], Awaitable[object]] | None = None) -> Conversation:
    """A conversation that a human closes; `later` happens before that."""
    await rig.text("Ik wil een mens", channel)
    conversation = await rig.conversation(channel)
    async with rig.store.write() as session:
        row = await session.get_one(Conversation, conversation.id)
        row.pending = 0
        await ownership.step(session, row, Step.HAND_OFF, epoch=row.epoch, actor="bot", reason="human", now=utcnow())
    desk = desk_of(rig)
    await desk.claim(conversation.id, FATIMA, (await rig.conversation(channel)).epoch)
    await rig.deliver()
    if later is not None:
        await later()
    await desk.close(conversation.id, FATIMA, (await rig.conversation(channel)).epoch, Outcome.ANSWERED, "klaar")
    return await rig.conversation(channel)


async def rating_of(rig: Rig, conversation: Conversation) -> int | None:
    """The rating of a conversation."""
    async with rig.store.read() as session:
        found = await session.get(Rating, conversation.id)
        return found.score if found else None


async def conversations(rig: Rig) -> list[str]:
    """The states of all conversations."""
    return [row.state for row in await rig.rows(Conversation)]


@pytest.mark.parametrize(("answer", "score"), [("4", 4), ("vijf", 5), ("hel goed", 5), ("gaat wel", 3), ("1.", 1)])
async def test_who_was_helped_by_sms_is_asked_for_a_rating_in_the_same_message(rig: Rig, answer: str, score: int) -> None:
    closed = await helped(rig, "sms")
    question = (await got(rig))[-1]
    assert TEXTS.render("mens.gesloten", True, naam="Fatima").text in question and said("beoordeling.vraag") in question
    assert question.endswith("5. heel goed") and (await rig.thread())[-1]["segments"] <= 2
    # When the citizen answers with a figure or with words
    message = await rig.by_sid(await rig.text(answer))
    # Then it is kept once, and the conversation stays closed
    assert message is not None and message.handled_at is not None and message.conversation_id == closed.id
    assert await rating_of(rig, closed) == score
    assert (await got(rig))[-1].startswith(said("beoordeling.dank_laag" if score <= 2 else "beoordeling.dank"))
    assert await conversations(rig) == [State.CLOSED]
    if score > 2:
        await rig.text("1")
        assert (await got(rig))[-1].startswith(said("beoordeling.al_gegeven"))
    assert await rating_of(rig, closed) == score


async def test_a_new_question_after_closing_is_no_rating(rig: Rig) -> None:
    closed = await helped(rig, "sms")
    await got(rig)
    await rig.text("Waar vraag ik een paspoort aan?")
    assert await rating_of(rig, closed) is None and await conversations(rig) == [State.CLOSED, State.BOT]
    # And the figure that comes after it still is one
    await rig.text("4")
    assert await rating_of(rig, closed) == 4


async def test_who_was_in_danger_is_not_asked(rig: Rig) -> None:
    conversation = await helped(rig, "sms", lambda: set_reason(rig))
    assert said("beoordeling.vraag") not in (await got(rig))[-1] and conversation.state == State.CLOSED


async def set_reason(rig: Rig) -> None:
    """The conversation was about danger."""
    async with rig.store.write() as session:
        await session.execute(update(Conversation).values(reason="crisis"))


async def test_the_rating_is_asked_with_its_template_when_the_window_is_closed(rig: Rig) -> None:
    # Given a citizen who was silent for more than a day when the human closes
    await with_templates(rig)
    closed = await helped(rig, "whatsapp", lambda: silent(rig, 30))
    # Then one approved message asks whether we may ask
    templates = rig.telephone.templates
    assert templates is not None
    before = len(await rig.thread("whatsapp"))
    assert (await got(rig, "whatsapp"))[before:] == [templates.proactive["verbonden_beoordeling"].tekst]
    # When the citizen says yes
    answer = await rig.by_sid(await rig.text("Ja, graag", "whatsapp"))
    assert answer is not None and answer.handled_at is not None and answer.conversation_id == closed.id
    await got(rig, "whatsapp")
    last = (await rig.thread("whatsapp"))[-1]
    assert [item["item"] for item in last["shown"]["items"]][3] == "4: goed"
    # Then the figure can be given, and no new conversation began
    await rig.text("4: goed", "whatsapp", item={"id": "/cijfer_4", "title": "4: goed"})
    assert await rating_of(rig, closed) == 4 and await conversations(rig) == [State.CLOSED]


async def agree_to_sms(rig: Rig) -> None:
    """The citizen agrees to SMS where WhatsApp does not work, and falls silent."""
    from channels.twilio.meaning import SMS_YES
    from loket.conversations.model import Button, Rendered

    await rig.say(Rendered("Mag het per sms?", (Button("Ja, ook per sms", SMS_YES),)), "whatsapp")
    await rig.text("Ja, ook per sms", "whatsapp")
    await rig.deliver()
    await silent(rig, 30)


async def test_without_the_template_the_rating_is_asked_by_sms_and_answered_there(rig: Rig) -> None:
    closed = await helped(rig, "whatsapp", lambda: agree_to_sms(rig))
    (question,) = await got(rig, "sms")
    assert question.endswith("5. heel goed")
    await rig.text("2", "sms")
    assert await rating_of(rig, closed) == 2
    assert (await got(rig, "sms"))[-1].startswith(said("beoordeling.dank_laag"))


async def promised(rig: Rig) -> tuple[Callbacks, CallDesk, int]:
    """A call that was promised to a citizen on WhatsApp, and that Fatima takes."""
    await rig.text("Hoi", "whatsapp")
    await rig.deliver()
    opening = Opening.load(DATA / "balie" / "openingstijden.yaml")
    callbacks = Callbacks.load(DATA, rig.store, rig.composer, opening, rig.bus, plain, utcnow, short)
    ending = RatingAsked(rig.composer, short, pushed)
    calls = CallDesk(rig.store, callbacks, rig.composer, plain, utcnow, ending)
    conversation = await rig.conversation("whatsapp")
    async with rig.store.read() as session:
        offers = await callbacks.offers(session, None, 3)
    row = await callbacks.request(conversation.id, Request(NUMBER, offers[0], "Mijn vraag"))
    await rig.deliver()
    return callbacks, calls, row.id


async def missed(rig: Rig) -> None:
    """Fatima calls, and nobody answers."""
    _, calls, number = await promised(rig)
    (callback,) = await calls.list(FATIMA)
    await calls.take(number, FATIMA, callback.version)
    await rig.deliver()
    await silent(rig, 30)
    await calls.no_answer(number, FATIMA, "")


async def test_a_missed_call_is_told_with_its_template_and_the_words_follow(rig: Rig) -> None:
    await with_templates(rig)
    await missed(rig)
    templates = rig.telephone.templates
    assert templates is not None
    assert (await got(rig, "whatsapp"))[-1] == templates.proactive["verbonden_terugbellen"].tekst
    before = len(await rig.thread("whatsapp"))
    await rig.text("ja", "whatsapp")
    words = (await got(rig, "whatsapp"))[before]
    assert words.startswith(TEXTS.render("terugbellen.geen_gehoor", naam="Fatima", wanneer="").text.split(":")[0])


async def test_a_changed_moment_is_told_with_the_same_template_once(rig: Rig) -> None:
    await with_templates(rig)
    callbacks, _, _ = await promised(rig)
    templates = rig.telephone.templates
    assert templates is not None
    knock, more = templates.proactive["verbonden_terugbellen"].tekst, templates.words.kies
    async with rig.store.read() as session:
        offers = await callbacks.offers(session, None, 3)

    def told(window: Window) -> str:
        return callbacks.confirmation(Callback(window_from=window.start, window_until=window.end), "whatsapp").text

    async def has(*texts: str) -> None:
        async def so() -> bool:
            return [text for text in await got(rig, "whatsapp") if text != more][1:] == list(texts)

        await rig.until(so, f"{len(texts)} messages came")

    # Given a call that was promised in the chat, and a citizen who then stopped writing
    await has(told(offers[0]))
    await silent(rig, 30)
    # When staff change the moment twice
    conversation = await rig.conversation("whatsapp")
    for window in offers[1:]:
        await callbacks.request(conversation.id, Request(NUMBER, window, ""), FATIMA)
    # Then one approved message says that there is something to read, and both follow on a yes
    await has(told(offers[0]), knock)
    held = [row for row in await rig.rows(Outbox) if row.state == "held"]
    assert len(held) == 2
    await rig.text("oké", "whatsapp")
    await has(told(offers[0]), knock, *(told(window) for window in offers[1:]))


async def test_a_missed_call_is_told_by_sms_to_who_agreed_and_fails_visibly_for_others(rig: Rig) -> None:
    await missed(rig)
    await rig.deliver()
    last = (await rig.messages((await rig.conversation("whatsapp")).id))[-1]
    assert last.delivery == "failed" and last.content["failure"] == "window_closed"
    # When the citizen had agreed to SMS
    await rig.text("Ik ben er weer", "whatsapp")
    await agree_to_sms(rig)
    callbacks = await promised_again(rig)
    (text,) = await got(rig, "sms")
    assert callbacks.text("terugbellen.te_laat", "sms").text[:20] in text


async def promised_again(rig: Rig) -> Callbacks:
    """We are late with a call."""
    opening = Opening.load(DATA / "balie" / "openingstijden.yaml")
    callbacks = Callbacks.load(DATA, rig.store, rig.composer, opening, rig.bus, plain, utcnow, short)
    conversation = await rig.conversation("whatsapp")
    async with rig.store.write() as session:
        row = await session.get_one(Conversation, conversation.id)
        await callbacks.say(session, row, callbacks.text("terugbellen.te_laat", "sms"))
    return callbacks


async def test_a_stop_ends_what_waits(rig: Rig) -> None:
    await with_templates(rig)
    await helped(rig, "whatsapp", lambda: silent(rig, 30))
    await got(rig, "whatsapp")
    await rig.text("STOP", "whatsapp")
    before = len(await got(rig, "whatsapp"))
    async with rig.store.write() as session:
        await session.execute(update(PartnerAddress).values(created_at=utcnow() - timedelta(days=1)))
    await rig.hurry()
    assert len(await got(rig, "whatsapp")) == before
    async with rig.store.read() as session:
        assert not list(await session.scalars(select(Outbox).where(Outbox.state.in_(("held", "pending")))))
