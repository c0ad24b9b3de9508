"""Choices in SMS and WhatsApp: what a citizen chose, and how choices are shown."""

from __future__ import annotations

import pytest

from channels.whatsapp import render
from loket.conversations.model import Button, Rendered
from tests.channels.heard import got
from tests.channels.rig import Rig


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
