"""The core on both databases: every test that asks for a store runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from loket.answers.compose import Composer
from loket.answers.texts import Texts
from loket.bus import Bus
from loket.directory import Directory
from loket.handoff.callback_dialogue import CallbackDialogue
from loket.handoff.callbacks import Callbacks
from loket.handoff.opening import Opening
from loket.handoff.reception import Reception
from loket.handoff.summary import Summariser
from loket.store import Store
from loket.store.migrate import upgrade
from loket.understanding.crisis import CrisisGate
from tests.conversations.support import Clock, Process
from tests.services.postgres import PostgresServer

DATA = Path("data")


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite database, to be copied."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    upgrade(f"sqlite:///{path}")
    return path


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def migrated_postgres(postgres_server: PostgresServer) -> AsyncIterator[str]:
    """A migrated, empty PostgreSQL database, to be copied."""
    url = await postgres_server.new_database()
    await asyncio.to_thread(upgrade, url)
    yield url
    await postgres_server.drop_database(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def template(request: pytest.FixtureRequest) -> Path | tuple[PostgresServer, str]:
    """What the database of a test is copied from; only the server that is needed is started."""
    if request.param == "sqlite":
        path: Path = request.getfixturevalue("migrated_sqlite")
        return path
    return request.getfixturevalue("postgres_server"), request.getfixturevalue("migrated_postgres")


@pytest_asyncio.fixture
async def database_url(template: Path | tuple[PostgresServer, str], tmp_path: Path) -> AsyncIterator[str]:
    """A migrated, empty database for one test."""
    if isinstance(template, Path):
        path = tmp_path / "store.sqlite3"
        shutil.copy(template, path)
        yield f"sqlite:///{path}"
        return
    server, migrated = template
    url = await server.new_database(template=migrated)
    yield url
    await server.drop_database(url)


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still until it is turned."""
    return Clock()


@pytest_asyncio.fixture
async def process(database_url: str, clock: Clock) -> AsyncIterator[Process]:
    """A process on the database."""
    store = Store.connect(database_url)
    yield Process(store, clock)
    await store.close()


@pytest_asyncio.fixture
async def other(database_url: str, clock: Clock) -> AsyncIterator[Process]:
    """A second process on the same database, with an engine of its own."""
    store = Store.connect(database_url)
    yield Process(store, clock)
    await store.close()


@pytest.fixture(scope="session")
def composer() -> Composer:
    """The real texts and the real verwijsindex."""
    return Composer(Texts.load(DATA / "antwoorden"), Directory.load(DATA / "verwijsindex"))


@pytest_asyncio.fixture
async def bus(redis_url: str) -> AsyncIterator[Bus]:
    """A bell on a real server."""
    bus = Bus(redis_url, "test")
    await bus.start()
    yield bus
    await bus.stop()


@pytest.fixture
def summariser(process: Process, composer: Composer) -> Summariser:
    """Makes the summaries."""
    return Summariser.load(process.store, composer.directory, DATA, process.clock)


@pytest.fixture
def callbacks(process: Process, composer: Composer, bus: Bus) -> Callbacks:
    """Calling back on the database of the test, with the real hours and rules."""
    opening = Opening.load(DATA / "balie" / "openingstijden.yaml")
    return Callbacks.load(DATA, process.store, composer, opening, bus, process.mask, process.clock, lambda channel: False)


@pytest.fixture
def reception(process: Process, composer: Composer, callbacks: Callbacks) -> Reception:
    """What who waits hears and can choose."""
    gate = CrisisGate.load(DATA / "crisis" / "poort.yaml")
    dialogue = CallbackDialogue(process.store, callbacks, composer, gate, process.clock, lambda channel: False)
    return Reception(dialogue, callbacks, composer, process.clock, lambda channel: False)
