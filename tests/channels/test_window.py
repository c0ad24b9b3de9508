"""WhatsApp's window of 24 hours: outside it we knock with a template, or go by SMS to who agreed."""

from __future__ import annotations

from channels.twilio.meaning import SMS_YES
from loket.conversations.model import Author, Button, Rendered
from loket.store.partners import PartnerConsent
from tests.channels.conftest import BOTH
from tests.channels.heard import got, said, silent, with_templates
from tests.channels.rig import CITIZEN, Rig


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
