"""Which database a command of ours looks at: the one that is named, or that of the product's folder."""

from __future__ import annotations

from pathlib import Path


class NoDatabase(Exception):
    """There is none; the message says what to do."""


def database_url(given: str | None, var: Path) -> str:
    """A database URL.

    Args:
        given: of an argument or the environment; empty is none.
        var: folder of the product.

    Raises:
        NoDatabase: none is given, and there is none in the folder.
    """
    if given:
        return given
    path = var / "verbonden.sqlite3"
    if not path.exists():
        raise NoDatabase(f"There is no database in {var}: start the product, or name another with --var or --database.")
    return f"sqlite:///{path}"
