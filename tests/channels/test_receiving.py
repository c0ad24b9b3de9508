"""Taking messages of SMS and WhatsApp: read as one thought, stopped, refused kindly."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from loket.conversations.bursts import Work
from loket.conversations.inbox import Inbox, utcnow
from loket.conversations.leases import LEASE
from loket.conversations.model import Button, Rendered
from loket.conversations.states import State
from loket.media.fetching import Fetching
from loket.partners import partners
from loket.store.media import Attachment
from loket.store.news import Subscription
from loket.store.partners import PartnerConsent
from loket.store.schema import Conversation, Message, Outbox
from tests.channels.conftest import BOTH
from tests.channels.heard import got, said
from tests.channels.rig import CITIZEN, Rig
from tests.media import samples


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
