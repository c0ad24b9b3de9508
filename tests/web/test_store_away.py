"""A database that is away is told in words, and nothing else is hidden behind them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import ClientPayloadError, web
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.typedefs import Handler
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import create_async_engine
from structlog.testing import capture_logs

from channels.store_away import AGAIN_SECONDS, add_even_geduld
from loket.answers.texts import Texts
from loket.store import Store
from loket.store.engine import async_url, make_engine
from loket.store.schema import Conversation
from tests.services.ports import free_port

TEXTS = Texts.load(Path("data/antwoorden"))


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Nothing is written of what fails on purpose: the console of structlog takes seconds for a fault of SQLAlchemy."""
    with capture_logs():
        yield


async def test_while_the_database_is_away_people_are_asked_to_wait() -> None:
    store = Store.connect(f"postgresql://nobody@127.0.0.1:{free_port()}/none")

    async def asks_the_store(request: web.Request) -> web.Response:
        async with store.read() as session:
            await session.execute(select(Conversation.id))
        return web.json_response({})

    async def is_wrong(request: web.Request) -> web.Response:
        raise RuntimeError

    app = web.Application()
    add_even_geduld(app, TEXTS)
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


async def test_only_what_passes_by_itself_is_asked_again(empty_url: str) -> None:
    engine = make_engine(empty_url)
    store, dialect = Store(engine), engine.dialect.name
    full = Store(create_async_engine(async_url(empty_url), pool_size=1, max_overflow=0, pool_timeout=0.05))
    async with store.write() as session:
        await session.execute(text("create table t (a integer primary key)"))

    def asks(*statements: str) -> Handler:
        async def handler(request: web.Request) -> web.Response:
            async with store.write() as session:
                for statement in statements:
                    await session.execute(text(statement), {"a": "x"} if ":a" in statement else {})
            return web.json_response({})

        return handler

    async def finds_no_connection(request: web.Request) -> web.Response:
        async with full.read() as one, full.read() as other:
            await one.execute(text("select 1"))
            await other.execute(text("select 1"))
        return web.json_response({})

    async def begins(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        await answer.write(b"begun")
        return await finds_no_connection(request)

    expected = {"pool": (finds_no_connection, 503), "twice": (asks("insert into t values (1)", "insert into t values (1)"), 500)}
    if dialect == "postgresql":
        expected |= {
            "stopped": (asks("select pg_terminate_backend(pg_backend_pid())", "select 1"), 503),
            "value": (asks("select 1/0"), 500),
            "kind": (asks("insert into t values (cast(:a as integer))"), 500),
            "words": (asks("select from from"), 500),
        }
    app = web.Application()
    add_even_geduld(app, TEXTS)
    for name, (handler, _) in expected.items():
        app.router.add_get(f"/api/{name}", handler)
    app.router.add_get("/api/begun", begins)
    async with TestClient(TestServer(app)) as client:
        assert {name: (await client.get(f"/api/{name}")).status for name in expected} == {n: s for n, (_, s) in expected.items()}
        answer = await client.get("/api/begun")
        with pytest.raises(ClientPayloadError):  # cut off: no second answer comes after the first
            await answer.read()
    await store.close()
    await full.close()
