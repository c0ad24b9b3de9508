"""SQLite with one hop to its thread for each statement, instead of four; or none, for statements that are sure to be brief.

aiosqlite runs every call in the thread of its connection: making a cursor, executing, fetching and closing are four calls, and
SQLAlchemy makes all four for each statement. A message takes some 70 statements; the hops were most of what the gateway spent
on it. Here a cursor does all four in one call.

A hop still costs ten times what SQLite needs to find or write a row by its key. So a transaction that does nothing else (those of
one message on its way, `Store.brief`) runs where it is, in the thread of the event loop. It never waits there: what is locked by
another process, and the commit, which may have to reach the disk, go to the thread of the connection all the same.

SQLAlchemy takes the connection through `async_creator_fn`, which it documents; `_execute` is how aiosqlite itself does each call.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Any, Self

import aiosqlite

Row = tuple[Any, ...]
Result = tuple[Any, int, int | None, list[Row]]
"""Description, row count, last row id and rows of a statement."""


class OneHopCursor:
    """A cursor that has fetched and closed when its statement is done; for results that fit in memory, as all of ours do."""

    def __init__(self, connection: OneHopConnection) -> None:
        self._connection = connection
        self._rows: deque[Row] = deque()
        self.description: Any = None
        self.rowcount, self.lastrowid, self.arraysize = -1, 0, 1

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Self:
        """Run one statement. Raises the errors of sqlite3."""
        return await self._run("execute", sql, parameters)

    async def executemany(self, sql: str, parameters: Iterable[Sequence[Any]]) -> Self:
        """Run one statement for each of the parameters. Raises the errors of sqlite3."""
        return await self._run("executemany", sql, parameters)

    async def _run(self, how: str, sql: str, parameters: Any) -> Self:
        def whole() -> Result:
            cursor: sqlite3.Cursor = self._connection._conn.cursor()
            try:
                getattr(cursor, how)(sql, parameters)
                rows = cursor.fetchall() if cursor.description else []
                return cursor.description, cursor.rowcount, cursor.lastrowid, rows
            finally:
                cursor.close()

        self.description, self.rowcount, last, rows = await self._connection.run(whole)
        self.lastrowid, self._rows = last or 0, deque(rows)
        return self

    async def fetchall(self) -> list[Row]:
        """The rows that are left."""
        rows, self._rows = list(self._rows), deque()
        return rows

    async def fetchone(self) -> Row | None:
        """The next row."""
        return self._rows.popleft() if self._rows else None

    async def close(self) -> None:
        """Forget the rows."""
        self._rows.clear()


class OneHopConnection(aiosqlite.Connection):
    """An aiosqlite connection whose cursors are `OneHopCursor`."""

    busy_ms = 0
    """How long the thread waits for a lock of another connection."""

    _here = False

    def cursor(self) -> OneHopCursor:  # type: ignore[override]
        """A new cursor; nothing is asked of SQLite yet."""
        return OneHopCursor(self)

    def brief(self, here: bool) -> None:
        """Whether the transaction that begins now runs in the thread of its caller."""
        if here is not self._here:
            self._here = here
            self._patience(0 if here else self.busy_ms)

    def _patience(self, milliseconds: int) -> None:
        self._conn.execute(f"PRAGMA busy_timeout={milliseconds}").close()

    async def run(self, statement: Callable[[], Result]) -> Result:
        """Run a statement here or in the thread. Raises the errors of sqlite3."""
        if self._here:
            try:
                return statement()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
            return await self._in_thread(lambda: self._patiently(statement))
        return await self._in_thread(statement)

    def _patiently(self, statement: Callable[[], Result]) -> Result:
        self._patience(self.busy_ms)
        try:
            return statement()
        finally:
            self._patience(0)

    async def _in_thread(self, statement: Callable[[], Result]) -> Result:
        found: Result = await self._execute(statement)  # type: ignore[no-untyped-call]
        return found

    async def rollback(self) -> None:
        """End a transaction without a trace."""
        if self._here:
            self._conn.rollback()
        else:
            await super().rollback()


def connect(database: str, **arguments: Any) -> OneHopConnection:
    """As `aiosqlite.connect`, to be awaited: for SQLAlchemy's `async_creator_fn`. `timeout` is in seconds."""

    def open_it() -> sqlite3.Connection:
        opened: sqlite3.Connection = sqlite3.connect(database, **{**arguments, "check_same_thread": False})
        return opened

    connection = OneHopConnection(open_it, iter_chunk_size=64)
    connection.busy_ms = int(arguments.get("timeout", 5.0) * 1000)
    connection._thread.daemon = True  # as SQLAlchemy does: a thread that waits must not keep the process alive
    return connection
