"""Brief transactions on SQLite (`loket.store.here`): without a thread, and without standing still."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from loket.store import Store, here
from loket.store.one_hop import OneHopConnection

ADD, ALL = text("insert into t (b) values (:b)"), text("select b from t order by a")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with one table."""
    found = tmp_path / "x.sqlite3"
    with closing(sqlite3.connect(found)) as connection:
        connection.execute("pragma journal_mode=wal")
        connection.execute("create table t (a integer primary key, b text unique)")
    return found


@pytest_asyncio.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    """A store on it."""
    found = Store.connect(f"sqlite:///{path}")
    yield found
    await found.close()


async def texts(store: Store) -> list[str]:
    """What the table holds."""
    async with store.read(brief=True) as session:
        return list(await session.scalars(ALL))


async def test_no_thread_is_asked(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OneHopConnection, "_execute", None)
    async with store.write(brief=True) as session:
        await session.execute(ADD, {"b": "x"})
    with pytest.raises(IntegrityError):  # noqa: PT012 (the first must go through, to be taken back)
        async with store.write(brief=True) as session:
            await session.execute(ADD, {"b": "y"})
            await session.execute(ADD, {"b": "x"})
    assert await texts(store) == ["x"]


async def test_others_go_on_while_another_process_holds_the_lock(store: Store, path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("begin immediate")
        other.execute("insert into t (b) values ('theirs')")

        async def ours() -> None:
            async with store.write(brief=True) as session:
                await session.execute(ADD, {"b": "ours"})

        waiting = asyncio.create_task(ours())
        for _ in range(50):  # the loop goes round while the lock is not ours
            await asyncio.sleep(0.001)
        assert await texts(store) == [], "readers need not wait"
        assert not waiting.done()
        other.execute("commit")
        await asyncio.wait_for(waiting, 10)
    assert await texts(store) == ["theirs", "ours"]


async def test_who_waits_too_long_fails_as_the_store_does_and_who_is_cancelled_leaves_no_lock(path: Path) -> None:
    brief = here.Here(str(path), patience=0.02)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("begin immediate")
        with pytest.raises(OperationalError):
            async with brief.write():
                pass
        other.execute("commit")

        async def slow() -> None:
            async with brief.write() as session:
                await session.execute(ADD, {"b": "x"})
                await asyncio.sleep(30)

        stuck = asyncio.create_task(slow())
        await asyncio.sleep(0.01)
        stuck.cancel()
        await asyncio.gather(stuck, return_exceptions=True)
        other.execute("begin immediate")
        assert other.execute("select count(*) from t").fetchone() == (0,)
    await brief.close()


async def test_a_read_that_fails_while_it_begins_leaves_a_connection_that_can_begin(store: Store) -> None:
    # Given the one connection of the pool, on which a look at the database fails after BEGIN went through
    async with store.read(brief=True) as session:
        driver = session.sync_session.connection().connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    driver.set_authorizer(lambda action, *_: sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_SELECT else sqlite3.SQLITE_OK)
    with pytest.raises(OperationalError):
        await texts(store)
    # When it can be looked at again
    driver.set_authorizer(None)
    # Then that connection reads and writes as before
    async with store.write(brief=True) as session:
        assert session.sync_session.connection().connection.driver_connection is driver
        await session.execute(ADD, {"b": "x"})
    assert await texts(store) == ["x"]


async def test_the_log_of_sqlite_is_worked_in(store: Store, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(here, "LOG_COMMITS", 3)
    for number in range(3):
        async with store.write(brief=True) as session:
            await session.execute(ADD, {"b": str(number)})
    async with asyncio.timeout(10):
        while await asyncio.to_thread(_without_log, path) != [("0",), ("1",), ("2",)]:
            await asyncio.sleep(0.01)


def _without_log(path: Path) -> list[tuple[str]]:
    """What the file of the database holds by itself."""
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as connection:
        return connection.execute("select b from t order by a").fetchall()


async def test_where_each_commit_reaches_the_disk_a_thread_waits_for_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.connect(f"sqlite:///{path}", synchronous="FULL")
    monkeypatch.setattr(here.Here, "write", None)
    async with store.write(brief=True) as session:
        await session.execute(ADD, {"b": "x"})
    assert await texts(store) == ["x"]
    await store.close()
