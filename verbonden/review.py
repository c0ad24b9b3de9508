"""`verbonden review export`: what staff answered on the review list, as training data."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from loket.review.export import export
from loket.store import Store
from verbonden import database
from verbonden.commands import ROOT
from verbonden.database import NoDatabase, database_url

OUT = ROOT / "data" / "nlu" / "review.yml"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the subcommand."""
    parser.add_argument("action", choices=["export"], help="write the answered messages as Rasa training data")
    parser.add_argument("--out", type=Path, default=OUT, help="the file; what an earlier export wrote there stays in it")
    database.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Write the file and say what is in it; 1 when the database can not be read."""
    var = database.folder(args.var)
    database.use_keys(var)
    try:
        total, new = asyncio.run(_export(database_url(args.database, var), args.out))
    except NoDatabase as error:
        print(error, file=sys.stderr)
        return 1
    except (SQLAlchemyError, OSError) as error:
        print(f"The review list can not be read: {type(error).__name__}. Look with: verbonden doctor", file=sys.stderr)
        return 1
    if not total:
        print("Nothing was answered on the review list yet; no file was written.")
        return 0
    print(f"{args.out}: {total} examples, {new} new or changed. Read them before you commit: names of persons are not masked.")
    return 0


async def _export(url: str, path: Path) -> tuple[int, int]:
    store = Store.connect(url)
    try:
        return await export(store, path)
    finally:
        await store.close()
