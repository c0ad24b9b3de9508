"""The pictures of the desk for its guide: what people do together, on a desk and on a tablet."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

from playwright.async_api import Browser, ViewportSize, expect

from tests.browser.citizen import ANSWER_SECONDS
from tests.browser.desk import DeskPage
from tests.browser.watch import Watch
from tests.browser.words import screen
from verbonden.client import CitizenClient
from verbonden.running import RunningProduct

SOON = ANSWER_SECONDS * 1000
WIDE: ViewportSize = {"width": 1280, "height": 800}
TABLET: ViewportSize = {"width": 768, "height": 1024}
WORDS = "Mijn WW-uitkering is ineens gestopt"


class DeskCamera:
    """Takes pictures of one member of staff."""

    def __init__(self, desk: DeskPage, folder: Path, width: int) -> None:
        self._desk, self._folder, self._width = desk, folder, width

    async def take(self, state: str, part: str = "") -> None:
        """Write `balie-WIDTH-STATE.png` of the page, or of the part with this selector."""
        page = self._desk.page
        await page.mouse.move(0, 0)
        await page.wait_for_timeout(400)  # the reading position comes to rest
        path = self._folder / f"balie-{self._width}-{state}.png"
        if part:
            await page.locator(part).first.screenshot(path=path, animations="disabled", caret="hide")
        else:
            await page.screenshot(path=path, animations="disabled", caret="hide")
        print(f"{path.name}  {path.stat().st_size // 1000} kB")


async def at_work(
    browser: Browser, product: RunningProduct, username: str, size: ViewportSize, folder: Path
) -> tuple[DeskPage, DeskCamera]:
    """A member of staff who is logged in."""
    context = await browser.new_context(viewport=size, locale="nl-NL", timezone_id="Europe/Amsterdam")
    desk = DeskPage(await context.new_page(), Watch(context, product.url))
    camera = DeskCamera(desk, folder, size["width"])
    await desk.arrive(product.url)
    if username == "fatima" and size is WIDE:
        await expect(desk.page.get_by_label(screen("desk.login.username"))).to_be_visible()
        await camera.take("inloggen")
    await desk.log_in(username, product.accounts[username])
    await desk.is_in()
    return desk, camera


async def desk_pictures(browser: Browser, product: RunningProduct, staying: AsyncExitStack, folder: Path) -> None:
    """One conversation, from the queue to the second line of another organisation."""
    citizen = await staying.enter_async_context(CitizenClient(product.url))
    await citizen.ask("Hoe ver is ZAAK-2026-0000000002?")
    await citizen.ask("30 juli 1991")
    await citizen.ask("ik wil een mens")
    await citizen.ask(WORDS)
    fatima, camera = await at_work(browser, product, "fatima", WIDE, folder)
    karim, other = await at_work(browser, product, "karim", WIDE, folder)
    sanne, tablet = await at_work(browser, product, "sanne", TABLET, folder)

    await tablet.take("lijst")
    await fatima.page.locator(".filters summary").click()
    await camera.take("filter", "#queue")
    await fatima.page.locator(".filters summary").click()
    await fatima.items.filter(has_text=WORDS).first.click()
    await fatima.claim.click()
    await expect(fatima.reply).to_be_visible(timeout=SOON)
    await expect(fatima.page.locator(".standing").first).to_be_visible(timeout=SOON)
    await fatima.page.locator("#cases-heading").scroll_into_view_if_needed()
    await fatima.page.locator(".side").evaluate("(side) => { side.scrollTop = side.scrollHeight }")
    await camera.take("zaken", ".side")
    await fatima.reply.press_sequentially("/huurt")
    await expect(fatima.picker).to_be_visible(timeout=SOON)
    await camera.take("antwoorden", "#conversation")
    await fatima.page.keyboard.press("Escape")
    await fatima.reply.fill("")

    await citizen.send("Heb ik ook recht op zorgtoeslag?")
    await expect(fatima.heard("zorgtoeslag")).to_be_visible(timeout=SOON)
    suggestion = fatima.page.locator(".suggestion-text")
    while not await suggestion.is_visible():
        await fatima.page.get_by_role("button", name=screen("desk.composer.suggest"), exact=True).click()
        await fatima.page.wait_for_timeout(500)
    await camera.take("voorstel", "#conversation")
    await fatima.page.get_by_role("button", name=screen("desk.suggestion.drop")).click()

    await fatima.page.get_by_label(screen("desk.composer.note"), exact=True).check()
    await fatima.page.get_by_label(screen("desk.composer.note_label")).press_sequentially("Weet jij dit, @kar")
    await expect(fatima.picker).to_be_visible(timeout=SOON)
    await camera.take("notitie", "#conversation")
    await fatima.page.keyboard.press("Escape")
    await fatima.page.get_by_label(screen("desk.composer.note_label")).fill("")
    await fatima.page.get_by_label(screen("desk.composer.reply"), exact=True).check()

    await fatima.press("desk.conversation.transfer")
    await expect(fatima.dialog.locator("option", has_text="Werk en uitkering")).to_have_count(1, timeout=SOON)
    await camera.take("doorgeven", "dialog[open]")
    await fatima.page.keyboard.press("Escape")
    await fatima.give_to("Werk en uitkering", "Kun jij zien waarom het stopte?")
    await expect(fatima.banner).to_be_visible(timeout=SOON)
    await camera.take("wacht", "#conversation")
    await karim.look_at("asked")
    await karim.items.first.click()
    await expect(karim.banner).to_be_visible(timeout=SOON)
    await other.take("gevraagd", "#conversation")
    await karim.look_at("all")
    await karim.items.filter(has_text=screen("desk.queue.locked_text")).first.click()
    await expect(karim.page.get_by_label(screen("desk.locked.reason"))).to_be_visible()
    await other.take("reden")

    await sanne.look_at("team")
    await sanne.items.filter(has_text="zorgtoeslag").first.click()
    await expect(sanne.summary).to_be_visible(timeout=SOON)
    await tablet.take("gesprek", ".conversation")
    await fatima.page.get_by_role("button", name=screen("desk.header.help")).click()
    await camera.take("toetsen", "dialog[open]")
    await fatima.page.keyboard.press("Escape")
    await fatima.press("desk.transfer.withdraw")
    await expect(fatima.banner).to_have_count(0, timeout=SOON)
    await fatima.close("answered", "Uitgelegd.")
    for desk in (fatima, karim, sanne):
        await desk.page.context.close()
