"""Alembic's environment: runs the migrations on the async engine of the store."""

from __future__ import annotations

import asyncio
from typing import Any

from alembic import context
from sqlalchemy import Connection, event, text
from sqlalchemy.ext.asyncio import AsyncEngine

from loket.store.engine import make_engine
from loket.store.tables import metadata

ADVISORY_LOCK = 817_402_311
"""Any fixed number: two starting processes must not migrate PostgreSQL at the same time."""


def run(connection: Connection) -> None:
    """Migrate on an open connection."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"select pg_advisory_xact_lock({ADVISORY_LOCK})"))
    context.configure(connection=connection, target_metadata=metadata(), render_as_batch=True, transaction_per_migration=False)
    with context.begin_transaction():
        context.run_migrations()
    if connection.dialect.name == "sqlite" and (orphans := connection.execute(text("pragma foreign_key_check")).fetchall()):
        raise RuntimeError(f"the migration would leave {len(orphans)} rows without what they belong to")


def _without_cascades(engine: AsyncEngine) -> None:
    """SQLite changes a table by making it anew and dropping the old one, and that drop deletes what refers to its rows."""

    @event.listens_for(engine.sync_engine, "connect")  # after the one of make_engine; impossible within a transaction
    def _configure(connection: Any, _entry: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys=OFF")
        cursor.close()


async def main() -> None:
    """Open the database of the configuration and migrate."""
    engine = make_engine(context.config.get_main_option("sqlalchemy.url") or "")
    if engine.dialect.name == "sqlite":
        _without_cascades(engine)
    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()


asyncio.run(main())
