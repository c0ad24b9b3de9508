"""The telephone of the demonstration in a real browser, with the fake behind it and a server of ours that takes its webhooks."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any

import pytest_asyncio
from playwright.async_api import Page, ViewportSize, expect

from demo.twilio.phone import texts
from tests.browser.accessibility import check
from tests.browser.conftest import NewContext, Watched
from tests.browser.watch import Watch
from tests.twilio.rig import AUTHORIZATION, CITIZEN, SMS, WHATSAPP, Rig, running_rig

WORDS = texts()
SIZE_SMALL: ViewportSize = {"width": 375, "height": 740}
SIZE_LARGE: ViewportSize = {"width": 1280, "height": 900}


Arrive = Callable[[str, ViewportSize], Awaitable[Page]]


@pytest_asyncio.fixture
async def at(new_context: NewContext) -> AsyncIterator[Arrive]:
    """The page in a browser that lets axe evaluate code in spite of the page's policy; all else that goes wrong counts."""
    watches: list[Watch] = []

    async def arrive(url: str, viewport: ViewportSize) -> Page:
        context = await new_context(bypass_csp=True)
        watches.append(Watch(context, url))
        page = await context.new_page()
        await page.set_viewport_size(viewport)
        await page.goto(url)
        return page

    yield arrive
    assert not [problem for watch in watches for problem in watch.problems]


@pytest_asyncio.fixture
async def rig() -> AsyncIterator[Rig]:
    """The fake."""
    async with running_rig() as rig:
        yield rig


async def answer(rig: Rig, channel: str, **form: str) -> None:
    """We text the citizen."""
    mark = "whatsapp:" if channel == "whatsapp" else ""
    sender = WHATSAPP if channel == "whatsapp" else SMS
    status, body = await rig.api("POST", "Messages.json", To=f"{mark}{CITIZEN}", From=f"{mark}{sender}", **form)
    assert status == 201, body


async def template(rig: Rig, types: dict[str, Any]) -> str:
    """A new template."""
    body = {"friendly_name": "proef", "language": "nl", "types": types}
    async with rig.http.post(f"{rig.url}/v1/Content", json=body, headers=AUTHORIZATION) as made:
        return str((await made.json())["sid"])


def arrived(rig: Rig, kind: str) -> bool:
    """Whether a file of this kind came."""
    return any(call.parameters.get("MediaContentType0") == kind for call in rig.receiver.inbound())


async def say(page: Page, words: str) -> None:
    """Type a message and send it with the Enter key."""
    await page.get_by_label(WORDS["gesprek"]["bericht"], exact=True).fill(words)
    await page.keyboard.press("Enter")
    await expect(page.locator(".mine").last).to_contain_text(words)


async def test_a_citizen_texts_by_sms_and_sees_how_far_messages_come(rig: Rig, at: Arrive) -> None:
    page = await at(rig.url, SIZE_LARGE)
    await check(page, "empty telephone")
    # When a citizen texts, the message arrives with us
    await say(page, "Waar vraag ik huurtoeslag aan?")
    await expect(page.locator(".mine").last).to_contain_text(WORDS["staten"]["aangekomen"])
    # When we answer, the answer is there without anything being pressed, and delivered
    await answer(rig, "sms", Body="Bij <b>Dienst Toeslagen</b>: https://www.toeslagen.nl. " + "a" * 200)
    ours = page.locator(".ours").last
    await expect(ours).to_contain_text("<b>Dienst Toeslagen</b>")
    await expect(ours).to_contain_text(WORDS["staten"]["delivered"])
    await expect(ours).to_contain_text("2 sms'en")
    await expect(ours.get_by_role("link")).to_have_attribute("href", "https://www.toeslagen.nl")
    # When a knob is turned, the next answer does not arrive
    await page.get_by_label("Berichten komen niet op de telefoon aan").select_option(label="altijd")
    await answer(rig, "sms", Body="Dit komt niet aan")
    await expect(page.locator(".lost")).to_contain_text("30003")
    await page.get_by_role("button", name=WORDS["storing"]["herstel"]).click()
    # When the citizen stops, the page says so, and it can be undone
    await say(page, "STOP")
    await expect(page.get_by_text(WORDS["afgemeld"]["ja"])).to_be_visible()
    await check(page, "SMS with everything")
    await page.get_by_role("button", name=WORDS["afgemeld"]["weer"]).click()
    await expect(page.get_by_text(WORDS["afgemeld"]["ja"])).to_be_hidden()
    # A number that is none changes nothing
    await page.get_by_label(WORDS["telefoon"]["nummer"]).fill("vijf")
    await page.keyboard.press("Tab")
    await expect(page.get_by_text(WORDS["telefoon"]["nummer_fout"])).to_be_visible()
    await page.get_by_label(WORDS["telefoon"]["nummer"]).fill("06 87654321")
    await page.keyboard.press("Tab")
    await expect(page.locator(".messages > li")).to_have_count(0)


async def test_whatsapp_with_buttons_lists_files_and_the_window(rig: Rig, at: Arrive) -> None:
    page = await at(rig.url, SIZE_SMALL)
    await page.get_by_label(WORDS["telefoon"]["whatsapp"], exact=True).check()
    await expect(page.get_by_text(WORDS["venster"]["dicht"])).to_be_visible()
    await say(page, "Hallo")
    # A quick reply is pressed
    quick = {"body": "Klopt dit?", "actions": [{"id": "ja", "title": "Ja"}, {"id": "nee", "title": "Nee"}]}
    await answer(rig, "whatsapp", ContentSid=await template(rig, {"twilio/quick-reply": quick}))
    await page.get_by_role("button", name="Nee", exact=True).click()
    await expect(page.locator(".mine").last).to_contain_text("Klopt dit?")  # quoted
    pressed = await rig.until(lambda: [c for c in rig.receiver.inbound() if c.parameters.get("ButtonPayload")], "a button")
    assert (pressed[0].parameters["ButtonPayload"], pressed[0].parameters["Body"]) == ("nee", "Nee")
    # An item of a list is chosen
    items = [{"id": "1", "item": "Huurtoeslag", "description": "Dienst Toeslagen"}, {"id": "2", "item": "Uitkering"}]
    picker = {"body": "Waarover?", "button": "Kies", "items": items}
    await answer(rig, "whatsapp", ContentSid=await template(rig, {"twilio/list-picker": picker}))
    await page.get_by_role("button", name="Kies", exact=True).click()
    await check(page, "list")
    await page.get_by_role("button", name="Huurtoeslag").click()
    await rig.until(lambda: [c for c in rig.receiver.inbound() if c.parameters.get("ListId") == "1"], "an item")
    # Files and a place are sent
    for name, kind in (("foto", "image/png"), ("pdf", "application/pdf"), ("spraak", "audio/ogg"), ("contact", "text/vcard")):
        await page.get_by_role("button", name=WORDS["gesprek"]["bijlage"]).click()
        await page.get_by_role("button", name=WORDS["bijlagen"][name], exact=True).click()
        await rig.until(partial(arrived, rig, kind), kind)
    await page.get_by_role("button", name=WORDS["gesprek"]["bijlage"]).click()
    await check(page, "things to send along")
    await page.get_by_role("button", name=WORDS["bijlagen"]["plaats"], exact=True).click()
    await rig.until(lambda: [c for c in rig.receiver.inbound() if c.parameters.get("Latitude")], "a place")
    await expect(page.locator(".mine img")).to_have_js_property("naturalWidth", 420)
    # Axe can not judge a line that is half scrolled away: a telephone without an end shows all.
    style = await page.add_style_tag(content=".bezel { height: auto !important }")
    await check(page, "WhatsApp with everything")
    await style.evaluate("(element) => element.remove()")
    # After a day only templates arrive
    await page.get_by_role("button", name=WORDS["venster"]["voorbij"]).click()
    await answer(rig, "whatsapp", Body="Nog iets")
    await expect(page.locator(".lost")).to_contain_text("63016")
    assert json.loads(await page.evaluate("localStorage.getItem('telefoon')"))["channel"] == "whatsapp"


async def test_the_page_keeps_to_its_own_policy(rig: Rig, watched: Watched) -> None:
    page, _ = await watched(rig.url, SIZE_LARGE)
    await page.goto(rig.url)
    await say(page, "Hallo")
    await expect(page.locator(".mine")).to_contain_text(WORDS["staten"]["aangekomen"])
