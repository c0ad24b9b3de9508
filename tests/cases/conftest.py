"""The demo case system, started for real on a free port, and a registry with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from demo.zaaksysteem.app import create_app
from demo.zaaksysteem.seed import seed
from demo.zaaksysteem.store import Store
from loket.cases.registry import CaseSystems
from tests.cases.support import ENVIRONMENT, READER, STAFF, TODAY, Asked, Demo, configuration, system


@pytest_asyncio.fixture
async def demo() -> AsyncIterator[Demo]:
    """The demo case system, which also notes what reaches it."""
    store = Store()
    seed(store, TODAY)
    app = create_app(store, [READER, STAFF])
    asked = Asked([], [])

    @web.middleware
    async def note(request: web.Request, handler: object) -> web.StreamResponse:
        asked.lines.append(f"{request.method} {request.path_qs}")
        asked.bodies.append(await request.text())
        answer: web.StreamResponse = await handler(request)  # type: ignore[operator]
        return answer

    app.middlewares.insert(0, note)
    server = TestServer(app)
    await server.start_server()
    yield Demo(str(server.make_url("")).rstrip("/"), asked, store)
    await server.close()


@pytest_asyncio.fixture
async def systems(demo: Demo, tmp_path: Path) -> AsyncIterator[CaseSystems]:
    """The registry with the demo case system in it."""
    registry = CaseSystems.from_file(configuration(tmp_path, system(demo.url)), ENVIRONMENT)
    yield registry
    await registry.close()
