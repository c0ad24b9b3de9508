"""What a database wrote, whatever the code says about its columns: to be searched for what may not be there."""

from __future__ import annotations

from pathlib import Path

import asyncpg


async def written(url: str) -> bytes:
    """The bytes of the file and its journal of SQLite; of PostgreSQL every row of every table."""
    if url.startswith("sqlite:///"):
        file = Path(url.removeprefix("sqlite:///"))
        return b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    connection = await asyncpg.connect(url)
    try:
        names = await connection.fetch("select quote_ident(tablename) from pg_tables where schemaname = 'public'")
        return str([tuple(row) for (name,) in names for row in await connection.fetch(f"select * from {name}")]).encode()
    finally:
        await connection.close()
