"""`verbonden sleutels`: after a new key was put in front, seal again what is sealed with an older one."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys

from sqlalchemy.exc import SQLAlchemyError

from loket.identity.reseal import reseal
from loket.identity.vault import Vault, WrongVaultKeys
from loket.store import Store
from loket.store.field_keys import VARIABLE
from loket.store.resealing import Resealed
from verbonden import database
from verbonden.database import NoDatabase, database_url


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the subcommand."""
    database.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """0 when older keys are needed no more; 1 when something could not be opened, or nothing could be done."""
    var = database.folder(args.var)
    try:
        database.use_keys(var)
        vault = Vault.from_environment(os.environ)
        if vault is None:
            raise WrongVaultKeys(f"{VARIABLE} is not set")
        found = asyncio.run(_reseal(database_url(args.database, var), vault))
    except (NoDatabase, WrongVaultKeys) as error:
        print(error, file=sys.stderr)
        return 1
    except (SQLAlchemyError, OSError) as error:
        print(f"The store can not be used: {type(error).__name__}. Look with: verbonden doctor", file=sys.stderr)
        return 1
    print(f"Sealed with the first key: {found.fresh + found.changed}, of which {found.changed} just now.")
    if found.unreadable:
        print(f"{found.unreadable} can be opened with none of the keys: who was logged in there logs in again.", file=sys.stderr)
        return 1
    print(f"Nothing needs an older key any more: leave it out of {VARIABLE} (and keep it in VERBONDEN_AUDIT_KEYS).")
    return 0


async def _reseal(url: str, vault: Vault) -> Resealed:
    store = Store.connect(url)
    try:
        return await reseal(store, vault)
    finally:
        await store.close()
