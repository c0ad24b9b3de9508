"""What the fake keeps: messages, files, templates, opt-outs, windows, and a log of everything that happened. SQLite."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

Document = dict[str, Any]

_TABLES = """
create table if not exists message (sid text primary key, number integer, sender text, recipient text, at real, doc text);
create index if not exists message_pair on message (recipient, sender, at);
create table if not exists media (sid text primary key, message text, kind text, name text, at real, content blob);
create index if not exists media_message on media (message);
create table if not exists kept (kind text, name text, doc text, primary key (kind, name));
create table if not exists log (id integer primary key autoincrement, at real, what text, doc text);
"""


class Store:
    """Messages and the like as JSON documents.

    Args:
        path: of the file; without it everything is forgotten at the end.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(str(path) if path else ":memory:", check_same_thread=False, isolation_level=None)
        self._db.executescript("pragma journal_mode=wal; pragma synchronous=off;" + _TABLES)
        self.listeners: list[Callable[[Document], None]] = []
        self._number = self._db.execute("select coalesce(max(number), 0) from message").fetchone()[0]

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _run(self, statement: str, values: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(statement, tuple(values)).fetchall()

    def put_message(self, message: Document) -> None:
        """Write a message; `sid`, `from`, `to` and `at` (its moment, epoch seconds) are looked up later."""
        known = self._run("select number from message where sid = ?", [message["sid"]])
        if not known:
            self._number += 1
        self._run("insert or replace into message values (?, ?, ?, ?, ?, ?)",
                  [message["sid"], known[0][0] if known else self._number, message["from"] or message["private"]["sender"],
                   message["to"], message["at"], json.dumps(message)])

    def message(self, sid: str) -> Document | None:
        """One message."""
        found = self._run("select doc from message where sid = ?", [sid])
        return json.loads(found[0][0]) if found else None

    def delete_message(self, sid: str) -> None:
        """Forget a message and its files."""
        self._run("delete from message where sid = ?", [sid])
        self._run("delete from media where message = ?", [sid])

    def messages(self, to: str | None = None, sender: str | None = None, between: tuple[float, float] = (0, 9e18),
                 limit: int = 1000, offset: int = 0) -> list[Document]:
        """Messages, newest first.

        Args:
            to: recipient, when given.
            sender: sender, when given.
            between: moments (epoch seconds), the end not included.
            limit: how many at most.
            offset: how many to pass over.
        """
        rows = self._run(
            "select doc from message where (? is null or recipient = ?) and (? is null or sender = ?) "
            "and at >= ? and at < ? order by number desc limit ? offset ?",
            [to, to, sender, sender, *between, limit, offset])
        return [json.loads(row[0]) for row in rows]

    def thread(self, citizen: str, ours: str) -> list[Document]:
        """All messages between two addresses, oldest first."""
        rows = self._run("select doc from message where (sender = ? and recipient = ?) or (sender = ? and recipient = ?) "
                         "order by number", [citizen, ours, ours, citizen])
        return [json.loads(row[0]) for row in rows]

    def put_media(self, sid: str, message: str, kind: str, name: str, at: float, content: bytes) -> None:
        """Keep a file of a message."""
        self._run("insert into media values (?, ?, ?, ?, ?, ?)", [sid, message, kind, name, at, content])

    def media(self, message: str) -> list[Document]:
        """The files of a message, without their content."""
        rows = self._run("select sid, message, kind, name, at from media where message = ? order by rowid", [message])
        return [dict(zip(("sid", "message", "kind", "name", "at"), row)) for row in rows]

    def content(self, sid: str) -> bytes | None:
        """The content of a file."""
        found = self._run("select content from media where sid = ?", [sid])
        return found[0][0] if found else None

    def media_kind(self, sid: str) -> str:
        """The MIME type of a file."""
        found = self._run("select kind from media where sid = ?", [sid])
        return str(found[0][0]) if found else "application/octet-stream"

    def delete_media(self, sid: str) -> None:
        """Forget a file."""
        self._run("delete from media where sid = ?", [sid])

    def keep(self, kind: str, name: str, document: Any) -> None:
        """Keep something by name."""
        self._run("insert or replace into kept values (?, ?, ?)", [kind, name, json.dumps(document)])

    def kept(self, kind: str, name: str) -> Any:
        """What was kept, or None."""
        found = self._run("select doc from kept where kind = ? and name = ?", [kind, name])
        return json.loads(found[0][0]) if found else None

    def all_kept(self, kind: str) -> dict[str, Any]:
        """Everything of a kind, by name, in the order of keeping."""
        rows = self._run("select name, doc from kept where kind = ? order by rowid", [kind])
        return {name: json.loads(doc) for name, doc in rows}

    def forget(self, kind: str, name: str) -> None:
        """No longer keep it."""
        self._run("delete from kept where kind = ? and name = ?", [kind, name])

    def log(self, at: float, what: str, **details: Any) -> None:
        """Write down what happened, and tell who listens."""
        with self._lock:
            statement = "insert into log (at, what, doc) values (?, ?, ?)"
            number = self._db.execute(statement, [at, what, json.dumps(details)]).lastrowid
        event = {"id": number, "at": at, "what": what, **details}
        for listener in list(self.listeners):
            listener(event)

    def events(self, after: int = 0, limit: int = 1000) -> list[Document]:
        """The log from a number on."""
        rows = self._run("select id, at, what, doc from log where id > ? order by id limit ?", [after, limit])
        return [{"id": row[0], "at": row[1], "what": row[2], **json.loads(row[3])} for row in rows]

    def clear(self) -> None:
        """Forget all messages, files, opt-outs, windows, settings of numbers and the log; templates stay."""
        for table in ("message", "media", "log"):
            self._run(f"delete from {table}")
        self._run("delete from kept where kind <> 'template'")
