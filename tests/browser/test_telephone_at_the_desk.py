"""A citizen on a telephone as the desk meets them: what the channel lets one send, a file, and why a message did not arrive."""

from __future__ import annotations

from urllib.parse import quote

import aiohttp
from playwright.async_api import FilePayload, expect

from tests.browser.accessibility import check
from tests.browser.citizen import ANSWER_SECONDS
from tests.browser.conftest import OpenDesk
from tests.browser.desk import DeskPage
from tests.browser.test_desk_together import at_work, take
from tests.browser.words import screen
from tests.media import samples
from tests.product.support import TEXTS
from tests.product.test_telephone import Phone
from verbonden.running import RunningProduct

SOON = ANSWER_SECONDS * 1000
LONG = "Dit is een lang antwoord op uw vraag. " * 14


async def waits(phone: Phone, words: str) -> None:
    """Ask for a human by telephone."""
    await phone.send("ik wil een mens")
    await phone.until(TEXTS.render("mens.overdracht", phone.channel == "sms").text)
    await phone.send(words)
    await phone.accepted()


async def send_file(desk: DeskPage, name: str, kind: str, data: bytes) -> None:
    """Choose a file for the citizen."""
    async with desk.page.expect_file_chooser() as chooser:
        await desk.page.get_by_role("button", name=screen("desk.send_file.button"), exact=True).click()
    await (await chooser.value).set_files(FilePayload(name=name, mimeType=kind, buffer=data))


async def test_the_desk_sees_what_a_telephone_takes_and_why_words_did_not_arrive(
    product: RunningProduct, desk_at: OpenDesk
) -> None:
    async with aiohttp.ClientSession() as http:
        # Given one citizen who waits on WhatsApp and one by SMS
        phone = Phone(product.twilio_url, "+31610000031", "whatsapp", http)
        other = Phone(product.twilio_url, "+31610000032", "sms", http)
        await waits(phone, "mijn paspoort is zoek geraakt")
        await waits(other, "mijn rijbewijs is zoek geraakt")
        desk = await at_work(desk_at, product, "fatima")
        desk.watch.allow(r"422 \(Unprocessable")
        limits = desk.page.locator(".limits")
        # On WhatsApp it says how long one can answer freely, and a file can be sent
        await take(desk, "mijn paspoort is zoek geraakt")
        await expect(limits).to_contain_text(screen("desk.limits.window_hours", count=23), timeout=SOON)
        await check(desk.page, "limits of WhatsApp")
        await send_file(desk, "virus.exe", "application/pdf", samples.EXE)
        await expect(desk.page.locator(".send-file .trouble")).to_contain_text(TEXTS.line("balie.file_kind"), timeout=SOON)
        await check(desk.page, "a file that is refused")
        await send_file(desk, "formulier.pdf", "application/pdf", samples.PDF)
        await expect(desk.own.last).to_contain_text("formulier.pdf", timeout=SOON)
        await expect(desk.page.locator(".send-file .trouble")).to_have_count(0)
        await phone.until("formulier.pdf")
        # By SMS it counts, and says when it is too long
        await take(desk, "mijn rijbewijs is zoek geraakt")
        await desk.reply.fill("Goedemiddag.")
        await expect(limits).to_contain_text(screen("desk.limits.segments", count=1, most=3, left=148), timeout=SOON)
        await desk.reply.fill(LONG)
        await expect(limits.locator(".trouble")).to_contain_text(screen("desk.limits.too_long", count=4, most=3), timeout=SOON)
        await check(desk.page, "limits of SMS")
        await expect(desk.page.get_by_role("button", name=screen("desk.send_file.button"))).to_have_count(0)
        # And why words did not arrive
        faults = f"{product.twilio_url}/fake/faults/{quote(other.number)}"
        async with http.patch(faults, json={"undelivered": 1, "undelivered_code": 30007}) as answer:
            assert answer.status == 200
        await desk.answer("Wij zoeken het uit.")
        await expect(desk.own.last.locator(".failure")).to_contain_text(screen("desk.failure.filtered"), timeout=SOON)
        await check(desk.page, "a message that did not arrive")
