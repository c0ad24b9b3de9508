"""SQLite with one hop to its thread for each statement, instead of four.

aiosqlite runs every call in the thread of its connection: making a cursor, executing, fetching and closing are four calls, and
SQLAlchemy makes all four for each statement. Here a cursor does all four in one call. For transactions of a few rows even that
one costs too much: see `loket.store.here`.

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

    def cursor(self) -> OneHopCursor:  # type: ignore[override]
        """A new cursor; nothing is asked of SQLite yet."""
        return OneHopCursor(self)

    async def run(self, statement: Callable[[], Result]) -> Result:
        """Run a statement in the thread. Raises the errors of sqlite3."""
        found: Result = await self._execute(statement)  # type: ignore[no-untyped-call]
        return found


def connect(database: str, **arguments: Any) -> OneHopConnection:
    """As `aiosqlite.connect`, to be awaited: for SQLAlchemy's `async_creator_fn`. `timeout` is in seconds."""

    def open_it() -> sqlite3.Connection:
        opened: sqlite3.Connection = sqlite3.connect(database, **{**arguments, "check_same_thread": False})
        return opened

    connection = OneHopConnection(open_it, iter_chunk_size=64)
    connection._thread.daemon = True  # as SQLAlchemy does: a thread that waits must not keep the process alive
    return connection
