"""Every migration, one by one, with rows in every table: down to nothing and up again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from loket.store import Store
from loket.store.migrate import downgrade, head, known, upgrade
from tests.upgrade import rows

T = TypeVar("T")

EMPTIED_DOWN = {"0013": {"digid_session"}, "0010": {"staff_session"}}
EMPTIED_UP = {"0010": {"staff_session"}}
"""By revision, the tables that a step empties on purpose: who is logged in logs in anew."""


async def within(url: str, what: Callable[[Connection], T]) -> T:
    """Do something in a transaction."""
    store = Store.connect(url)
    try:
        async with store.engine.begin() as connection:
            return await connection.run_sync(what)
    finally:
        await store.close()


async def test_each_step_down_and_up_keeps_what_both_versions_know(empty_url: str) -> None:
    await asyncio.to_thread(upgrade, empty_url, head())
    await within(empty_url, rows.fill)
    before = await within(empty_url, rows.counts)
    assert set(before.values()) == {rows.ROWS}
    revisions = known()
    for revision, lower in zip(revisions[:0:-1], revisions[-2::-1], strict=True):
        await asyncio.to_thread(downgrade, empty_url, lower)
        after = await within(empty_url, rows.counts)
        lost = {name for name, count in after.items() if count != before[name]}
        assert lost == EMPTIED_DOWN.get(revision, set()), revision
        await within(empty_url, rows.fill)  # tables that a step emptied
        before = await within(empty_url, rows.counts)
    for revision in revisions[1:]:
        await asyncio.to_thread(upgrade, empty_url, revision)
        after = await within(empty_url, rows.counts)
        assert {name for name in before if after.get(name) != before[name]} == EMPTIED_UP.get(revision, set()), revision
        await within(empty_url, rows.fill)  # new tables get rows too before the next step
        before = await within(empty_url, rows.counts)
    assert set(before.values()) == {rows.ROWS}
    await asyncio.to_thread(downgrade, empty_url, "base")
    assert await within(empty_url, rows.names) <= {"alembic_version"}
