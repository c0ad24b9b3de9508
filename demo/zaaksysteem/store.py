"""Where the demo keeps its objects: one SQLite table of JSON documents.

References between objects are UUIDs; the addresses in answers are made per request, from the host that was asked.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Record = dict[str, Any]

_TABLE = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    uuid TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS objects_kind ON objects (kind, seq);
"""


class Store:
    """Objects by kind (``zaak``, ``status``, ...) and UUID."""

    def __init__(self, path: Path | None = None) -> None:
        """Open or make the database.

        Args:
            path: the file; None keeps it in memory, fresh at every start.
        """
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path or ":memory:", isolation_level=None)
        if path is not None:
            self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.executescript(_TABLE)

    @property
    def empty(self) -> bool:
        """Whether nothing was seeded yet."""
        return self._connection.execute("SELECT 1 FROM objects LIMIT 1").fetchone() is None

    def add(self, kind: str, uuid: str, record: Record) -> Record:
        """Add an object."""
        self._connection.execute("INSERT INTO objects (kind, uuid, body) VALUES (?, ?, ?)", (kind, uuid, json.dumps(record)))
        return record

    def put(self, kind: str, uuid: str, record: Record) -> None:
        """Replace an object."""
        self._connection.execute("UPDATE objects SET body = ? WHERE kind = ? AND uuid = ?", (json.dumps(record), kind, uuid))

    def get(self, kind: str, uuid: str) -> Record | None:
        """One object, or None."""
        row = self._connection.execute("SELECT body FROM objects WHERE kind = ? AND uuid = ?", (kind, uuid)).fetchone()
        return None if row is None else json.loads(row[0])

    def all(self, kind: str) -> Iterator[Record]:
        """All objects of a kind, newest first."""
        for (body,) in self._connection.execute("SELECT body FROM objects WHERE kind = ? ORDER BY seq DESC", (kind,)).fetchall():
            yield json.loads(body)

    def where(self, kind: str, field: str, value: str) -> list[Record]:
        """All objects of a kind with this value in a top-level field, newest first."""
        rows = self._connection.execute(
            "SELECT body FROM objects WHERE kind = ? AND json_extract(body, ?) = ? ORDER BY seq DESC",
            (kind, f"$.{field}", value),
        )
        return [json.loads(body) for (body,) in rows.fetchall()]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the database."""
        self._connection.close()
