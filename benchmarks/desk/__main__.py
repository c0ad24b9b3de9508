"""Measures the desk with 300 open conversations: `python -m benchmarks.desk [--count 300]` (about two minutes)."""

from __future__ import annotations

import argparse
import asyncio
import statistics

from playwright.async_api import Page, async_playwright

from benchmarks.desk.crowd import crowd
from benchmarks.desk.measure import opened, took, watch
from tests.browser.words import screen
from tests.services.chromium import ARGUMENTS, chromium_path
from verbonden.running import RunningProduct, running_product

ROUNDS = 20


def line(what: str, times: list[float]) -> str:
    """One line of the table."""
    ordered = sorted(times)
    worst, p95 = ordered[-1], ordered[int(len(ordered) * 0.95)]
    return f"| {what} | {len(times)} | {statistics.median(times):.0f} ms | {p95:.0f} ms | {worst:.0f} ms |"


async def log_in(page: Page, product: RunningProduct) -> None:
    """The desk of a member of the team."""
    await page.goto(f"{product.url}/balie")
    await page.get_by_label(screen("desk.login.username")).fill("fatima")
    await page.get_by_label(screen("desk.login.password")).fill(product.accounts["fatima"])
    await page.keyboard.press("Enter")
    await page.locator(".item").first.wait_for()


async def measure(page: Page) -> dict[str, list[float]]:
    """What takes how long, in milliseconds."""
    found: dict[str, list[float]] = {}
    await watch(page)
    items = page.locator(".item")
    await page.keyboard.press("f")
    field = page.locator("#filter-text")
    await field.wait_for()
    await took(page)
    for _ in range(ROUNDS):
        await page.keyboard.type("huur", delay=60)
        await field.press("Escape")
    found["filter: a letter, or emptied"] = await took(page)
    for _ in range(ROUNDS):
        await page.evaluate("(to) => document.querySelector('div.items').scrollTo({ top: to })", 200 * (_ + 1))
    found["scroll the list"] = await took(page)
    await page.locator(".filters summary").focus()
    for _ in range(ROUNDS * 2):
        await page.keyboard.press("j")
        await page.wait_for_timeout(40)
    found["to the next (j)"] = await took(page)
    views = page.locator(".view")
    for n in range(ROUNDS):
        await views.nth(n % 2 * 4).click()
        await items.first.wait_for()
    found["to another list"] = await took(page)
    await views.nth(0).click()
    await items.first.wait_for()
    await page.evaluate("() => document.querySelector('div.items').scrollTo({ top: 0 })")
    seen = [await opened(page, n % 4) for n in range(ROUNDS)]
    found["open: the click is answered"] = [one["answered"] for one in seen]
    found["open: the conversation stands there (with the gateway)"] = [one["drawn"] for one in seen]
    return found


async def main(count: int) -> None:
    """Start a product, fill it, measure, print a table."""
    with running_product() as product:
        async with crowd(product.database_url, count, "menigte"), async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
            page = await browser.new_page(viewport={"width": 1280, "height": 800}, locale="nl-NL")
            await log_in(page, product)
            print(f"{count} open conversations, {await page.locator('.item').count()} of them in the page")
            print("| what | times | median | p95 | worst |\n|---|---|---|---|---|")
            for what, times in (await measure(page)).items():
                print(line(what, times))
            await browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300)
    asyncio.run(main(parser.parse_args().count))
