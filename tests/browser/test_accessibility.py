"""Every state of both pages with axe-core, on a telephone and on a desk: no violations, nothing undecided."""

from __future__ import annotations

import secrets

import pytest
from playwright.async_api import ViewportSize, expect

from tests.browser.accessibility import check
from tests.browser.citizen import ANSWER_SECONDS, Citizen
from tests.browser.conftest import OpenCitizen, OpenDesk, Watched
from tests.browser.desk import DeskPage
from tests.browser.line import line_to
from tests.browser.words import screen
from tests.media.samples import EXE
from verbonden.running import RunningProduct

SOON = ANSWER_SECONDS * 1000
SIZES: dict[str, ViewportSize] = {"375": {"width": 375, "height": 740}, "1280": {"width": 1280, "height": 800}}
BROKEN_LINE = r"net::ERR_|WebSocket connection to .* failed"


@pytest.fixture(params=SIZES)
def viewport(request: pytest.FixtureRequest) -> ViewportSize:
    """The size of the window."""
    return SIZES[request.param]


async def to_the_queue(citizen: Citizen) -> str:
    """Ask for a human; returns the last words, by which the desk finds the conversation."""
    words = f"Ik ben {secrets.token_hex(4).translate(str.maketrans('0123456789', 'ghijklmnop'))}"
    await citizen.ask("ik wil een mens")
    await expect(citizen.state).to_contain_text(screen("chat.state.queued"), timeout=SOON)
    await citizen.say(words)
    await expect(citizen.said(words)).to_have_count(1)
    return words


async def test_the_citizens_page(
    product: RunningProduct, citizen_at: OpenCitizen, desk_at: OpenDesk, viewport: ViewportSize
) -> None:
    async with line_to(product.url) as line:
        citizen = await citizen_at(line.url, viewport=viewport)
        citizen.watch.allow(BROKEN_LINE)
        citizen.watch.allow(r"status of 422")
        page = citizen.page
        await check(page, "first screen")
        await citizen.ask("Heb ik recht op huurtoeslag?")
        await check(page, "answer with buttons and ways on")
        await citizen.ask("Hoe ver is ZAAK-2026-0000000002?")
        await citizen.ask("30 juli 1991")
        await expect(citizen.card).to_be_visible()
        await check(page, "card of a case that is late")
        await page.get_by_role("button", name=screen("chat.tools.menu"), exact=True).click()
        await check(page, "menu")
        await page.get_by_role("button", name=screen("chat.tools.delete")).click()
        await expect(page.get_by_role("dialog", name=screen("chat.delete.title"))).to_be_visible()
        await check(page, "dialog to delete")
        await page.keyboard.press("Escape")
        await page.get_by_role("button", name=screen("chat.tools.language")).click()
        await check(page, "languages")
        await page.keyboard.press("Escape")
        await citizen.say("x " * 3000)
        await expect(page.locator(".message-refused")).to_be_visible()
        await check(page, "refused message")
        await page.get_by_role("button", name=screen("chat.message.discard")).click()
        line.cut()
        await expect(page.locator(".trouble-bar")).to_be_visible()
        await citizen.say("Bent u er nog?")
        await check(page, "without a line")
        line.mend()
        await expect(page.locator(".trouble-bar")).to_have_count(0, timeout=SOON)

        words = await to_the_queue(citizen)
        await check(page, "waiting for a human")
        await page.get_by_role("button", name=screen("chat.composer.call")).click()
        await expect(page.locator(".choice").first).to_be_visible()
        await page.get_by_role("button", name=screen("chat.callback.submit")).click()
        await check(page, "dialog to be called back, with an error")
        await page.keyboard.press("Escape")
        await page.get_by_label(screen("chat.file.attach")).set_input_files(
            {"name": "programma.exe", "mimeType": "application/pdf", "buffer": EXE}
        )
        await expect(page.locator(".message-pending .trouble")).to_be_visible(timeout=SOON)
        await check(page, "refused file")
        await page.get_by_role("button", name=screen("chat.message.discard")).click()
        desk = await desk_at(product.url)
        await desk.log_in("sanne", product.accounts["sanne"])
        await desk.is_in()
        await desk.open(words)
        await desk.claim.click()
        await desk.reply.press_sequentially("Goedemiddag")
        await expect(citizen.typing).to_be_visible(timeout=SOON)
        await check(page, "a human is typing")
        await desk.answer("Goedemiddag, u spreekt met Sanne.")
        await expect(citizen.from_human.last).to_be_visible(timeout=SOON)
        await check(page, "with a human")
        await desk.close("answered")
        await expect(citizen.state).to_contain_text(screen("chat.state.closed"), timeout=SOON)
        await page.locator(".rating").get_by_role("button").click()
        await check(page, "closed, with the rating")


async def test_the_citizens_page_when_nothing_works(product: RunningProduct, watched: Watched, viewport: ViewportSize) -> None:
    """The server gives no session: the page says so, says what to do, and keeps what is typed."""
    page, watch = await watched(product.url, viewport)
    watch.allow(r"status of 503")
    await page.route("**/api/web/session", lambda route: route.fulfill(status=503, json={}))
    await page.goto(product.url)
    citizen = Citizen(page, watch)
    await expect(page.locator(".trouble-bar")).to_contain_text(screen("chat.connection.failed"))
    await citizen.say("Hallo?")
    await expect(page.locator(".sending")).to_have_text(screen("chat.message.unsent"))
    await check(page, "no session")
    await page.unroute("**/api/web/session")
    await page.get_by_role("button", name=screen("chat.connection.retry")).click()
    await expect(page.locator(".message-pending")).to_have_count(0, timeout=SOON)
    await expect(citizen.said("Hallo?")).to_have_count(1)


async def test_the_desk(product: RunningProduct, citizen_at: OpenCitizen, desk_at: OpenDesk, viewport: ViewportSize) -> None:
    citizen = await citizen_at(product.url)
    await citizen.ask("Hoe ver is ZAAK-2026-0000000001?")
    await citizen.ask("12-03-1980")
    words = await to_the_queue(citizen)

    desk = await desk_at(product.url, viewport=viewport)
    desk.watch.allow(r"401 \(Unauthorized\).*/api/balie/login")
    page = desk.page
    await check(page, "log-in")
    await desk.log_in("ruben", "verkeerd")
    await expect(page.locator("#login-error")).to_be_visible()
    await check(page, "wrong password")
    await desk.log_in("ruben", product.accounts["ruben"])
    await desk.is_in()
    await desk.find(words)
    await check(page, "queue")
    await desk.open(words)
    await check(page, "summary of who waits")
    await desk.claim.click()
    await expect(desk.reply).to_be_visible()
    await desk.answer("Goedemiddag, ik kijk het voor u na.")
    await desk.note("Belt liever.")
    await citizen.input.press_sequentially("Fijn")
    await expect(desk.typing).to_be_visible(timeout=SOON)
    await check(page, "conversation with a note")
    await page.get_by_label(screen("desk.composer.note"), exact=True).check()
    await check(page, "writing a note")
    await each_dialog(desk)
    await desk.close("answered")
    await expect(desk.barrier).to_have_text(screen("desk.conversation.closed"), timeout=SOON)
    await check(page, "closed")
    if viewport["width"] < 960:
        await page.get_by_role("button", name=screen("desk.conversation.back")).click()
    await desk.look_at("all")
    await check(page, "all conversations")


async def each_dialog(desk: DeskPage) -> None:
    """The three dialogs, and what is said when no outcome was chosen."""
    head = desk.page.locator(".head")
    await head.get_by_role("button", name=screen("desk.conversation.return")).click()
    await check(desk.page, "dialog to give back")
    await desk.page.keyboard.press("Escape")
    await head.get_by_role("button", name=screen("desk.conversation.close")).click()
    await desk.dialog.get_by_role("button", name=screen("desk.close.submit")).click()
    await expect(desk.page.locator("#outcome-missing")).to_be_visible()
    await check(desk.page, "dialog to close, without an outcome")
    await desk.page.keyboard.press("Escape")
    await desk.page.get_by_role("button", name=screen("desk.header.help")).click()
    await check(desk.page, "help")
    await desk.page.keyboard.press("Escape")
