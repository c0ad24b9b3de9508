"""Migrations on both databases: what they make, and several processes at once (step by step with data: tests/upgrade)."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from loket.store import Store
from loket.store.migrate import head, upgrade
from loket.store.schema import Base
from tests.conversations.support import START, Clock, Process


async def tables(url: str) -> set[str]:
    """Names of the tables, without Alembic's own."""
    store = Store.connect(url)
    async with store.engine.connect() as connection:
        names = await connection.run_sync(lambda c: set(inspect(c).get_table_names()))
    await store.close()
    return names - {"alembic_version"}


async def test_the_migrations_make_what_the_code_expects(empty_url: str) -> None:
    await asyncio.to_thread(upgrade, empty_url)
    store = Store.connect(empty_url)
    async with store.engine.connect() as connection:
        differences = await connection.run_sync(
            lambda c: compare_metadata(MigrationContext.configure(c, opts={"compare_type": True}), Base.metadata)
        )
        revision = await connection.run_sync(lambda c: MigrationContext.configure(c).get_current_revision())
    await store.close()
    assert differences == [] and revision == head()


async def test_processes_that_start_together_migrate_once(empty_url: str) -> None:
    def start() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "loket.store.migrate"],
            env={"VERBONDEN_DATABASE_URL": empty_url},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    processes = [start() for _ in range(3)]
    outputs = [await asyncio.to_thread(process.communicate, None, 60) for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], outputs
    assert await tables(empty_url) == set(Base.metadata.tables)


async def test_a_moment_without_a_zone_is_refused(empty_url: str) -> None:
    await asyncio.to_thread(upgrade, empty_url)
    store = Store.connect(empty_url)
    process = Process(store, Clock(START.replace(tzinfo=None)))
    with pytest.raises(Exception, match="time zone"):
        await process.open()
    await store.close()
