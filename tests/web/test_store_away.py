"""A database that is away is told in words, and nothing else is hidden behind them."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select

from channels.store_away import AGAIN_SECONDS, even_geduld
from loket.answers.texts import Texts
from loket.store import Store
from loket.store.schema import Conversation
from tests.services.ports import free_port

TEXTS = Texts.load(Path("data/antwoorden"))


async def test_while_the_database_is_away_people_are_asked_to_wait() -> None:
    store = Store.connect(f"postgresql://nobody@127.0.0.1:{free_port()}/none")

    async def asks_the_store(request: web.Request) -> web.Response:
        async with store.read() as session:
            await session.execute(select(Conversation.id))
        return web.json_response({})

    async def is_wrong(request: web.Request) -> web.Response:
        raise RuntimeError

    app = web.Application(middlewares=[even_geduld(TEXTS)])
    app.router.add_post("/api/thing", asks_the_store)
    app.router.add_get("/api/wrong", is_wrong)
    app.router.add_get("/page", asks_the_store)
    async with TestClient(TestServer(app)) as client:
        answer = await client.post("/api/thing")
        assert answer.status == 503
        assert answer.headers["Retry-After"] == str(AGAIN_SECONDS)
        assert await answer.json() == {"code": "store_away", "text": TEXTS.line("geweigerd.opslag_weg")}
        assert (await client.get("/api/wrong")).status == 500, "a fault of ours is no storing"
        assert (await client.get("/page")).status == 500, "a page has no JSON to show"
    await store.close()
