"""A store that an earlier version left behind, with conversations in it, is brought to this version and goes on."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text

from loket.conversations.model import Rendered
from loket.conversations.states import State, Step
from loket.store import Store
from loket.store.migrate import upgrade
from loket.store.schema import Base
from tests.conversations.support import Clock, Process
from tests.upgrade import rows
from tests.upgrade.snapshot import POSTGRES, SCHEMAS, SQLITE

REVISIONS = sorted(path.name.removesuffix(SQLITE) for path in SCHEMAS.glob(f"*{SQLITE}"))


async def load(url: str, revision: str) -> None:
    """Fill an empty database with the file of a revision."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(Path(url.removeprefix("sqlite:///")))) as database:
            database.executescript((SCHEMAS / f"{revision}{SQLITE}").read_text(encoding="utf-8"))
        return
    connection = await asyncpg.connect(url)
    try:
        await connection.execute((SCHEMAS / f"{revision}{POSTGRES}").read_text(encoding="utf-8"))
    finally:
        await connection.close()


def test_there_are_earlier_versions_to_come_from() -> None:
    assert REVISIONS


@pytest.mark.parametrize("revision", REVISIONS)
async def test_conversations_go_on_after_the_upgrade(empty_url: str, revision: str) -> None:
    # Given a store of an earlier version: with the bot and a message that waits, with a human, closed
    await load(empty_url, revision)
    # When it is brought to this version
    await asyncio.to_thread(upgrade, empty_url)
    # Then nothing is gone
    store = Store.connect(empty_url)
    async with store.engine.connect() as connection:
        counts = await connection.run_sync(rows.counts)
        ids = {state: found for found, state in await connection.execute(text("select id, state from conversation"))}
    assert set(counts) == set(Base.metadata.tables)
    assert [counts[name] for name in ("conversation", "message", "transition")] == [3, 7, 3]
    assert set(ids) == {"bot", "claimed", "closed"}
    # And what waited is answered, who had a human keeps the human, and who was closed can begin anew
    process = Process(store, Clock(), name="de-nieuwe-gateway")
    process.clock.turn(minutes=1)
    waits = ids["bot"]
    work = await process.inbox.take(waits)
    assert work is not None and work.message.provider_id == "wacht"
    await process.inbox.settle(work, [Rendered("Dat hangt af van uw huur.")], None)
    assert [(m.seq, m.author) for m in await process.messages(waits)] == [(1, "citizen"), (2, "bot"), (3, "citizen"), (4, "bot")]
    human = await process.conversation(ids["claimed"])
    assert (human.owner_name, human.reason, human.facts) == ("Sam", "human", {"onderwerp": "huur"})
    assert await process.step(human.id, Step.RETURN_TO_BOT) is State.BOT
    assert (await process.receive(ids["closed"], "Nog een vraag")).conversation_id not in ids.values()
    assert (await process.receive(waits, "En hoeveel is dat?", "wacht")).duplicate
    # And the audit is still append only
    with pytest.raises(Exception, match="append only"):
        async with store.write() as session:
            await session.execute(text("delete from lookup"))
    await store.close()
