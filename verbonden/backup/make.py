"""`verbonden backup FILE`: a copy of the store, also while the product runs."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from pathlib import Path

from verbonden.backup import NotPossible, database_url, is_sqlite, postgres, sqlite


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the subcommand."""
    parser.add_argument("file", type=Path, help="where the copy goes; a file that is there is left alone")
    parser.add_argument("--var", type=Path, help="folder of the product (VERBONDEN_VAR; default: var)")


def run(args: argparse.Namespace) -> int:
    """Make the copy; 1 with one sentence when it can not be made."""
    from verbonden.backup.contents import look

    url, began = database_url(args.var), time.monotonic()
    try:
        if args.file.exists():
            raise NotPossible(f"{args.file} is there already: choose another name.")
        (sqlite if is_sqlite(url) else postgres).copy(url, args.file)
    except (NotPossible, OSError) as error:
        print(f"No copy was made: {error}", file=sys.stderr)
        return 1
    found = asyncio.run(look(url))
    print(f"{args.file}: {args.file.stat().st_size:,} bytes in {time.monotonic() - began:.1f} s; about {found.conversations} "
          f"conversations with {found.messages} messages, tables of version {found.revision}.\nIt holds what citizens said: "
          "keep it encrypted. The keys (var/secrets.json, VERBONDEN_VAULT_KEYS) are not in it: keep those elsewhere.")
    return 0
