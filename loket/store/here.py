"""Brief transactions on SQLite, in the thread of their caller: no thread, no hop, no greenlet that waits.

SQLite finds or writes a row by its key in microseconds; to ask it in another thread costs ten times that, and a transaction of
one message on its way asks some ten times. So these run where they are, on connections of their own, and never wait there:

- A lock that another process holds is asked for again after a moment, in which the loop goes on.
- A commit is a write to the log of SQLite (WAL, `synchronous=NORMAL`): it reaches the disk when the log is worked into the
  database, and that is done in a thread.

The sessions are used as any `AsyncSession` is: whoever has one need not know.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing, suppress
from typing import Any, Concatenate

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

AGAIN_AFTER = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05)
"""Seconds after which a lock that another process holds is asked for again; the last one until patience ends."""

LOG_COMMITS = 300
"""After so many commits the log is worked into the database; SQLite itself does it after some 1,000 pages, as do these."""


class HereSession(AsyncSession):
    """A session whose database answers at once: nothing is awaited, so nothing needs a greenlet."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(expire_on_commit=False)
        self.sync_session.bind = engine

    async def execute(self, *given: Any, **named: Any) -> Any:
        """As `Session.execute`."""
        return self.sync_session.execute(*given, **named)

    async def scalars(self, *given: Any, **named: Any) -> Any:
        """As `Session.scalars`."""
        return self.sync_session.scalars(*given, **named)

    async def scalar(self, *given: Any, **named: Any) -> Any:
        """As `Session.scalar`."""
        return self.sync_session.scalar(*given, **named)

    async def get(self, *given: Any, **named: Any) -> Any:
        """As `Session.get`."""
        return self.sync_session.get(*given, **named)

    async def flush(self, objects: Sequence[Any] | None = None) -> None:
        """As `Session.flush`."""
        self.sync_session.flush(objects)

    async def run_sync[**P, T](self, fn: Callable[Concatenate[Session, P], T], *arg: P.args, **kw: P.kwargs) -> T:
        """Call a function with the `Session`."""
        return fn(self.sync_session, *arg, **kw)


class Here:
    """Hands out sessions for brief transactions.

    Args:
        path: of the database.
        patience: seconds that a lock of another process is waited for.
    """

    def __init__(self, path: str, patience: float) -> None:
        self._path, self._patience = path, patience
        engine = create_engine(
            f"sqlite:///{path}", max_overflow=-1, pool_reset_on_return=None, hide_parameters=True,
            connect_args={"timeout": 0, "check_same_thread": False},
        )
        event.listen(engine, "connect", _configure)
        event.listen(engine, "begin", _begin)
        self._engines = {
            True: engine.execution_options(sqlite_begin=("BEGIN IMMEDIATE",)),
            # Reading at once settles what is read, and that there is nothing to wait for.
            False: engine.execution_options(sqlite_begin=("BEGIN", "SELECT 1 FROM sqlite_schema LIMIT 1")),
        }
        self._commits = 0
        self._working_in: asyncio.Future[None] | None = None

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed at the end of the block, rolled back on an exception."""
        async with self._session(self._engines[True]) as session:
            yield session
            await session.commit()
        self._commits += 1
        if self._commits >= LOG_COMMITS and (self._working_in is None or self._working_in.done()):
            self._commits = 0
            self._working_in = asyncio.get_running_loop().run_in_executor(None, self._work_in)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session to look only; it takes no write lock."""
        async with self._session(self._engines[False]) as session:
            yield session

    @asynccontextmanager
    async def _session(self, engine: Engine) -> AsyncIterator[AsyncSession]:
        async with HereSession(engine) as session:
            await self._begin(session)
            yield session

    async def _begin(self, session: AsyncSession) -> None:
        """Begin the transaction, as soon as no other process is in its way. Raises OperationalError."""
        tries, until = 0, asyncio.get_running_loop().time() + self._patience
        while True:
            try:
                session.sync_session.connection()
            except OperationalError as error:
                if not _is_busy(error.orig) or asyncio.get_running_loop().time() >= until:
                    raise
                await asyncio.sleep(AGAIN_AFTER[min(tries, len(AGAIN_AFTER) - 1)])
                tries += 1
            else:
                return

    def _work_in(self) -> None:
        """Work the log into the database as far as others allow it."""
        with closing(sqlite3.connect(self._path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    async def close(self) -> None:
        """Close the connections."""
        if self._working_in is not None:
            await self._working_in
        self._engines[True].dispose()


def _configure(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver must not open transactions by itself: `_begin` does
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "wal_autocheckpoint=0"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Any) -> None:
    driver = connection.connection.driver_connection
    try:  # not through SQLAlchemy, which takes longer for it than SQLite
        for statement in connection.get_execution_options()["sqlite_begin"]:
            driver.execute(statement).fetchall()
    except sqlite3.Error as error:
        # SQLAlchemy knows of no transaction yet and ends none: a connection that goes back within one can never begin again.
        with suppress(sqlite3.Error):
            driver.rollback()
        raise OperationalError("begin", None, error) from error


def _is_busy(error: BaseException | None) -> bool:
    return isinstance(error, sqlite3.Error) and error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
