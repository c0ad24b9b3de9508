"""Browsers for citizens and staff; whatever a page does wrong fails the test that opened it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest_asyncio
from playwright.async_api import BrowserContext, Page, ViewportSize, expect

from tests.browser.citizen import ANSWER_SECONDS, Citizen
from tests.browser.desk import DeskPage
from tests.browser.watch import Watch

NewContext = Callable[..., Awaitable[BrowserContext]]
Watched = Callable[..., Awaitable[tuple[Page, Watch]]]
OpenCitizen = Callable[..., Awaitable[Citizen]]
OpenDesk = Callable[..., Awaitable[DeskPage]]

expect.set_options(timeout=ANSWER_SECONDS * 1000)
"""Playwright's own five seconds are too short for a machine on which three products and four browsers run at once."""


@pytest_asyncio.fixture
async def watched(new_context: NewContext) -> AsyncIterator[Watched]:
    """Makes browsers of their own (cookies, storage) that are watched; at the end nothing may have been seen."""
    watches: list[Watch] = []

    async def open_browser(url: str, viewport: ViewportSize | None = None) -> tuple[Page, Watch]:
        context = await new_context()
        watches.append(Watch(context, url))
        page = await context.new_page()
        if viewport:
            await page.set_viewport_size(viewport)
        return page, watches[-1]

    yield open_browser
    problems = [problem for watch in watches for problem in watch.problems]
    assert not problems, "\n".join(problems)


@pytest_asyncio.fixture
async def citizen_at(watched: Watched) -> OpenCitizen:
    """`await citizen_at(url)`: a citizen on the first screen, in a browser of their own."""

    async def arrive(url: str, viewport: ViewportSize | None = None) -> Citizen:
        citizen = Citizen(*await watched(url, viewport))
        await citizen.arrive(url)
        return citizen

    return arrive


@pytest_asyncio.fixture
async def desk_at(watched: Watched) -> OpenDesk:
    """`await desk_at(url)`: the log-in form of the desk, in a browser of its own."""

    async def arrive(url: str, viewport: ViewportSize | None = None) -> DeskPage:
        desk = DeskPage(*await watched(url, viewport))
        await desk.arrive(url)
        return desk

    return arrive
