"""Rows for every table of a schema of any version, made from what the database itself says about its columns."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    func,
    insert,
    inspect,
    select,
    table,
)
from sqlalchemy.types import TypeEngine

ROWS = 2
MOMENT = datetime(2026, 11, 1, 12, 0, tzinfo=UTC).replace(tzinfo=None)


def fill(connection: Connection) -> None:
    """ROWS rows in each table that is empty."""
    empty = [name for name, count in counts(connection).items() if not count]
    if not empty:
        return
    metadata = MetaData()
    metadata.reflect(connection, only=empty)  # and what these refer to
    for each in metadata.sorted_tables:
        for number in range(ROWS if each.name in empty else 0):
            own = [column for column in each.columns if not _given(connection, column)]
            values = {column.name: _value(connection, column, number) for column in own}
            connection.execute(insert(each).values(values))


def counts(connection: Connection) -> dict[str, int]:
    """How many rows each table has, Alembic's own left out."""
    found = sorted(names(connection) - {"alembic_version"})
    return {name: connection.scalar(select(func.count()).select_from(table(name))) or 0 for name in found}


def names(connection: Connection) -> set[str]:
    """Names of all tables."""
    return set(inspect(connection).get_table_names())


def _given(connection: Connection, column: Column[Any]) -> bool:
    """Whether the database numbers it itself: SQLite every row, PostgreSQL where a sequence is the default."""
    alone = len(column.table.primary_key.columns) == 1 and column.primary_key and not column.foreign_keys
    numbers = connection.dialect.name == "sqlite" or column.server_default is not None
    return alone and numbers and isinstance(column.type, Integer)


def _value(connection: Connection, column: Column[Any], number: int) -> Any:
    for key in column.foreign_keys:
        found = connection.execute(select(key.column).order_by(key.column)).scalars().all()
        return found[number % len(found)]
    return _of_type(column.type, f"{column.name}-{number}", number)


def _of_type(kind: TypeEngine[Any], text: str, number: int) -> Any:
    simple: tuple[tuple[type[TypeEngine[Any]], Any], ...] = (
        (Boolean, False), (Integer, number + 1), (Numeric, number), (DateTime, MOMENT), (Date, date(2026, 11, 1 + number)),
        (JSON, {}), (LargeBinary, b"\x00\xff"),
    )
    for wanted, value in simple:
        if isinstance(kind, wanted):
            return value
    length = getattr(kind, "length", None)
    return text[-length:] if length else text
