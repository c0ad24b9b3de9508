"""What is in a database, to be searched for what may not be there: as it wrote it, and as who has the keys reads it."""

from __future__ import annotations

from pathlib import Path

import asyncpg
from sqlalchemy import MetaData, select

from loket.store import Store
from loket.store.field_keys import field_keys


async def written(url: str) -> bytes:
    """Whatever the code says of its columns: the bytes of SQLite's file and its journal, or every row of PostgreSQL."""
    if url.startswith("sqlite:///"):
        file = Path(url.removeprefix("sqlite:///"))
        return b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    connection = await asyncpg.connect(url)
    try:
        names = await connection.fetch("select quote_ident(tablename) from pg_tables where schemaname = 'public'")
        return str([tuple(row) for (name,) in names for row in await connection.fetch(f"select * from {name}")]).encode()
    finally:
        await connection.close()


async def readable(url: str) -> str:
    """Every row of every table, with what is sealed opened: what is only sealed is not gone, nor masked."""
    store, tables, found = Store.connect(url), MetaData(), list[str]()
    async with store.engine.connect() as connection:
        await connection.run_sync(tables.reflect)
    async with store.read() as session:
        for table in tables.sorted_tables:
            found += [f"{table.name} {[_opened(value) for value in row]!r}" for row in await session.execute(select(table))]
    await store.close()
    return "\n".join(found)


def _opened(value: object) -> object:
    if isinstance(value, bytes):
        return field_keys().open_bytes(value)
    return field_keys().open(value) if isinstance(value, str) else value
