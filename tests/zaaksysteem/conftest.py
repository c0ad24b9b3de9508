"""The demo server on a free port."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.zaaksysteem.rig import Server, running_server


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Server]:
    """A fresh demo server."""
    async with running_server() as server:
        yield server
