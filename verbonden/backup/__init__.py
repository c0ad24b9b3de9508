"""Copies of the store, and putting them back: `verbonden backup` and `verbonden restore` (docs/backup.md)."""

from __future__ import annotations

import os
from pathlib import Path

from verbonden.database import folder

SQLITE, POSTGRES = b"SQLite format 3\0", b"PGDMP"
"""How the two kinds of copies begin: an SQLite database, and PostgreSQL's own format (`pg_dump --format=custom`)."""


class NotPossible(Exception):
    """A copy can not be made or put back; the message is one plain sentence. Nothing was changed."""


class NotDeleted(Exception):
    """A copy was put back, and what a citizen had deleted is in the store again; the message says what to do."""


def database_url(var: Path | None = None) -> str:
    """The store of this installation: VERBONDEN_DATABASE_URL, or the SQLite file in its folder."""
    return os.environ.get("VERBONDEN_DATABASE_URL") or f"sqlite:///{folder(var) / 'verbonden.sqlite3'}"


def is_sqlite(url: str) -> bool:
    """Whether it is a file of this machine."""
    return url.startswith("sqlite")


def check_kind(file: Path, url: str) -> None:
    """Whether a copy fits a database. Raises NotPossible."""
    try:
        with file.open("rb") as stream:
            begin = stream.read(16)
    except OSError as error:
        raise NotPossible(f"{file} can not be read: {error.strerror}.") from None
    wanted, other = (SQLITE, POSTGRES) if is_sqlite(url) else (POSTGRES, SQLITE)
    if begin.startswith(other):
        raise NotPossible(f"{file} is a copy of the other kind of database: SQLite and PostgreSQL can not read each other's.")
    if not begin.startswith(wanted):
        raise NotPossible(f"{file} is no copy that `verbonden backup` made.")
