"""Browsers for citizens and staff; whatever a page does wrong fails the test that opened it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest_asyncio
from playwright.async_api import BrowserContext

from tests.browser.citizen import Citizen
from tests.browser.desk import DeskPage
from tests.browser.watch import Watch

NewContext = Callable[..., Awaitable[BrowserContext]]
Watched = Callable[..., Awaitable[tuple[BrowserContext, Watch]]]
OpenCitizen = Callable[..., Awaitable[Citizen]]
OpenDesk = Callable[..., Awaitable[DeskPage]]


@pytest_asyncio.fixture
async def watched(new_context: NewContext) -> AsyncIterator[Watched]:
    """Makes browsers of their own (cookies, storage) that are watched; at the end nothing may have been seen."""
    watches: list[Watch] = []

    async def open_browser(url: str, **options: Any) -> tuple[BrowserContext, Watch]:
        context = await new_context(**options)
        watches.append(Watch(context, url))
        return context, watches[-1]

    yield open_browser
    problems = [problem for watch in watches for problem in watch.problems]
    assert not problems, "\n".join(problems)


@pytest_asyncio.fixture
async def citizen_at(watched: Watched) -> OpenCitizen:
    """`await citizen_at(url)`: a citizen on the first screen, in a browser of their own."""

    async def arrive(url: str, **options: Any) -> Citizen:
        context, watch = await watched(url, **options)
        citizen = Citizen(await context.new_page(), watch)
        await citizen.arrive(url)
        return citizen

    return arrive


@pytest_asyncio.fixture
async def desk_at(watched: Watched) -> OpenDesk:
    """`await desk_at(url)`: the log-in form of the desk, in a browser of its own."""

    async def arrive(url: str, **options: Any) -> DeskPage:
        context, watch = await watched(url, **options)
        desk = DeskPage(await context.new_page(), watch)
        await desk.arrive(url)
        return desk

    return arrive
