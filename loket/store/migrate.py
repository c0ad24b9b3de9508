"""Bring the database to the newest schema: `python -m loket.store.migrate [revision]`.

Several processes may start together: PostgreSQL takes an advisory lock, SQLite its write lock.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from loket import secret_files

MIGRATIONS = Path(__file__).parent / "migrations"


def config(url: str) -> Config:
    """Alembic's configuration for `url`."""
    found = Config()
    found.set_main_option("script_location", str(MIGRATIONS))
    found.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return found


def upgrade(url: str, revision: str = "head") -> None:
    """Migrate up to `revision`."""
    command.upgrade(config(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Migrate down to `revision` (`base` empties the database)."""
    command.downgrade(config(url), revision)


def head() -> str | None:
    """The newest revision of the code."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def known() -> list[str]:
    """All revisions of the code, oldest first."""
    return [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]


if __name__ == "__main__":
    secret_files.load()
    upgrade(os.environ["VERBONDEN_DATABASE_URL"], sys.argv[1] if len(sys.argv) > 1 else "head")
