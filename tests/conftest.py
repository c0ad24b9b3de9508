"""Fixtures for all tests: real servers, a real browser, and the really started product. None of them ever skips."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from cryptography.fernet import Fernet

from loket.store.field_keys import field_keys
from tests.services.chromium import ARGUMENTS, chromium_path
from tests.services.collector import Collector, collector
from tests.services.packages import ServiceMissing
from tests.services.ports import free_port
from tests.services.postgres import PostgresServer
from tests.services.postgres import postgres_server as start_postgres
from tests.services.redis import redis_server as start_redis
from verbonden.running import NotRunning, RunningProduct, running_product

os.environ.setdefault("VERBONDEN_VAULT_KEYS", Fernet.generate_key().decode())
"""Every store of the tests is sealed; products that tests start have the same key, so that a test can look in their store."""


@pytest.fixture
def use_keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Gives this process other keys of the store; with no arguments none at all."""

    def use(*keys: str) -> None:
        monkeypatch.setenv("VERBONDEN_VAULT_KEYS", ",".join(keys))
        field_keys.cache_clear()

    yield use
    monkeypatch.undo()
    field_keys.cache_clear()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server where databases can be made."""
    try:
        with start_postgres() as server:
            yield server
    except ServiceMissing as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgres_url(postgres_server: PostgresServer) -> AsyncIterator[str]:
    """`postgresql://...`: a database for the whole session, empty at its start."""
    url = await postgres_server.new_database()
    yield url
    await postgres_server.drop_database(url)


@pytest_asyncio.fixture(params=["sqlite", "postgresql"])
async def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """A database without tables, of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = await server.new_database()
    yield url
    await server.drop_database(url)


@pytest_asyncio.fixture
async def new_postgres_url(postgres_server: PostgresServer) -> AsyncIterator[str]:
    """`postgresql://...`: an empty database for one test."""
    url = await postgres_server.new_database()
    yield url
    await postgres_server.drop_database(url)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """`redis://...` without a database number: 0 is for `product_postgres`, 1 for `redis_url`, 2 to 15 are free."""
    try:
        with start_redis() as url:
            yield url
    except ServiceMissing as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture(scope="session")
def redis_url(redis_server: str) -> str:
    """`redis://...`: a database for the whole session, empty at its start."""
    return f"{redis_server}/1"


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser's program."""
    try:
        return chromium_path()
    except ServiceMissing as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium: str) -> dict[str, Any]:
    """How pytest-playwright starts the browser."""
    return {"executable_path": chromium, "headless": True, "args": ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    """A Dutch citizen's browser."""
    return {"locale": "nl-NL", "timezone_id": "Europe/Amsterdam", "viewport": {"width": 1280, "height": 900}}


@pytest.fixture(scope="session")
def embedder() -> str:
    """Origin of another site that may embed the chat; nothing listens there until a test does."""
    return f"http://localhost:{free_port()}"


@pytest.fixture(scope="session")
def traces() -> Iterator[Collector]:
    """Takes the traces of `product`."""
    with collector() as kept:
        yield kept


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory, embedder: str, traces: Collector) -> Iterator[RunningProduct]:
    """The embedded product, really started: SQLite, Valkey, all processes, on free ports."""
    environment = {
        "VERBONDEN_EMBED_ORIGINS": embedder, "OTEL_EXPORTER_OTLP_ENDPOINT": traces.url, "OTEL_BSP_SCHEDULE_DELAY": "500",
    }  # fmt: skip
    try:
        with running_product(tmp_path_factory.mktemp("product"), environment) as running:
            yield running
    except NotRunning as error:
        pytest.fail(f"The product does not start: {error}", pytrace=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def product_postgres(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer, redis_server: str
) -> AsyncIterator[RunningProduct]:
    """The product with PostgreSQL and an outside Redis, really started."""
    environment = {"VERBONDEN_DATABASE_URL": await postgres_server.new_database(), "VERBONDEN_REDIS_URL": f"{redis_server}/0"}
    try:
        with running_product(tmp_path_factory.mktemp("product-postgres"), environment) as running:
            yield running
    except NotRunning as error:
        pytest.fail(f"The product with PostgreSQL and an outside Redis does not start: {error}", pytrace=False)
