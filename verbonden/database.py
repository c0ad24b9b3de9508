"""Which folder and which database a command of ours looks at: those that are named, or those of the product."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from verbonden.commands import ROOT
from verbonden.supervision.secrets_file import kept_keys


class NoDatabase(Exception):
    """There is none; the message says what to do."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of a command that looks in the store: `--var` and `--database`."""
    parser.add_argument("--var", type=Path, help="folder of the product (VERBONDEN_VAR; default: var)")
    parser.add_argument(
        "--database", default=os.environ.get("VERBONDEN_DATABASE_URL"), help="its database, if not in that folder"
    )


def folder(given: Path | None) -> Path:
    """The folder of the product: of `--var`, of VERBONDEN_VAR, or `var`."""
    return (given or Path(os.environ.get("VERBONDEN_VAR") or ROOT / "var")).resolve()


def use_keys(var: Path) -> None:
    """Let this process open what the product in the folder sealed, unless it was given keys."""
    for name, value in kept_keys(var / "secrets.json").items():
        os.environ[name] = os.environ.get(name) or value


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
