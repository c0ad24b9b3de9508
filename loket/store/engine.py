"""Engine and sessions: SQLite in WAL mode by default, PostgreSQL by URL. Same code for both."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from typing import Any

import asyncpg
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from loket.store import one_hop
from loket.store.field_keys import field_keys
from loket.store.here import Here
from loket.store.turns import WriteTurns

SQLITE_BUSY_MS = 15_000
CONNECT_SECONDS = 5.0


def async_url(url: str) -> str:
    """The URL with an async driver: `postgresql://` becomes asyncpg, `sqlite://` aiosqlite."""
    for plain, driver in (("postgresql://", "postgresql+asyncpg://"), ("postgres://", "postgresql+asyncpg://")):
        if url.startswith(plain):
            return driver + url.removeprefix(plain)
    if url.startswith("sqlite://"):
        return "sqlite+aiosqlite://" + url.removeprefix("sqlite://")
    return url


def make_engine(url: str, synchronous: str = "NORMAL") -> AsyncEngine:
    """An async engine for `url`.

    Args:
        url: a database URL, `sqlite:///path` or `postgresql://user@host/name`.
        synchronous: SQLite only: NORMAL survives a crash of the process, FULL also a power cut
            (measured: 20,000 against 351 commits/s).

    Errors never show the values of a statement: those are texts of citizens, and errors go to logs.
    """
    url = async_url(url)
    if not url.startswith("sqlite"):
        return create_async_engine(
            url, pool_size=10, max_overflow=10, pool_pre_ping=True, hide_parameters=True,
            connect_args={"async_creator_fn": _connect, "timeout": CONNECT_SECONDS},
        )
    # Sessions end every transaction themselves: rolling back once more when a connection goes back costs a hop to its thread.
    engine = create_async_engine(
        url, pool_size=8, max_overflow=8, pool_reset_on_return=None, hide_parameters=True,
        connect_args={"timeout": SQLITE_BUSY_MS / 1000, "async_creator_fn": one_hop.connect},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _configure(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        # The driver must not open transactions by itself: _begin does, see below.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", f"synchronous={synchronous}", "foreign_keys=ON", f"busy_timeout={SQLITE_BUSY_MS}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        # A transaction that reads and then writes must take the write lock at once: an upgrade half-way
        # fails with "database is locked" however long the busy time-out is.
        connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN IMMEDIATE"))

    return engine


async def _connect(**arguments: Any) -> Any:
    """A connection to PostgreSQL. A server that is away is a SQLAlchemyError, as every other failure of the store: SQLAlchemy
    passes on what the driver raises while it connects."""
    try:
        return await asyncpg.connect(**arguments)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
        raise OperationalError("connect", None, error) from error


class Store:
    """Hands out sessions: `write()` for a transaction, `read()` for looking only.

    Both can be `brief`: a few rows, each found by its key, and nothing awaited but the session. On SQLite such a transaction
    runs without a thread (`loket.store.here`), which makes it many times as cheap; on PostgreSQL it is as any other.
    """

    def __init__(self, engine: AsyncEngine, here: Here | None = None) -> None:
        self.engine, self._here = engine, here
        self._write = async_sessionmaker(engine, expire_on_commit=False)
        self._read = async_sessionmaker(engine.execution_options(sqlite_begin="BEGIN DEFERRED"), expire_on_commit=False)
        # SQLite has one writer at a time, and who waits for another looks again after 1, 2, 5 ... 100 ms: writers of one
        # process wait for each other here, in order and no longer than needed.
        self._turns = WriteTurns() if _is_sqlite(engine) else None

    @classmethod
    def connect(cls, url: str, synchronous: str = "NORMAL") -> Store:
        """A store at `url`; nothing is opened until the first session. Raises WrongKeys when its fields can not be sealed."""
        field_keys()
        engine = make_engine(url, synchronous)
        # Where each commit waits for the disk, it waits in a thread.
        brief = _is_sqlite(engine) and synchronous == "NORMAL"
        return cls(engine, Here(engine.url.database or "", SQLITE_BUSY_MS / 1000) if brief else None)

    @asynccontextmanager
    async def write(self, brief: bool = False, first: bool = False) -> AsyncIterator[AsyncSession]:
        """One transaction: committed at the end of the block, rolled back on an exception. `first`: before others that wait."""
        async with self._turns.turn(first) if self._turns else nullcontext():
            if brief and self._here is not None:
                async with self._here.write() as session:
                    yield session
            else:
                async with self._write.begin() as session:
                    yield session

    @asynccontextmanager
    async def read(self, brief: bool = False) -> AsyncIterator[AsyncSession]:
        """A session to look only; it takes no write lock."""
        async with self._here.read() if brief and self._here is not None else self._read() as session:
            yield session

    async def close(self) -> None:
        """Close all connections."""
        if self._here is not None:
            await self._here.close()
        await self.engine.dispose()


def _is_sqlite(engine: AsyncEngine) -> bool:
    return engine.dialect.name == "sqlite"
