"""Which keys a store needs: what a sealed field begins with names the key that opens it (loket.store.field_keys)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, LargeBinary, text
from sqlalchemy.ext.asyncio import AsyncConnection

from loket.store.field_keys import key_of
from loket.store.sealed import Sealed
from loket.store.tables import sealed_columns

LENGTH = 14
"""Characters of a field that are enough to name its key: in JSON a sealed field is a string, and begins with a quote."""


def begin(column: Column[Any]) -> str:
    """The SQL, for both databases, of what a sealed column begins with."""
    assert isinstance(column.type, Sealed)
    is_bytes = isinstance(column.type.impl_instance, LargeBinary)
    return f'substr("{column.name}", 1, {LENGTH})' if is_bytes else f'substr(cast("{column.name}" as text), 1, {LENGTH})'


async def needed_keys(connection: AsyncConnection, rows: int = 100) -> frozenset[str]:
    """The names of the keys that seal the first rows of each table and the last: a look that takes as long in any store.

    Args:
        connection: to a store of the newest version.
        rows: how many at either end.
    """
    found: set[str] = set()
    for table, columns in sealed_columns().items():
        (key,), wanted = table.primary_key.columns, ", ".join(begin(column) for column in columns)
        for way in ("asc", "desc"):
            query = text(f'select {wanted} from {table.name} order by "{key.name}" {way} limit {rows}')  # noqa: S608 (our names)
            found.update(key_of(value) for row in await connection.execute(query) for value in row if value)
    return frozenset(found - {""})
