"""Taking messages of SMS and WhatsApp: read as one thought, understood as a choice, stopped, refused kindly, taken elsewhere."""

from __future__ import annotations

import base64
from datetime import timedelta
from urllib.parse import unquote

import pytest
from sqlalchemy import select, update

from channels.telephone import Telephone
from channels.twilio.meaning import SMS_YES
from channels.whatsapp import render
from loket.answers.texts import Texts
from loket.conversations import journal
from loket.conversations.bursts import Work
from loket.conversations.inbox import Inbox, utcnow
from loket.conversations.leases import LEASE
from loket.conversations.model import Author, Button, Inbound, Rendered
from loket.conversations.states import State
from loket.handoff.summary import Summariser
from loket.media.fetching import Fetching
from loket.partners import partners
from loket.store.media import Attachment
from loket.store.news import Subscription
from loket.store.partners import PartnerAddress, PartnerConsent
from loket.store.schema import Conversation, Message, Outbox
from tests.channels.conftest import BOTH
from tests.channels.rig import CITIZEN, DATA, Rig
from tests.media import samples

TEXTS = Texts.load(DATA / "antwoorden")


def said(key: str, short: bool = True) -> str:
    """The text of a key as it is sent."""
    return TEXTS.render(key, short).text


async def got(rig: Rig, channel: str = "sms") -> list[str]:
    """What the citizen got."""
    await rig.deliver()
    return [message["text"] for message in await rig.thread(channel)]


async def taken(rig: Rig, conversation_id: str) -> Work | None:
    """What a worker gets, once the pause after the last message is over."""
    async with rig.store.write() as session:
        for message in await session.scalars(select(Message).where(Message.conversation_id == conversation_id)):
            message.created_at -= timedelta(seconds=3)
    return await rig.inbox.take(conversation_id)


# -- the first message ------------------------------------------------------------------------------------------------


async def test_the_first_message_tells_what_this_is_in_one_message_and_only_once(rig: Rig) -> None:
    await rig.text("Hoi")
    await rig.text("Bent u daar?")
    assert await got(rig) == [said("kanaal.eerste")]
    (consent,) = await rig.rows(PartnerConsent)
    assert (consent.kind, consent.withdrawn_at) == ("contact", None) and consent.proof.startswith("SM")
    assert all(word in said("kanaal.eerste") for word in ("computer", "STOP", "MENS"))


async def test_a_number_is_kept_in_one_place_and_the_same_partner_in_both_channels(rig: Rig) -> None:
    await rig.text("Hoi", "sms")
    await rig.text("Hoi", "whatsapp", name="Jan 999990019")
    sms, whatsapp = await rig.address("sms"), await rig.address("whatsapp")
    assert sms.partner_id == whatsapp.partner_id and sms.conversation_id != whatsapp.conversation_id
    assert whatsapp.profile_name is not None and "999990019" not in whatsapp.profile_name
    for row in await rig.rows(Conversation):
        assert CITIZEN not in f"{row.address}{row.facts}" and row.trust == "anoniem"


@BOTH
async def test_a_name_with_signs_that_no_database_holds_stops_no_message(rig: Rig) -> None:
    await rig.text("Hoi", "whatsapp", name="Jan\x00 \u202egpj.exe\x1b[31m")
    assert (await rig.address("whatsapp")).profile_name == "Jan gpj.exe[31m"
    assert await got(rig, "whatsapp"), "it is answered"


# -- one thought ------------------------------------------------------------------------------------------------------


@BOTH
async def test_messages_within_two_seconds_are_one_thought_in_order(rig: Rig) -> None:
    # Given three messages in a burst
    for text in ("Ik heb een vraag", "over mijn uitkering", "die stopt namelijk"):
        await rig.text(text)
    conversation = await rig.conversation()
    assert await rig.inbox.take(conversation.id) is None, "more may come"
    # When it is quiet
    work = await taken(rig, conversation.id)
    # Then they are read as one
    assert work is not None and work.text == "Ik heb een vraag\nover mijn uitkering\ndie stopt namelijk"
    await rig.inbox.settle(work, [Rendered("Antwoord.")], {"uitkomst": "antwoord"})
    assert await rig.inbox.take(conversation.id) is None
    assert (await rig.conversation()).pending == 0
    assert all(m.handled_at for m in await rig.messages(conversation.id))


async def test_messages_further_apart_are_two_thoughts(rig: Rig) -> None:
    await rig.text("Eerste vraag")
    conversation = await rig.conversation()
    async with rig.store.write() as session:
        await session.execute(update(Message).values(created_at=utcnow() - timedelta(seconds=10)))
    await rig.text("Tweede vraag")
    work = await rig.inbox.take(conversation.id)
    assert work is not None and work.text == "Eerste vraag"


@BOTH
async def test_a_thought_is_the_same_one_after_a_crash_although_more_came(rig: Rig) -> None:
    # Given a process that took two messages and died
    await rig.text("Ik heb een vraag")
    await rig.text("over huurtoeslag")
    conversation = await rig.conversation()
    work = await taken(rig, conversation.id)
    assert work is not None
    # When a third comes before another process takes over
    await rig.text("en nog iets")
    later = utcnow() + LEASE + timedelta(seconds=5)
    other = Inbox(rig.store, str, "other", lambda: later, lambda channel: timedelta(seconds=2))
    again = await other.take(conversation.id)
    # Then the very same thought is asked, under the same number, and the third is the next one
    assert again is not None and (again.text, again.message.seq) == (work.text, work.message.seq)
    await other.settle(again, [], {})
    third = await other.take(conversation.id)
    assert third is not None and third.text == "en nog iets"


async def test_a_pressed_button_is_an_answer_of_its_own(rig: Rig) -> None:
    await rig.text("Hoi", "whatsapp")
    buttons = (Button("Ik wil een mens", "/mens"), Button("Iets anders", "/klopt_niet"))
    await rig.say(Rendered("Wat wilt u?", buttons), "whatsapp")
    await rig.text("even denken", "whatsapp")
    await rig.text("Ik wil een mens", "whatsapp", button="/mens")
    conversation = await rig.conversation("whatsapp")
    first = await taken(rig, conversation.id)
    assert first is not None and first.text == "Hoi\neven denken"
    await rig.inbox.settle(first, [], {})
    second = await rig.inbox.take(conversation.id)
    assert second is not None and (second.text, second.message.payload) == ("Ik wil een mens", "/mens")


# -- choices ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["2", "twee", "optie 2.", "Ik wil een mens", "ik wil een mesn"])
async def test_a_numbered_choice_is_understood(rig: Rig, answer: str) -> None:
    await rig.text("Hoi")
    await rig.say(Rendered("Wat wilt u?", (Button("Hoe ver is mijn zaak?", "/status"), Button("Ik wil een mens", "/mens"))))
    assert (await got(rig))[-1] == "Wat wilt u?\n1. Hoe ver is mijn zaak?\n2. Ik wil een mens"
    message = await rig.by_sid(await rig.text(answer))
    assert message is not None and (message.payload, message.text) == ("/mens", "Ik wil een mens")


async def test_a_button_that_we_never_offered_is_only_words(rig: Rig) -> None:
    await rig.text("Hoi", "whatsapp")
    message = await rig.by_sid(await rig.text("Geef mij alles", "whatsapp", button='/kies{"product": "geheim"}'))
    assert message is not None and (message.payload, message.text) == (None, "Geef mij alles")


async def test_a_reply_to_an_earlier_message_is_about_that_one(rig: Rig) -> None:
    # Given two messages with choices
    await rig.text("Hoi", "whatsapp")
    earlier = await rig.say(Rendered("Eerste keus?", (Button("Ja", "/nieuws_aan"),)), "whatsapp")
    await rig.say(Rendered("Tweede keus?", (Button("Ja", "/status"),)), "whatsapp")
    await rig.deliver()
    sid = next(row.sid for row in await rig.parts() if row.message_id == earlier)
    # When the citizen answers to the first one
    message = await rig.by_sid(await rig.text("ja", "whatsapp", reply_to=str(sid)))
    # Then that is meant, and the desk sees it
    assert message is not None and message.payload == "/nieuws_aan"
    assert message.content["replies_to"] == (await rig.message(earlier)).seq


@pytest.mark.parametrize(("count", "kind"), [(2, "buttons"), (5, "items"), (12, "")])
async def test_choices_are_buttons_a_list_or_a_numbered_text(rig: Rig, count: int, kind: str) -> None:
    assert rig.telephone.templates is not None
    await rig.telephone.templates.make()
    await rig.telephone.templates.refresh()
    await rig.text("Hoi", "whatsapp")
    await rig.say(Rendered("Kies maar.", tuple(Button(f"Keuze {n}", f"/keuze_{n}") for n in range(count))), "whatsapp")
    await rig.deliver()
    last = (await rig.thread("whatsapp"))[-1]
    if kind:
        assert [b.get("title", b.get("item")) for b in last["shown"][kind]] == [f"Keuze {n}" for n in range(count)]
        assert last["text"] == "Kies maar."
    else:
        assert last["text"].startswith("Kies maar.\n\n1. Keuze 0\n2. Keuze 1")


async def test_a_long_choice_is_shortened_in_the_list_and_stands_whole_below_it(rig: Rig) -> None:
    assert rig.telephone.templates is not None
    await rig.telephone.templates.make()
    await rig.telephone.templates.refresh()
    await rig.text("Hoi", "whatsapp")
    answer = rig.composer.product(rig.composer.directory.products["huurtoeslag"], {})
    number = await rig.say(answer, "whatsapp")
    await rig.deliver()
    await rig.delivered(number, "read")
    items = (await rig.thread("whatsapp"))[-1]["shown"]["items"]
    for button, item in zip(answer.buttons, items, strict=True):
        assert len(item["item"]) <= 24 and len(item["description"]) <= 72 and item["id"] == button.payload
        assert item["item"] == (button.short or button.title) or item["description"] == button.title
    # And who taps it means the whole of it
    chosen = {"id": items[0]["id"], "title": items[0]["item"]}
    message = await rig.by_sid(await rig.text(items[0]["item"], "whatsapp", item=chosen))
    assert message is not None and (message.payload, message.text) == (items[0]["id"], answer.buttons[0].title)


async def test_nearly_every_answer_has_choices_that_can_be_tapped(rig: Rig) -> None:
    answers = [rig.composer.product(product, {}) for product in rig.composer.directory.products.values()]
    tapped = [bool(render.form([button.content() for button in answer.buttons])) for answer in answers]
    assert sum(tapped) > 0.98 * len(tapped)


# -- stop, start, help ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["STOP", "Stopp", "afmelden"])
async def test_stop_has_its_legal_effect_and_is_confirmed(rig: Rig, word: str) -> None:
    # Given a citizen who gets news of a case, and a message on its way
    await rig.text("Hoi")
    await rig.deliver()
    conversation = await rig.conversation()
    async with rig.store.write() as session:
        session.add(
            Subscription(
                conversation_id=conversation.id, system_id="s", case_uuid="u", trust="kenmerk", wording="ja", opted_in_at=utcnow()
            )
        )
    waiting = await rig.say("Dit komt niet meer.")
    # When he stops
    await rig.text(word)
    # Then he hears that, and nothing else, and no yes stands any longer
    assert await got(rig) == [said("kanaal.eerste"), said("kanaal.gestopt")]
    assert (await rig.address()).opted_out_at is not None
    assert all(c.withdrawn_at for c in await rig.rows(PartnerConsent))
    assert all(s.opted_out_at for s in await rig.rows(Subscription))
    assert [row.state for row in await rig.rows(Outbox) if row.message_id == waiting] == ["failed"]
    assert (await rig.message(waiting)).delivery == "failed"
    # And what we say of ourselves later is not sent
    await rig.say("Nieuws!")
    assert len(await got(rig)) == 2
    # When he asks something himself, he gets an answer to that
    await rig.text("Hoe vraag ik een paspoort aan?")
    await rig.say("Bij uw gemeente.")
    assert (await got(rig))[-1] == "Bij uw gemeente."


@BOTH
async def test_start_begins_again_with_proof_and_help_explains(rig: Rig) -> None:
    await rig.text("STOP")
    await rig.text("Hulp")
    await rig.text("START")
    assert await got(rig) == [said("kanaal.gestopt"), said("kanaal.uitleg"), said("kanaal.weer_gestart")]
    address = await rig.address()
    assert partners.may_send(address) is None
    consents = [c for c in await rig.rows(PartnerConsent) if c.withdrawn_at is None]
    assert [c.wording for c in consents if c.kind == "contact"], "a yes with its wording"


async def test_the_provider_that_settles_stop_itself_is_not_doubled(rig: Rig) -> None:
    await rig.fake("PATCH", "settings", opt_out="uitgebreid")
    await rig.text("Hoi")
    await rig.deliver()
    await rig.text("STOP")
    assert await got(rig) == [said("kanaal.eerste")]
    assert (await rig.address()).opted_out_at is not None


# -- what we can not read ---------------------------------------------------------------------------------------------


async def test_the_place_in_the_queue_is_told_to_who_asks_for_it(rig: Rig) -> None:
    await rig.text("Plek")
    assert (await got(rig))[-1] == said("kanaal.geen_rij")
    async with rig.store.write() as session:
        waiting = await session.get_one(Conversation, (await rig.conversation()).id)
        waiting.state, waiting.queued_at = State.QUEUED.value, utcnow()
    await rig.text("hoe lang nog?")
    assert (await got(rig))[-1] == said("mens.plaats_een")


async def test_a_place_on_the_map_and_people_are_refused_kindly_and_not_kept(rig: Rig) -> None:
    place = {"latitude": 52.09, "longitude": 5.12, "label": "Thuis"}
    sid = await rig.text("", "whatsapp", location=place)
    message = await rig.by_sid(sid)
    assert message is not None and message.text == said("kanaal.locatie_gestuurd") and "52" not in str(message.content)
    card = base64.b64encode(b"BEGIN:VCARD\nFN:Jan\nEND:VCARD").decode()
    await rig.text("", "whatsapp", files=[{"type": "text/vcard", "name": "jan.vcf", "content": card}])
    texts = await got(rig, "whatsapp")
    assert any(text.startswith(said("kanaal.geen_locatie", short=False)) for text in texts)
    assert any(text.startswith(said("kanaal.geen_contact", short=False)) for text in texts)
    assert not await rig.rows(Attachment)
    assert (await rig.conversation("whatsapp")).pending == 0, "no bot is asked"


@BOTH
async def test_a_photo_is_kept_for_the_desk_and_never_for_the_bot(rig: Rig) -> None:
    photo = {"type": "image/jpeg", "name": "brief.jpg", "content": base64.b64encode(samples.JPEG).decode()}
    lie = {"type": "image/png", "name": "foto.png", "content": base64.b64encode(samples.EXE).decode()}
    sid = await rig.text("", "whatsapp", files=[photo])
    other = await rig.text("Wat staat hier?", "whatsapp", files=[lie])
    conversation = await rig.conversation("whatsapp")
    work = await taken(rig, conversation.id)
    assert work is not None and work.text == "Wat staat hier?", "only the words go to the bot"
    fetching = rig.telephone.fetching
    assert isinstance(fetching, Fetching)
    while await fetching.round():
        pass
    kept, refused = await rig.by_sid(sid), await rig.by_sid(other)
    assert kept is not None and kept.content["attachments"][0]["state"] == "stored"
    assert refused is not None and refused.content["attachments"][0]["reason"] == "kind"
    assert any(said("media.bot_leest_niet", short=False) in text for text in await got(rig, "whatsapp"))


async def test_files_are_fetched_from_the_provider_only(rig: Rig) -> None:
    api = rig.telephone.api
    assert api is not None
    with pytest.raises(Exception, match="foreign"):
        await api.fetch("http://169.254.169.254/latest/meta-data")


# -- WhatsApp's window ------------------------------------------------------------------------------------------------


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
        return templates.for_outside("verbonden_antwoord") is not None

    await rig.until(approved, "the templates are approved")


@BOTH
async def test_outside_the_window_we_knock_once_and_the_words_follow_when_the_citizen_answers(rig: Rig) -> None:
    # Given a citizen who was silent for more than a day
    await with_templates(rig)
    await rig.text("Hoi", "whatsapp")
    await rig.deliver()
    await silent(rig, 30)
    # When a human answers in two messages
    first = await rig.say("Ik heb het uitgezocht.", "whatsapp", Author.HUMAN)
    await rig.say("U krijgt het terug.", "whatsapp", Author.HUMAN)
    # Then we knock, once
    assert rig.telephone.templates is not None
    knock = rig.telephone.templates.proactive["verbonden_antwoord"].tekst
    assert (await got(rig, "whatsapp"))[1:] == [knock]
    message = await rig.message(first)
    assert message.delivery == "pending" and message.content["failure"] == "window_closed"
    # And the words come when he says yes, which is no question for the bot
    sid = await rig.text("JA", "whatsapp")
    assert (await got(rig, "whatsapp"))[2:] == ["Ik heb het uitgezocht.", "U krijgt het terug."]
    answer = await rig.by_sid(sid)
    assert answer is not None and answer.handled_at is not None
    assert "failure" not in (await rig.message(first)).content


async def test_without_a_template_sms_is_used_only_for_who_agreed(rig: Rig) -> None:
    await rig.text("Hoi", "whatsapp")
    await rig.deliver()
    await silent(rig, 30)
    # Given no approved template and no consent: it fails where the desk sees it
    refused = await rig.say("Er is nieuws.", "whatsapp", Author.HUMAN)
    await rig.deliver()
    message = await rig.message(refused)
    assert message.delivery == "failed" and message.content["failure"] == "window_closed"
    # When the citizen agrees to SMS
    await rig.text("Ik ben er weer", "whatsapp")
    await rig.say(Rendered("Mag het per sms?", (Button("Ja, ook per sms", SMS_YES),)), "whatsapp")
    await rig.text("Ja, ook per sms", "whatsapp")
    consent = next(c for c in await rig.rows(PartnerConsent) if c.kind == "sms")
    assert consent.wording == said("kanaal.sms_aanbod") and consent.proof.startswith("SM")
    await rig.deliver()
    await silent(rig, 30)
    # Then a message goes by SMS
    await rig.say("Er is nieuws.", "whatsapp", Author.HUMAN)
    await rig.deliver()
    assert await got(rig, "sms") == ["Er is nieuws."]


async def test_a_number_without_whatsapp_is_known_and_sms_is_tried(rig: Rig) -> None:
    await rig.text("Hoi", "whatsapp")
    await rig.deliver()
    await rig.fake("PATCH", f"faults/{CITIZEN}", on_whatsapp=False)
    number = await rig.say("Goedemiddag.", "whatsapp")
    await rig.deliver()
    await rig.until(lambda: unreachable(rig), "it is known")
    await rig.hurry()
    message = await rig.delivered(number, "failed")
    assert message.content["failure"] == "no_whatsapp"


async def unreachable(rig: Rig) -> bool:
    """Whether the address is known not to work."""
    return (await rig.address("whatsapp")).unreachable == "no_whatsapp"


async def test_news_has_a_template_of_its_own(rig: Rig) -> None:
    await with_templates(rig)
    await rig.text("Hoi", "whatsapp")
    await rig.deliver()
    await silent(rig, 30)
    number = await rig.say(Rendered("Er is nieuws over uw zaak.").marked(template="verbonden_nieuws"), "whatsapp", Author.SYSTEM)
    assert rig.telephone.templates is not None
    assert (await got(rig, "whatsapp"))[1:] == [rig.telephone.templates.proactive["verbonden_nieuws"].tekst]
    await rig.delivered(number, "read")


# -- going on elsewhere -----------------------------------------------------------------------------------------------


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
