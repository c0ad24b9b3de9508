"""Copies of an SQLite store, with SQLite's own online backup: consistent, also while the product runs."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from verbonden.backup import NotPossible


def path_of(url: str) -> Path:
    """The file of `sqlite:///path`."""
    return Path(url.removeprefix("sqlite+aiosqlite:///").removeprefix("sqlite:///"))


def copy(url: str, file: Path) -> None:
    """Write a copy of the store to `file`, readable for the owner only. Raises NotPossible."""
    source = path_of(url)
    if not source.exists():
        raise NotPossible(f"There is no store at {source}.")
    file.unlink(missing_ok=True)
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old, closing(sqlite3.connect(file)) as new:
            old.backup(new)
            new.execute("pragma journal_mode=delete")  # one file, nothing beside it
    except sqlite3.Error as error:
        file.unlink(missing_ok=True)
        raise NotPossible(f"The store at {source} can not be copied: {error}.") from None
    check(file)


def check(file: Path) -> None:
    """Whether every page and index of a copy is whole. Raises NotPossible."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as database:
            found = database.execute("pragma integrity_check").fetchall()
    except sqlite3.Error as error:
        raise NotPossible(f"{file} is damaged: {error}.") from None
    if found != [("ok",)]:
        raise NotPossible(f"{file} is damaged: {found[0][0]}.")


def revision(file: Path) -> str:
    """The version of the tables in a copy. Raises NotPossible."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as database:
            return str(database.execute("select version_num from alembic_version").fetchone()[0])
    except (sqlite3.Error, TypeError):
        raise NotPossible(f"{file} is no copy of a store.") from None


def put_back(file: Path, url: str) -> None:
    """Make the store what the copy is. The store that was there is gone at one moment, or stays.

    Raises:
        NotPossible: the copy is damaged, or the place can not be written.
    """
    check(file)
    target = path_of(url)
    fresh = target.with_name(target.name + ".new")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        copy(f"sqlite:///{file}", fresh)
        for beside in ("-wal", "-shm"):  # of the old store: they would be played over the new one
            target.with_name(target.name + beside).unlink(missing_ok=True)
        fresh.replace(target)
    except OSError as error:
        raise NotPossible(f"{target} can not be written: {error.strerror}.") from None
