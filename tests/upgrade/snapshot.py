"""Writes a store of an earlier version, with conversations in it, as SQL: `python -m tests.upgrade.snapshot 0013`.

Do so for the newest revision before adding one: the files in `schemas/` stay as they are for ever, whatever happens to the
migrations and the code that made them.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path

from loket.conversations.model import HandOff, Rendered
from loket.conversations.states import Step
from loket.store import Store
from loket.store.migrate import upgrade
from tests.conversations.support import Clock, Process
from tests.services.postgres import postgres_server
from tests.upgrade import rows

SCHEMAS = Path(__file__).parent / "schemas"
SQLITE, POSTGRES = ".sqlite.sql", ".postgresql.sql"


async def talk(url: str) -> None:
    """Three conversations: with the bot and a message that waits, with a human, closed; and something in all other tables."""
    store = Store.connect(url)
    process = Process(store, Clock(), name="een-gateway")
    waits, human, closed = [await process.open(f"browser-{number}") for number in range(3)]
    for conversation in (waits, human, closed):
        await process.receive(conversation, "Heb ik recht op huurtoeslag?", f"eerste-{conversation}")
        work = await process.inbox.take(conversation)
        assert work is not None
        handoff = HandOff("human") if conversation == human else None
        await process.inbox.settle(work, [Rendered("Dat kan.")], {"uitkomst": "antwoord"}, {"onderwerp": "huur"}, handoff)
    await process.receive(waits, "En hoeveel is dat?", "wacht")
    await process.step(human, Step.CLAIM, owner_id="1", owner_name="Sam", owner_organisation="gemeente")
    await process.step(closed, Step.CLOSE)
    async with store.engine.begin() as connection:
        await connection.run_sync(rows.fill)
    await store.close()


async def _sqlite(revision: str, folder: Path) -> str:
    file = folder / "store.sqlite3"
    await asyncio.to_thread(upgrade, f"sqlite:///{file}", revision)
    await talk(f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as database:
        return "\n".join(database.iterdump()) + "\n"


async def _postgres(revision: str) -> str:
    with postgres_server() as server:
        url = await server.new_database()
        await asyncio.to_thread(upgrade, url, revision)
        await talk(url)
        command = ["pg_dump", "--inserts", "--no-owner", "--no-privileges", url]
        said = await asyncio.to_thread(subprocess.check_output, command, text=True)
    lines = [line for line in said.splitlines() if line and not line.startswith(("--", "\\"))]
    return "\n".join(lines) + "\n"


async def main() -> None:
    """Write both files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("revision")
    revision = parser.parse_args().revision
    SCHEMAS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        (SCHEMAS / f"{revision}{SQLITE}").write_text(await _sqlite(revision, Path(folder)), encoding="utf-8")
    (SCHEMAS / f"{revision}{POSTGRES}").write_text(await _postgres(revision), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
