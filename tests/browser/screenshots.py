"""The pictures of the documentation, of the really started product: `make screenshots`.

Everybody in them is invented, and so are their cases.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypedDict

from playwright.async_api import Browser, FloatRect, ViewportSize, async_playwright, expect

from tests.browser.citizen import ANSWER_SECONDS, Citizen
from tests.browser.desk import DeskPage
from tests.browser.leiding_pictures import leiding_pictures
from tests.browser.screenshots_desk import desk_pictures
from tests.browser.watch import Watch
from tests.browser.words import screen
from tests.media.samples import PDF
from tests.services.chromium import ARGUMENTS, chromium_path
from tests.services.packages import ServiceMissing
from verbonden.client import CitizenClient
from verbonden.commands import ROOT
from verbonden.running import NotRunning, RunningProduct, running_product

FOLDER = ROOT / "docs" / "afbeeldingen"
MOST_BYTES = 150_000
SOON = ANSWER_SECONDS * 1000

OTHERS = (
    ("Ik ben mijn baan kwijt, heb overal schulden en moet mijn huis uit", "ik wil een mens"),
    ("Hoe vraag ik een nieuw rijbewijs aan?", "ik wil een mens"),
    ("Ik krijg geen huurtoeslag meer. Hoe kan dat?", "kan ik iemand spreken"),
)
"""What the other people in the queue said, before the citizen of the pictures."""

HELLO = (
    "Goedemiddag, u spreekt met Fatima. Ik zie dat u al te lang wacht op geld voor uw wasmachine. Dat spijt me. "
    "Ik zoek nu uit waar uw aanvraag ligt. Blijft u even in het gesprek?"
)
THANKS = "Fijn, dank u wel. Ja, ik wacht even."


@dataclass(frozen=True)
class Size:
    """One width at which the citizen's page is shown.

    Attributes:
        name: in the names of the files.
        viewport: of the browser.
        scale: pixels of the picture per pixel of the page.
    """

    name: str
    viewport: ViewportSize
    scale: float


PHONE = Size("375", {"width": 375, "height": 760}, 1.25)
TABLET = Size("768", {"width": 768, "height": 1000}, 1)
DESKTOP = Size("1280", {"width": 1280, "height": 860}, 1)
DESK: ViewportSize = {"width": 1280, "height": 800}


class Look(TypedDict, total=False):
    """How a browser shows pages to its reader."""

    color_scheme: Literal["dark"]
    forced_colors: Literal["active"]


class Camera:
    """Takes the pictures of one tab."""

    def __init__(self, person: Citizen | DeskPage, name: str, width: int) -> None:
        self._person, self._name, self._width = person, name, width

    async def take(self, state: str, part: str = "") -> None:
        """Write one picture, without the empty sides of a wide page. Raises AssertionError when it is too large.

        Args:
            state: in the name of the file.
            part: CSS selector of the part of the page that matters; empty for the whole.
        """
        page = self._person.page
        await page.mouse.move(0, 0)
        await page.wait_for_timeout(400)  # movement and the reading position come to rest
        path = FOLDER / f"{self._name}-{state}.png"
        size = page.viewport_size or DESKTOP.viewport
        side = max(0, (size["width"] - self._width) // 2)
        clip: FloatRect = {"x": side, "y": 0, "width": size["width"] - 2 * side, "height": size["height"]}
        if part:
            await page.locator(part).screenshot(path=path, animations="disabled", caret="hide")
        else:
            await page.screenshot(path=path, clip=clip, animations="disabled", caret="hide")
        print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1000} kB")
        assert path.stat().st_size <= MOST_BYTES, f"{path} is larger than {MOST_BYTES} bytes"


async def others_wait(url: str, staying: AsyncExitStack) -> None:
    """People who wait already, as long as `staying` is open."""
    for messages in OTHERS:
        client = await staying.enter_async_context(CitizenClient(url))
        for message in messages:
            await client.ask(message)


async def a_citizen(browser: Browser, url: str, size: Size) -> Citizen:
    """A citizen on the first screen."""
    context = await browser.new_context(
        viewport=size.viewport, device_scale_factor=size.scale, locale="nl-NL", timezone_id="Europe/Amsterdam"
    )
    citizen = Citizen(await context.new_page(), Watch(context, url))
    await citizen.arrive(url)
    return citizen


async def first_question(citizen: Citizen, camera: Camera, size: Size) -> None:
    """The first screen, and an answer."""
    await camera.take("begin")
    await taller(citizen, size)
    await citizen.ask("Ik ga verhuizen. Wat moet ik regelen?")
    await camera.take("antwoord")


async def case_and_queue(citizen: Citizen, camera: Camera, size: Size) -> None:
    """A case that is late, and the wait for a human."""
    await taller(citizen, size)
    await citizen.ask("Ik heb geld gevraagd voor een wasmachine. Hoe ver is dat?")
    await citizen.ask("ZAAK-2026-0000000002")
    await citizen.ask("30 juli 1991")
    await citizen.card.evaluate("(card) => card.scrollIntoView({block: 'center'})")
    await camera.take("zaak")
    await citizen.page.set_viewport_size(size.viewport)
    await citizen.ask("ik wil een mens")
    await expect(citizen.state).to_contain_text(screen("chat.state.queued"), timeout=SOON)
    await expect(citizen.from_system.last).to_be_visible(timeout=SOON)
    await camera.take("wacht")
    await citizen.page.get_by_role("button", name=screen("chat.composer.call")).click()
    await expect(citizen.page.locator(".choice").first).to_be_visible(timeout=SOON)
    await camera.take("bel")
    await citizen.page.keyboard.press("Escape")


async def taller(citizen: Citizen, size: Size) -> None:
    """For what is long: a whole answer with its buttons, a whole card."""
    await citizen.page.set_viewport_size({"width": size.viewport["width"], "height": 940})


async def with_a_human(citizen: Citizen, desk: DeskPage, camera: Camera, desk_camera: Camera | None) -> None:
    """What happens with a casemanager."""
    await desk.page.goto(desk.page.url.partition("#")[0])
    await desk.page.reload()
    await expect(desk.item("ik wil een mens").filter(has_text="asmachine")).to_be_visible(timeout=SOON)
    if desk_camera:
        await desk_camera.take("lijst")
    await desk.item("ik wil een mens").filter(has_text="asmachine").click()
    await expect(desk.summary).to_be_visible()
    if desk_camera:
        await desk_camera.take("samenvatting", ".side")
    await desk.claim.click()
    await expect(desk.reply).to_be_visible()
    await desk.answer(HELLO)
    await expect(citizen.from_human.last).to_be_visible(timeout=SOON)
    await citizen.say(THANKS)
    await desk.reply.press_sequentially("Uw aanvraag ligt")
    await expect(citizen.typing).to_be_visible(timeout=SOON)
    await expect(desk.heard(THANKS)).to_be_visible(timeout=SOON)
    await camera.take("mens")
    if desk_camera:
        await desk_camera.take("gesprek", "#conversation")
    if desk_camera:
        await desk.page.locator(".head").get_by_role("button", name=screen("desk.conversation.close")).click()
        await desk_camera.take("afsluiten", "dialog[open]")
        await desk.page.keyboard.press("Escape")
    await citizen.page.get_by_label(screen("chat.file.attach")).set_input_files(
        {"name": "offerte wasmachine.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    await expect(citizen.page.locator(".message-citizen .file")).to_be_visible(timeout=SOON)
    await camera.take("bestand")
    await desk.close("answered", "Navraag gedaan bij de afdeling.")
    await expect(citizen.page.locator(".rating")).to_be_visible(timeout=SOON)
    await camera.take("klaar")
    await citizen.page.get_by_role("button", name=screen("chat.tools.menu"), exact=True).click()
    await camera.take("meer")
    await citizen.page.get_by_role("button", name=screen("chat.tools.delete")).click()
    await expect(citizen.page.get_by_role("dialog")).to_be_visible()
    await camera.take("verwijder")
    await citizen.page.keyboard.press("Escape")


async def trouble(browser: Browser, url: str, size: Size) -> None:
    """Without a connection: what was typed is kept, and says so."""
    citizen = await a_citizen(browser, url, size)
    camera = Camera(citizen, f"inwoner-{size.name}", 1040)
    await citizen.page.get_by_role("button", name=screen("chat.tools.language")).click()
    await expect(citizen.page.get_by_role("dialog")).to_be_visible()
    await camera.take("taal")
    await citizen.page.keyboard.press("Escape")
    await citizen.ask("Hoe vraag ik een nieuw paspoort aan?")
    await citizen.page.context.set_offline(True)
    await expect(citizen.page.locator(".trouble-bar")).to_be_visible(timeout=2 * SOON)
    await citizen.say("En wat kost dat?")
    await camera.take("zonder-verbinding")
    await citizen.page.context.close()


LOOKS: tuple[tuple[str, Look], ...] = (
    ("donker", {"color_scheme": "dark"}),
    ("eigen-kleuren", {"forced_colors": "active"}),
    ("400-procent", {}),
)
"""How else people see the page: in the dark, in colours of their own, very large."""


async def other_eyes(browser: Browser, url: str) -> None:
    """The same answer as other people see it, and in the three example themes."""
    for name, look in LOOKS:
        context = await browser.new_context(viewport=PHONE.viewport, device_scale_factor=1, locale="nl-NL", **look)
        citizen = Citizen(await context.new_page(), Watch(context, url))
        if name == "400-procent":
            await citizen.page.set_viewport_size({"width": 320, "height": 256})
        await citizen.arrive(url)
        await citizen.ask("Hoe ver is ZAAK-2026-0000000002?")
        await citizen.ask("30 juli 1991")
        await expect(citizen.card).to_be_visible()
        await Camera(citizen, "inwoner", 1040).take(name)
        await context.close()
    for theme in ("gemeente", "uitvoering", "contrast"):
        citizen = await a_citizen(browser, url, PHONE)
        await citizen.page.evaluate(
            """(href) => new Promise((done) => document.head.append(
              Object.assign(document.createElement('link'), { rel: 'stylesheet', href, onload: done })))""",
            f"/thema-{theme}.css",
        )
        await citizen.ask("Heb ik recht op huurtoeslag?")
        await Camera(citizen, "inwoner", 1040).take(f"thema-{theme}")
        await citizen.page.context.close()


async def the_telephone(browser: Browser, url: str) -> None:
    """A citizen on WhatsApp, with what they can choose. Raises AssertionError when the picture is too large."""
    page = await browser.new_page(viewport={"width": 1280, "height": 560}, locale="nl-NL", timezone_id="Europe/Amsterdam")
    await page.goto(url)
    await page.get_by_label("WhatsApp", exact=True).check()
    await page.locator("#text").fill("Heb ik recht op huurtoeslag?")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log").first).to_contain_text("toeslagen.nl", timeout=SOON)
    await expect(page.locator(".meta").last).to_contain_text("Gelezen", timeout=SOON)
    path = FOLDER / "telefoon-1280.png"
    await page.screenshot(path=path, animations="disabled", caret="hide")
    print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1000} kB")
    assert path.stat().st_size <= MOST_BYTES, f"{path} is larger than {MOST_BYTES} bytes"


async def all_pictures(product: RunningProduct) -> None:
    """Play the conversation at each size and take the pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as staying:
        playwright = await staying.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=[*ARGUMENTS, "--disable-lcd-text"])
        staying.push_async_callback(browser.close)
        context = await browser.new_context(viewport=DESK, locale="nl-NL", timezone_id="Europe/Amsterdam")
        desk = DeskPage(await context.new_page(), Watch(context, product.url))
        await desk.arrive(product.url)
        await desk.log_in("fatima", product.accounts["fatima"])
        await desk.is_in()
        await the_telephone(browser, product.twilio_url)
        await others_wait(product.url, staying)
        await desk_pictures(browser, product, staying, FOLDER)
        await other_eyes(browser, product.url)
        for size in (PHONE, TABLET, DESKTOP):
            await trouble(browser, product.url, size)
            asking = await a_citizen(browser, product.url, size)
            await first_question(asking, Camera(asking, f"inwoner-{size.name}", 1040), size)
            citizen = await a_citizen(browser, product.url, size)
            camera = Camera(citizen, f"inwoner-{size.name}", 1040)
            await case_and_queue(citizen, camera, size)
            await with_a_human(citizen, desk, camera, Camera(desk, "balie-1280", 1280) if size is DESKTOP else None)
            problems = asking.watch.problems + citizen.watch.problems + desk.watch.problems
            assert not problems, "\n".join(problems)
        await leiding_pictures(browser, product, FOLDER)


def main() -> int:
    """Make all pictures anew; 1 with one sentence when something is missing."""
    try:
        with running_product(Path(sys.argv[1]) if len(sys.argv) > 1 else None) as product:
            asyncio.run(all_pictures(product))
    except (NotRunning, ServiceMissing, AssertionError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
