"""`verbonden restore FILE`: make the store what a copy is, bring it to the newest version, and delete again what was deleted."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from contextlib import nullcontext
from pathlib import Path

from loket.store.field_keys import VARIABLE, WrongKeys, field_keys
from verbonden.backup import NotDeleted, NotPossible, check_kind, database_url, is_sqlite, postgres, sqlite
from verbonden.commands import ROOT
from verbonden.database import folder, use_keys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the subcommand."""
    parser.add_argument("file", type=Path, help="a copy that `verbonden backup` made, of this or an earlier version")
    parser.add_argument("--replace", action="store_true", help="the store that is there may be lost")
    parser.add_argument("--var", type=Path, help="folder of the product (VERBONDEN_VAR; default: var)")


def run(args: argparse.Namespace) -> int:
    """Put the copy back; 1 with one sentence when it can not be done, and then nothing is changed, or it says what is."""
    from verbonden.supervision import var_lock

    url = database_url(args.var)
    use_keys(folder(args.var))
    try:
        check_kind(args.file, url)
        with var_lock.take(sqlite.path_of(url).parent) if is_sqlite(url) else nullcontext():
            print(asyncio.run(_restore(args.file, url, args.replace)))
    except (NotPossible, WrongKeys, var_lock.AlreadyRunning, OSError) as error:
        print(f"Nothing was put back: {error}", file=sys.stderr)
        return 1
    except NotDeleted as error:
        print(f"The copy was put back, but do not start the product: {error}", file=sys.stderr)
        return 1
    return 0


async def _restore(file: Path, url: str, replace: bool) -> str:
    from loket.store.migrate import known, upgrade
    from verbonden.backup.contents import Contents, Undeletable, delete_again, look

    kind = sqlite if is_sqlite(url) else postgres
    if (version := kind.revision(file)) not in known():
        raise NotPossible(f"{file} was made by a newer version of Verbonden (tables {version}): install that first.")
    fresh = is_sqlite(url) and not sqlite.path_of(url).exists()
    old = Contents() if fresh else await look(url)
    if old.conversations and not replace:
        raise NotPossible(f"the store has {old.conversations} conversations, which would be lost; --replace allows that.")
    # Nobody could read it, nor delete again what citizens had deleted.
    if missing := sorted(kind.needed_keys(file).difference(field_keys().names)):
        raise NotPossible(
            f"{file} was sealed with a key that is not set ({', '.join(missing)}): put the key of that time behind the others in "
            f"{VARIABLE}, or put the secrets.json of that time back."
        )
    kind.put_back(file, url)
    await asyncio.to_thread(upgrade, url)
    data = Path(os.environ.get("VERBONDEN_DATA") or ROOT / "data")
    try:
        again = await delete_again(url, old.deleted, data)
    except Undeletable as error:
        raise NotDeleted(
            f"citizens had deleted the conversations {error}, and a field of those can not be opened, so they are not deleted "
            "again. Delete their rows in the database, and tell the privacy officer."
        ) from None
    after = await look(url)
    brought = f", brought from version {version} to {after.revision}" if version != after.revision else ""
    deleted = f" {again} were deleted again: citizens had deleted them after the copy was made." if again else ""
    return f"The store has {after.conversations} conversations with {after.messages} messages{brought}.{deleted}"
