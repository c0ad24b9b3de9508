"""The pictures of figures and settings, of the really started product; part of `make screenshots`."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.browser.desk import DeskPage
from tests.browser.leiding import LeidingPage, look_back
from tests.browser.watch import Watch
from tests.browser.words import screen
from verbonden.running import RunningProduct

SIZES: tuple[ViewportSize, ...] = ({"width": 1280, "height": 1040}, {"width": 768, "height": 1100})
MOST_BYTES = 150_000


async def leiding_pictures(browser: Browser, product: RunningProduct, folder: Path) -> None:
    """Take them at both widths. Raises AssertionError when a page did something wrong or a picture is too large."""
    await look_back(product.database_url)
    for size in SIZES:
        context = await browser.new_context(viewport=size, locale="nl-NL", timezone_id="Europe/Amsterdam")
        desk = DeskPage(await context.new_page(), Watch(context, product.url))
        await desk.arrive(product.url)
        await desk.log_in("bram", product.accounts["bram"])
        await desk.is_in()
        page, leiding = desk.page, LeidingPage(desk.page, desk.watch)
        await leiding.open(product.url)
        await page.get_by_role("button", name=screen("leiding.period.days.29")).click()
        await expect(page.locator(".chart").first).to_be_visible()
        await _take(page, folder / f"leiding-{size['width']}-cijfers.png")
        await leiding.go("openingstijden")
        await expect(page.locator(".special").first).to_be_visible()
        await _take(page, folder / f"beheer-{size['width']}-openingstijden.png")
        await leiding.go("teksten")
        await page.get_by_label(screen("leiding.texts.search")).fill("terug")
        await page.locator(".pick").first.click()
        area = page.get_by_label(screen("leiding.texts.tekst"), exact=True)
        await area.fill("Door ons wordt u teruggebeld. Dat gebeurt conform afspraak.")
        await page.get_by_role("button", name=screen("leiding.texts.check")).click()
        await expect(page.locator(".utrecht-alert--warning")).to_be_visible()
        await _take(page, folder / f"beheer-{size['width']}-teksten.png")
        await leiding.go("bewaren")
        days = page.locator("#period-telefoonnummers")
        await days.fill(str(10 + size["width"] // 300))
        await days.press("Enter")
        await expect(page.locator(".good")).to_be_visible()
        await _take(page, folder / f"beheer-{size['width']}-privacy.png")
        await leiding.go("wijzigingen")
        await expect(page.locator(".change").first).to_be_visible()
        await _take(page, folder / f"beheer-{size['width']}-wijzigingen.png")
        await context.close()
        assert not desk.watch.problems, "\n".join(desk.watch.problems)


async def _take(page: Page, path: Path) -> None:
    await page.mouse.move(0, 0)
    await page.wait_for_timeout(400)  # movement comes to rest
    await page.screenshot(path=path)
    assert path.stat().st_size <= MOST_BYTES, f"{path.name} is too large"
