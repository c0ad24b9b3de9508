"""The demo server on a free port."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date

import pytest_asyncio
from aiohttp.test_utils import TestServer

from demo.zaaksysteem.app import create_app
from demo.zaaksysteem.seed import seed
from demo.zaaksysteem.store import Store
from tests.zaaksysteem.rig import CLIENTS, Server


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Server]:
    """A fresh demo server."""
    store = Store()
    seed(store, date.today())
    running = TestServer(create_app(store, CLIENTS))
    await running.start_server()
    yield Server(str(running.make_url("")).rstrip("/"), store)
    await running.close()
