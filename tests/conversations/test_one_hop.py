"""SQLite through `loket.store.one_hop` behaves as through aiosqlite's own cursors, on the versions that are installed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from loket.store import Store
from loket.store.one_hop import OneHopConnection


async def store(tmp_path: Path) -> Store:
    """A store with one table."""
    found = Store.connect(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    async with found.write() as session:
        await session.execute(text("create table t (a integer primary key, b text unique)"))
    return found


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of what is called in the thread of a connection, as it happens."""
    found = list[str]()
    real = OneHopConnection._execute

    async def counted(self: OneHopConnection, function: object, *given: object, **named: object) -> object:
        found.append(getattr(function, "__name__", str(function)))
        return await real(self, function, *given, **named)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(OneHopConnection, "_execute", counted)
    return found


async def test_every_statement_is_one_call_to_the_thread(tmp_path: Path, calls: list[str]) -> None:
    found = await store(tmp_path)
    calls.clear()  # of making the store
    async with found.write() as session:
        await session.execute(text("insert into t (b) values ('x')"))
        assert (await session.execute(text("select b from t"))).scalars().all() == ["x"]
    # begin, insert, select and commit
    assert len(calls) == 4, calls
    await found.close()


async def test_rows_counts_ids_and_errors_are_as_ever(tmp_path: Path) -> None:
    found = await store(tmp_path)
    async with found.write() as session:
        done = await session.execute(text("insert into t (b) values (:b)"), [{"b": "one"}, {"b": "two"}])
        one = await session.execute(text("insert into t (b) values ('three')"))
        assert (done.rowcount, one.lastrowid) == (2, 3)  # type: ignore[attr-defined]
        assert (await session.execute(text("update t set b = b || '!'"))).rowcount == 3  # type: ignore[attr-defined]
    with pytest.raises(IntegrityError):  # noqa: PT012 (the first must go through, to be taken back)
        async with found.write() as session:
            await session.execute(text("insert into t (b) values ('four')"))
            await session.execute(text("insert into t (b) values ('one!')"))
    with pytest.raises(OperationalError):
        async with found.read() as session:
            await session.execute(text("select no_such_column from t"))
    async with found.read() as session:
        rows = await session.execute(text("select a, b from t order by a"))
        assert rows.first() == (1, "one!"), "what failed half-way was taken back as a whole"
        assert (await session.execute(text("select count(*) from t where a > 99"))).scalar() == 0
    await found.close()


async def test_writers_take_turns_and_who_is_cancelled_leaves_no_lock(tmp_path: Path) -> None:
    found = await store(tmp_path)

    async def add(number: int) -> None:
        async with found.write() as session:
            count = (await session.execute(text("select count(*) from t"))).scalar()
            await session.execute(text("insert into t (b) values (:b)"), {"b": f"{count}"})  # unique: two that see the same fail
            if number % 4 == 0:
                await asyncio.sleep(30)

    tasks = [asyncio.create_task(add(number)) for number in range(1, 4)]
    await asyncio.gather(*tasks)
    stuck = asyncio.create_task(add(4))
    await asyncio.sleep(0.2)
    stuck.cancel()
    await asyncio.gather(stuck, return_exceptions=True)
    await asyncio.wait_for(add(5), 10)
    async with found.read() as session:
        assert (await session.execute(text("select count(*) from t"))).scalar() == 4
    await found.close()
