"""Three hundred conversations at once: the page stays small, and who looks for one finds it."""

from __future__ import annotations

from playwright.async_api import expect

from benchmarks.desk.crowd import crowd
from tests.browser.accessibility import check
from tests.browser.conftest import OpenDesk
from tests.browser.test_desk_together import at_work
from verbonden.running import RunningProduct

OPEN, DRAWN = 300, 60
"""Rows in the page are what a window shows and a few around it, however long the list is."""


async def test_three_hundred_conversations(product: RunningProduct, desk_at: OpenDesk) -> None:
    async with crowd(product.database_url, OPEN, "menigte"):
        desk = await at_work(desk_at, product, "fatima")
        page = desk.page
        # Given all of them in the list: few rows are drawn, and a screen reader hears how many there are
        await expect(desk.items.first).to_be_visible()
        row = page.locator("li[aria-setsize]").first
        of = int(str(await row.get_attribute("aria-setsize")))
        assert of >= OPEN
        assert 0 < await desk.items.count() <= DRAWN
        await check(page, "three hundred in the queue")
        # When somebody goes down by key, the one that is open is drawn and seen, and the page stays small
        for at in range(25):
            await page.keyboard.press("j")
            await expect(page.locator(f'.item-open[data-at="{at}"]')).to_be_in_viewport()
        assert await desk.items.count() <= DRAWN
        # And at the end of the list the last one stands
        await page.locator("div.items").evaluate("(list) => list.scrollTo({ top: list.scrollHeight })")
        await page.wait_for_function(
            """() => {
              const last = [...document.querySelectorAll('div.items li')].at(-1);
              return last?.getAttribute('aria-posinset') === last?.getAttribute('aria-setsize');
            }"""
        )
        await expect(page.locator("div.items li").last).to_be_in_viewport()
        assert await desk.items.count() <= DRAWN
        # Then the filter finds the one of whom the words are known, and it opens
        await page.keyboard.press("f")
        await page.keyboard.type("nummer 217 is")
        await expect(desk.items).to_have_count(1)
        await desk.open("Nummer 217 is")
        await expect(desk.heard("Nummer 217 is").first).to_be_visible()
