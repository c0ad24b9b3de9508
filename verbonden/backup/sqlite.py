"""Copies of an SQLite store, with SQLite's own online backup: consistent, also while the product runs."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from loket.store.field_keys import key_of
from loket.store.needed_keys import begin
from loket.store.tables import sealed_columns
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


def needed_keys(file: Path) -> set[str]:
    """The names of the keys that open what is sealed in a copy, of any version. Raises NotPossible."""
    found: set[str] = set()
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as database:
            database.text_factory = bytes
            for table, columns in sealed_columns().items():
                there = {name.decode() for _, name, *_ in database.execute(f'pragma table_info("{table.name}")')}
                for each in (begin(column) for column in columns if column.name in there):
                    rows = database.execute(f"select distinct {each} from {table.name}")  # noqa: S608 (our own names)
                    found.update(key_of(value) for (value,) in rows if value)
    except sqlite3.Error as error:
        raise NotPossible(f"{file} is damaged: {error}.") from None
    return found - {""}


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
