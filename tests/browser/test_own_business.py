"""What a citizen does beside the talk: be called back, send a file, say how it was, keep the conversation, delete it."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

from playwright.async_api import Page, expect

from tests.browser.accessibility import check
from tests.browser.citizen import ANSWER_SECONDS, Citizen
from tests.browser.conftest import OpenCitizen, OpenDesk
from tests.browser.test_accessibility import to_the_queue
from tests.browser.words import screen
from tests.media.samples import PDF
from verbonden.running import RunningProduct

SOON = ANSWER_SECONDS * 1000
REFUSED = r"status of 4(09|22)"
"""The browser writes to the console that the server refused something, as it should."""

PHONE = "06 12345678"


async def menu(page: Page, item: str) -> None:
    """Choose something behind the three dots."""
    await page.get_by_role("button", name=screen("chat.tools.menu"), exact=True).click()
    await page.get_by_role("button", name=screen(item)).click()


async def test_who_does_not_want_to_wait_is_called_back(product: RunningProduct, citizen_at: OpenCitizen) -> None:
    # Given someone who waits for a human
    citizen = await citizen_at(product.url)
    page = citizen.page
    await to_the_queue(citizen)
    await page.get_by_role("button", name=screen("chat.composer.call")).click()
    dialog = page.get_by_role("dialog", name=screen("chat.callback.title"))
    await expect(dialog.get_by_role("radio").first).to_be_visible()
    # When they forget what is needed, they hear what to do
    await dialog.get_by_role("button", name=screen("chat.callback.submit")).click()
    await expect(dialog.get_by_role("alert")).to_have_text(screen("chat.callback.number_missing"))
    number = dialog.get_by_label(screen("chat.callback.number"))
    await expect(number).to_have_attribute("aria-invalid", "true")
    # Then with a number and a moment it is agreed
    await number.fill(PHONE)
    await dialog.get_by_role("radio").first.check()
    await dialog.get_by_label(screen("chat.callback.question")).fill("Over mijn huur")
    await dialog.get_by_role("button", name=screen("chat.callback.submit")).click()
    await expect(dialog).to_have_count(0)
    await expect(citizen.state).to_contain_text(screen("chat.state.callback"), timeout=SOON)
    # And it can be changed, and is not done when they change their mind
    await page.get_by_role("button", name=screen("chat.composer.call_change")).click()
    await expect(dialog).to_contain_text("78")
    await dialog.get_by_role("button", name=screen("chat.callback.cancel_call")).click()
    await expect(citizen.state).not_to_contain_text(screen("chat.state.callback"), timeout=SOON)


async def test_a_file_for_the_human_and_a_mark_at_the_end(
    product: RunningProduct, citizen_at: OpenCitizen, desk_at: OpenDesk
) -> None:
    citizen = await citizen_at(product.url)
    citizen.watch.allow(REFUSED)
    page = citizen.page
    # Given that the bot has the conversation, a file can not be sent
    await citizen.ask("Heb ik recht op huurtoeslag?")
    await expect(page.locator("input[type=file]")).to_have_count(0)
    # When a human has it, a good file goes, and a bad one is told what is wrong
    words = await to_the_queue(citizen)
    desk = await desk_at(product.url)
    await desk.log_in("fatima", product.accounts["fatima"])
    await desk.is_in()
    await desk.open(words)
    await desk.claim.click()
    chooser = page.get_by_label(screen("chat.file.attach"))
    await chooser.set_input_files({"name": "brief.pdf", "mimeType": "text/plain", "buffer": PDF})
    await expect(page.locator(".message-citizen[data-seq]").last).to_contain_text("brief.pdf", timeout=SOON)
    await chooser.set_input_files({"name": "brief.pdf", "mimeType": "application/pdf", "buffer": b"MZ this is a program"})
    trouble = page.locator(".message-pending .trouble")
    await expect(trouble).to_contain_text("pdf")
    await page.locator(".message-pending").get_by_role("button", name=screen("chat.message.discard")).click()
    await expect(trouble).to_have_count(0)
    # Then after closing the citizen says how it was, once
    await desk.close("answered")
    form = page.locator(".rating")
    await expect(form).to_be_visible(timeout=SOON)
    await form.get_by_role("button").click()
    await expect(form.get_by_role("alert")).to_have_text(screen("chat.rating.missing"))
    # Who asks something more first can still say how it was, behind the three dots
    await citizen.ask("Hoe vraag ik een nieuw paspoort aan?")
    await expect(citizen.state).to_contain_text(screen("chat.state.bot"))
    await expect(form).to_have_count(0)
    await menu(page, "chat.rating.submit")
    await expect(page.get_by_role("dialog", name=screen("chat.rating.legend"))).to_be_visible()
    await check(page, "the rating, later")
    await form.get_by_label(screen("chat.rating.score_4"), exact=False).first.check()
    await form.get_by_label(screen("chat.rating.words")).fill("Fijn geholpen")
    await form.get_by_role("button").click()
    await expect(form).to_have_count(0)
    await page.reload()
    await expect(citizen.state).to_contain_text(screen("chat.state.bot"))
    await page.get_by_role("button", name=screen("chat.tools.menu"), exact=True).click()
    await expect(page.get_by_role("button", name=screen("chat.tools.delete"))).to_be_visible()
    await expect(page.get_by_role("button", name=screen("chat.rating.submit"))).to_have_count(0)


async def test_keeping_and_deleting_the_conversation(product: RunningProduct, citizen_at: OpenCitizen) -> None:
    # Given a conversation in two tabs
    citizen = await citizen_at(product.url)
    citizen.watch.allow(REFUSED)
    secret = f"mijn sleutel heet {secrets.token_hex(4)}"
    await citizen.ask(secret)
    other = Citizen(await citizen.page.context.new_page(), citizen.watch)
    await other.arrive(product.url)
    await expect(other.said(secret)).to_have_count(1)
    await citizen.page.bring_to_front()  # a browser lets a page behind another one run slowly
    # When they keep it, it is theirs as a page and as data
    for form in ("html", "json"):
        async with citizen.page.expect_download() as waiting:
            await menu(citizen.page, f"chat.tools.download_{form}")
        download = await waiting.value
        assert download.suggested_filename.endswith(form)
        text = Path(await download.path()).read_text(encoding="utf-8")
        assert secret in (text if form == "html" else json.loads(text)["messages"][1]["text"])
    # And when they delete it while waiting for a human, they are told what that means first
    await to_the_queue(citizen)
    await menu(citizen.page, "chat.tools.delete")
    dialog = citizen.page.get_by_role("dialog", name=screen("chat.delete.title"))
    await dialog.get_by_role("button", name=screen("chat.delete.cancel")).click()
    await expect(citizen.said(secret)).to_have_count(1)
    await menu(citizen.page, "chat.tools.delete")
    await dialog.get_by_role("button", name=screen("chat.delete.submit")).click()
    await expect(dialog.get_by_role("alert")).to_contain_text("mens")
    await dialog.get_by_role("button", name=screen("chat.delete.anyway")).click()
    # Then it is gone from every tab, and stays gone; a new one begins
    for tab in (citizen, other):
        await expect(tab.page.locator(".start")).to_be_visible(timeout=SOON)
        await expect(tab.said(secret)).to_have_count(0)
    await citizen.page.reload()
    await expect(citizen.page.locator(".start")).to_be_visible()
    await citizen.ask("Heb ik recht op huurtoeslag?")


async def test_a_language_is_chosen(product: RunningProduct, citizen_at: OpenCitizen) -> None:
    citizen = await citizen_at(product.url)
    page = citizen.page
    for code in ("tr", "makkelijk"):
        await page.get_by_role("button", name=screen("chat.tools.language")).click()
        await page.get_by_role("dialog").get_by_role("button", name=screen(f"chat.languages.{code}")).click()
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(page.locator(".message-bot")).to_have_count(2 if code == "tr" else 3, timeout=SOON)
    await page.get_by_role("button", name=screen("chat.tools.language")).click()
    await expect(page.locator("dialog [aria-current]")).to_have_text(screen("chat.languages.makkelijk"))
    await page.keyboard.press("Escape")
    # A screen reader gets each in its own voice.
    await expect(citizen.page.locator(".bubble [lang=tr]")).to_have_count(1)
    await expect(citizen.page.locator(".message-bot").last.locator("[lang=tr]")).to_have_count(0)
