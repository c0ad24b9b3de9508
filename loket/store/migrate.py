"""Bring the database to the newest schema, and seal what an older one left open: `python -m loket.store.migrate [revision]`.

Several processes may start together: PostgreSQL takes an advisory lock, SQLite its write lock.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from loket import secret_files
from loket.store.engine import Store
from loket.store.resealing import seal_once

MIGRATIONS = Path(__file__).parent / "migrations"


def config(url: str) -> Config:
    """Alembic's configuration for `url`."""
    found = Config()
    found.set_main_option("script_location", str(MIGRATIONS))
    found.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return found


def upgrade(url: str, revision: str = "head") -> None:
    """Migrate up to `revision`; at the newest one, rows of before loket.store.sealed are sealed. Raises WrongKeys."""
    command.upgrade(config(url), revision)
    if revision == "head":
        asyncio.run(_seal(url))


async def _seal(url: str) -> None:
    store = Store.connect(url)
    try:
        await seal_once(store)
    finally:
        await store.close()


def downgrade(url: str, revision: str) -> None:
    """Migrate down to `revision` (`base` empties the database)."""
    command.downgrade(config(url), revision)


def head() -> str:
    """The newest revision of the code."""
    return known()[-1]


def known() -> list[str]:
    """All revisions of the code, oldest first."""
    return [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]


if __name__ == "__main__":
    secret_files.load()
    upgrade(os.environ["VERBONDEN_DATABASE_URL"], sys.argv[1] if len(sys.argv) > 1 else "head")
