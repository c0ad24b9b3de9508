"""Copies of the store are made while it is written, put back whole, and never bring back what a citizen deleted."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio
from cryptography.fernet import Fernet
from sqlalchemy import text, update

from loket.conversations.model import Rendered
from loket.store import Store
from loket.store.field_keys import FieldKeys
from loket.store.migrate import downgrade, head, upgrade
from loket.store.resealing import reseal_fields
from loket.store.tables import metadata
from tests.conversations.support import Clock, Process
from tests.services.postgres import PostgresServer
from tests.upgrade import rows
from verbonden.backup import NotPossible, sqlite
from verbonden.backup.contents import delete_again, look
from verbonden.cli import main
from verbonden.supervision import var_lock

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
UseKeys = Callable[..., None]


@pytest_asyncio.fixture(params=["sqlite", "postgresql"])
async def url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """An empty store of this version, as the commands find it."""
    server: PostgresServer | None = request.getfixturevalue("postgres_server") if request.param == "postgresql" else None
    found = await server.new_database() if server else f"sqlite:///{tmp_path / 'var' / 'verbonden.sqlite3'}"
    (tmp_path / "var").mkdir()
    monkeypatch.setenv("VERBONDEN_DATABASE_URL", found)
    await asyncio.to_thread(upgrade, found)
    yield found
    if server:
        await server.drop_database(found)


async def command(*words: object) -> int:
    """Run a subcommand as the shell does."""
    return await asyncio.to_thread(main, [str(word) for word in words])


async def answered(store: Store, count: int) -> list[str]:
    """So many conversations of one question and one answer; returns their ids."""
    process, ids = Process(store, Clock()), []
    for number in range(count):
        conversation = await process.open()
        await process.receive(conversation, f"Vraag {number}")
        work = await process.inbox.take(conversation)
        assert work is not None
        await process.inbox.settle(work, [Rendered("Antwoord")], None)
        ids.append(conversation)
    return ids


async def dump(url: str) -> str:
    """Everything that is in the store."""
    store = Store.connect(url)
    async with store.read() as session:
        found = {
            table: [[str(value) for value in row] for row in await session.execute(text(f"select * from {table} order by 1, 2"))]
            for table in ("conversation", "message", "transition")
        }
    await store.close()
    return json.dumps(found, sort_keys=True)


async def test_a_copy_is_put_back_as_it_was(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = Store.connect(url)
    await answered(store, 3)
    before, copy = await dump(url), tmp_path / "kopie"
    assert await command("backup", copy) == 0
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    later = await answered(store, 2)
    await store.close()
    # A store with conversations is not lost by a slip
    assert await command("restore", copy) == 1
    assert "--replace" in capsys.readouterr().err and (await look(url)).conversations == 5
    assert await command("restore", copy, "--replace") == 0
    assert await dump(url) == before and later[0] not in before
    # The store works: what came after the copy comes again
    store = Store.connect(url)
    await answered(store, 1)
    await store.close()
    assert (await look(url)).conversations == 4


async def test_a_copy_is_consistent_while_citizens_write(url: str, tmp_path: Path) -> None:
    store = Store.connect(url)
    copy, stop = tmp_path / "kopie", asyncio.Event()

    async def write() -> None:
        while not stop.is_set():
            await answered(store, 1)

    writing = asyncio.create_task(write())
    while (await look(url)).conversations < 3:
        await asyncio.sleep(0.05)
    assert await command("backup", copy) == 0
    stop.set()
    await writing
    await store.close()
    assert await command("restore", copy, "--replace") == 0
    store = Store.connect(url)
    async with store.read() as session:
        rows = await session.execute(text(
            "select c.last_seq, count(m.id) from conversation c left join message m on m.conversation_id = c.id"
            " group by c.id, c.last_seq"))
        assert {last == count for last, count in rows} == {True}
    await store.close()


async def is_put_back(url: str, kept: str, deleted: str) -> None:
    """Of `answered`, the one conversation is as it was, and of the other that was deleted only that stands there."""
    store = Store.connect(url)
    process = Process(store, Clock())
    assert [message.author for message in await process.messages(deleted)] == ["note"]
    assert [message.text for message in await process.messages(kept)] == ["Vraag 0", "Antwoord"]
    await store.close()


async def test_what_a_citizen_deleted_stays_deleted(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = Store.connect(url)
    kept, deleted = await answered(store, 2)
    copy = tmp_path / "kopie"
    assert await command("backup", copy) == 0
    await store.close()
    assert await delete_again(url, [deleted], Path("data")) == 1  # as a citizen does it
    assert await command("restore", copy, "--replace") == 0
    assert "1 were deleted again" in capsys.readouterr().out
    await is_put_back(url, kept, deleted)


async def test_a_copy_of_an_earlier_version_is_brought_to_this_one(url: str, tmp_path: Path) -> None:
    store = Store.connect(url)
    await answered(store, 1)
    await store.close()
    await asyncio.to_thread(downgrade, url, "0012")
    copy = tmp_path / "kopie"
    assert await command("backup", copy) == 0
    await asyncio.to_thread(upgrade, url)
    assert await command("restore", copy, "--replace") == 0
    found = await look(url)
    assert (found.revision, found.conversations) == (head(), 1)


async def test_a_copy_is_put_back_only_with_its_keys(
    url: str, tmp_path: Path, use_keys: UseKeys, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given a copy of before the key was changed
    use_keys(OLD)
    store = Store.connect(url)
    kept, deleted = await answered(store, 2)
    copy = tmp_path / "kopie"
    assert await command("backup", copy) == 0
    use_keys(NEW, OLD)
    assert (await reseal_fields(store)).changed
    await store.close()
    put_back = ["restore", copy, "--replace", "--var", tmp_path / "nergens"]
    # When the old key is not there, whether or not something was deleted since
    for again in (0, 1):
        before = await dump(url)
        for keys in ((NEW,), (), ("kort",)):
            use_keys(*keys)
            assert await command(*put_back) == 1
            told = capsys.readouterr().err
            assert "Nothing was put back" in told and (keys == ("kort",) or FieldKeys([OLD]).names[0] in told)
        # Then nothing is changed
        use_keys(NEW, OLD)
        assert await dump(url) == before
        if not again:
            assert await delete_again(url, [deleted], Path("data")) == 1
    # And with both keys all is as it must be
    assert await command(*put_back) == 0
    assert "1 were deleted again" in capsys.readouterr().out
    await is_put_back(url, kept, deleted)


@pytest.mark.parametrize(
    ("field", "value"), [("callback.number", "0612345678"), ("message.content", {"ja": 1}), ("attachment_bytes.data", b"ja")]
)
async def test_one_field_with_an_old_key_is_noticed(
    url: str, tmp_path: Path, use_keys: UseKeys, field: str, value: object
) -> None:
    """Text, JSON and bytes stand in a copy each in their own way."""
    table, column = field.split(".")
    use_keys(OLD)
    store = Store.connect(url)
    async with store.engine.begin() as connection:
        await connection.run_sync(rows.fill)
        await connection.execute(update(metadata().tables[table]).values({column: value}))
    await store.close()
    copy = tmp_path / "kopie"
    assert await command("backup", copy) == 0
    use_keys(NEW)
    assert await command("restore", copy, "--replace", "--var", tmp_path / "nergens") == 1
    use_keys(NEW, OLD)
    assert await command("restore", copy, "--replace", "--var", tmp_path / "nergens") == 0


async def test_what_can_not_be_deleted_again_is_told(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # Given a copy with a field that somebody changed
    store = Store.connect(url)
    broken, deleted = await answered(store, 2)
    changed = {"facts": json.dumps(FieldKeys.from_environment(os.environ).mark + "AAAA"), "id": broken}
    async with store.write() as session:
        await session.execute(text("update conversation set facts = :facts where id = :id"), changed)
    copy = tmp_path / "kopie"
    assert await command("backup", copy) == 0
    # When both conversations were deleted since, and it is put back
    async with store.write() as session:
        await session.execute(text("update conversation set facts = :facts where id = :id"), changed | {"facts": "{}"})
    await store.close()
    assert await delete_again(url, [broken, deleted], Path("data")) == 2
    assert await command("restore", copy, "--replace") == 1
    # Then it says which one is back, and deletes the other
    told = capsys.readouterr().err
    assert "was put back, but" in told and broken in told and deleted not in told
    assert (await look(url)).deleted == (deleted,)


async def test_a_damaged_copy_or_one_of_another_kind_changes_nothing(url: str, tmp_path: Path) -> None:
    store = Store.connect(url)
    await answered(store, 1)
    await store.close()
    copy, damaged, other = tmp_path / "kopie", tmp_path / "beschadigd", tmp_path / "anders"
    assert await command("backup", copy) == 0
    whole = copy.read_bytes()
    damaged.write_bytes(whole[: len(whole) // 2])
    other.write_bytes(b"SQLite format 3\0" if url.startswith("postgresql") else b"PGDMP")
    before = await dump(url)
    for file in (damaged, other, tmp_path / "nergens"):
        assert await command("restore", file, "--replace") == 1
    assert await command("backup", copy) == 1, "a copy is never written over"
    assert copy.read_bytes() == whole and await dump(url) == before


async def test_nothing_is_put_back_while_the_product_runs(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = Store.connect(url)
    await answered(store, 1)
    copy = tmp_path / "kopie"
    assert await command("backup", copy) == 0
    if url.startswith("sqlite"):
        held = var_lock.take(tmp_path / "var")
        assert await command("restore", copy, "--replace") == 1
        held.close()
    else:
        assert await command("restore", copy, "--replace") == 1, "the store of this test is connected"
        assert "connected" in capsys.readouterr().err
    await store.close()
    assert await command("restore", copy, "--replace") == 0


def test_a_store_file_with_a_broken_page_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "kopie"
    with closing(sqlite3.connect(file)) as database:
        database.executescript("create table t (x text); create index i on t (x);")
        database.executemany("insert into t values (?)", [(f"{number:0100}",) for number in range(2000)])
        database.commit()
    with file.open("r+b") as stream:
        stream.seek(file.stat().st_size // 2)
        stream.write(os.urandom(4096))
    with pytest.raises(NotPossible):
        sqlite.check(file)
