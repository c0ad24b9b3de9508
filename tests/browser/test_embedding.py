"""The chat on the page of another site: another origin, with a policy of its own, and no cookies of ours."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest_asyncio
from aiohttp import web
from playwright.async_api import Page, expect

from tests.browser.citizen import ANSWER_SECONDS, Citizen
from tests.browser.conftest import Watched
from tests.browser.words import screen
from verbonden.running import RunningProduct

SOON = ANSWER_SECONDS * 1000


def host_page(product: str) -> tuple[str, str]:
    """A page of a municipality with the chat in its corner, and the strictest policy with which that works."""
    socket = product.replace("http", "ws", 1)
    policy = f"default-src 'none'; script-src {product}; style-src {product}; connect-src {product} {socket}"
    page = f"""<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Gemeente Demodam</title>
    <link rel="stylesheet" href="{product}/thema-gemeente.css">
    <script type="module" src="{product}/verbonden-chat.js"></script></head>
    <body><main><h1>Gemeente Demodam</h1><p>Wat wilt u regelen?</p></main>
    <verbonden-chat launcher></verbonden-chat></body></html>"""
    return page, policy


@pytest_asyncio.fixture
async def host(product: RunningProduct, embedder: str) -> AsyncIterator[str]:
    """The other site, running; its address."""
    page, policy = host_page(product.url)

    async def serve(request: web.Request) -> web.Response:
        return web.Response(text=page, content_type="text/html", headers={"Content-Security-Policy": policy})

    app = web.Application()

    async def no_icon(request: web.Request) -> web.Response:
        return web.Response(status=204)

    app.router.add_get("/", serve)
    app.router.add_get("/favicon.ico", no_icon)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "localhost", urlsplit(embedder).port).start()
    yield embedder
    await runner.cleanup()


async def opened(page: Page) -> None:
    """Open the conversation in the corner."""
    await page.get_by_role("button", name=screen("chat.launcher.open")).click()
    await expect(page.get_by_label(screen("chat.composer.label"), exact=True)).to_be_focused()


async def test_the_chat_on_another_site(product: RunningProduct, host: str, watched: Watched) -> None:
    assert urlsplit(host).hostname != urlsplit(product.url).hostname, "another site, not only another port"
    page, watch = await watched(host)
    watch.welcome(product.url)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    # Given the page of the municipality: nothing of anybody is asked before somebody wants to talk
    await page.goto(host)
    citizen = Citizen(page, watch)
    await expect(page.get_by_role("button", name=screen("chat.launcher.open"))).to_be_visible()
    assert not [url for url in asked if "/api/" in url]
    # When a citizen talks, they are answered, in the colours of the municipality
    await opened(page)
    await citizen.ask("Heb ik recht op huurtoeslag?")
    colour = await page.locator(".message-citizen .bubble").evaluate("(one) => getComputedStyle(one).backgroundColor")
    assert colour == "rgb(20, 83, 45)"
    # Then no cookie is needed, the session never stands in an address, and a reload and a second tab find it again
    assert not await page.context.cookies()
    secret = await page.evaluate("localStorage.getItem('verbonden-session')")
    assert secret and not [url for url in asked if secret in url]
    await expect(citizen.typing).to_have_count(0)
    before = await citizen.transcript()
    await page.reload()
    await opened(page)
    await expect(citizen.stored).to_have_count(len(before), timeout=SOON)
    assert await citizen.transcript() == before
    # And deleting it leaves nothing of it with the other site
    await page.get_by_role("button", name=screen("chat.tools.menu"), exact=True).click()
    await page.get_by_role("button", name=screen("chat.tools.delete")).click()
    await page.get_by_role("button", name=screen("chat.delete.submit")).click()
    await expect(page.locator(".start")).to_be_visible(timeout=SOON)
    await expect(citizen.said("Heb ik recht op huurtoeslag?")).to_have_count(0)
    assert await page.evaluate("localStorage.getItem('verbonden-session')") != secret
    # Escape closes the corner and gives the focus back
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name=screen("chat.launcher.open"))).to_be_focused()
