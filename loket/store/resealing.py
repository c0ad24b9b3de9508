"""Sealing with the first key what is not sealed with it: what an earlier version left open, and what an older key sealed.

Some rows at a time, each time in one transaction that holds those rows, so that processes go on meanwhile. Stopped half-way it
simply begins again: what is done needs nothing any more.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, LargeBinary, Row, Table, TableClause, column, select, table, update

from loket.store.engine import SQLITE_BUSY_MS, Store
from loket.store.field_keys import Unreadable, field_keys, key_of
from loket.store.partners import number_indexes
from loket.store.schema import Job
from loket.store.sealed import Sealed
from loket.store.tables import sealed_columns

DONE = "sealing"
"""The row of `job` that says: all that an earlier version left open is sealed."""

BATCH, FILES = 200, 5
"""Rows at a time; of files, which may be some megabytes, fewer."""


@dataclass(frozen=True)
class Resealed:
    """What was found.

    Attributes:
        fresh: how many were sealed with the first key already.
        changed: how many are so now.
        unreadable: how many no key opens.
        missing: the names of the keys, which we do not have, that would open those; without the vault's, which name none.
    """

    fresh: int = 0
    changed: int = 0
    unreadable: int = 0
    missing: frozenset[str] = frozenset()


async def seal_once(store: Store) -> None:
    """Seal all that an earlier version left open, unless that was done, or there is no key.

    What an earlier version wrote after it was done, `verbonden sleutels` seals: it looks at every row.
    """
    async with store.read() as session:
        if not field_keys().mark or await session.get(Job, DONE) is not None:
            return
    await reseal_fields(store)
    if store.engine.dialect.name == "sqlite":
        await asyncio.to_thread(_rewrite, str(store.engine.url.database))
    async with store.write() as session:
        await session.merge(Job(name=DONE, done_at=datetime.now(UTC)))


def _rewrite(file: str) -> None:
    """SQLite leaves the words that were there on pages that it no longer uses: write the file anew."""
    with closing(sqlite3.connect(file, timeout=SQLITE_BUSY_MS / 1000)) as database:
        database.execute("vacuum")
        database.execute("pragma wal_checkpoint(truncate)")


async def reseal_fields(store: Store) -> Resealed:
    """Seal every field of every table with the first key; there must be one."""
    counts, needed = Counter[str](), set[str]()
    for whole, sealed in sealed_columns().items():
        await _reseal(store, whole, sealed, counts, needed)
    return Resealed(**counts, missing=frozenset(needed.difference(field_keys().names)))


async def _reseal(
    store: Store, whole: Table, sealed: Sequence[Column[Any]], counts: Counter[str], needed: set[str]
) -> None:
    (key,) = whole.primary_key.columns
    # As they stand in the database: not opened by their types.
    fields = [column(each.name, each.type.impl_instance) for each in sealed if isinstance(each.type, Sealed)]
    raw = table(whole.name, column(key.name, key.type), *fields, *[column(name) for name in ("number_index",) if name in whole.c])
    size = FILES if any(isinstance(each.type, LargeBinary) for each in fields) else BATCH
    page = select(raw.c[key.name], *fields).order_by(raw.c[key.name]).limit(size).with_for_update()
    following = page
    while True:
        async with store.write() as session:
            rows = (await session.execute(following)).all()
            for row in rows:
                if changed := _changed(raw, row, counts, needed):
                    await session.execute(update(raw).where(raw.c[key.name] == row[0]).values(changed))
        if not rows:
            return
        following = page.where(raw.c[key.name] > rows[-1][0])


def _changed(raw: TableClause, row: Row[Any], counts: Counter[str], needed: set[str]) -> dict[str, Any]:
    """The fields of a row that must be written anew; counts them, and adds the keys of those that can not be opened."""
    keys, changed = field_keys(), dict[str, Any]()
    stored: Any
    for name, stored in zip(row._fields[1:], row[1:], strict=True):
        if not stored:
            continue
        if isinstance(stored, str | bytes) and keys.is_fresh(stored):
            counts["fresh"] += 1
            continue
        try:
            changed[name] = _again(stored)
            counts["changed"] += 1
        except Unreadable:
            counts["unreadable"] += 1
            needed.add(key_of(stored))
    if "number" in changed and "number_index" in raw.c:
        changed["number_index"] = number_indexes(keys.open(changed["number"]))[0]
    return changed


def _again(stored: str | bytes | dict[str, Any]) -> str | bytes:
    keys = field_keys()
    if isinstance(stored, bytes):
        return keys.seal_bytes(keys.open_bytes(stored))
    return keys.seal(keys.open(stored) if isinstance(stored, str) else json.dumps(stored))
