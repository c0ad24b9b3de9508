"""`verbonden sleutels`: after a new key was put in front, seal again what is sealed with an older one."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys

from sqlalchemy.exc import SQLAlchemyError

from loket.identity.reseal import reseal_vault
from loket.identity.vault import Vault, WrongVaultKeys
from loket.store import Store
from loket.store.field_keys import VARIABLE, field_keys
from loket.store.resealing import Resealed, reseal_fields
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
        log_ins, fields = asyncio.run(_reseal(database_url(args.database, var), vault))
    except (NoDatabase, WrongVaultKeys) as error:
        print(error, file=sys.stderr)
        return 1
    except (SQLAlchemyError, OSError) as error:
        print(f"The store can not be used: {type(error).__name__}. Look with: verbonden doctor", file=sys.stderr)
        return 1
    changed = log_ins.changed + fields.changed
    first, *older = field_keys().names
    print(f"Sealed with the first key ({first}): {log_ins.fresh + fields.fresh + changed}, of which {changed} just now.")
    if log_ins.unreadable:
        print(f"{log_ins.unreadable} log-ins can be opened with none of the keys: who was logged in there logs in again.",
              file=sys.stderr)
    if fields.unreadable:
        print(f"{fields.unreadable} texts, numbers or files can be opened with none of the keys: {_why(fields)} "
              "Throw no key away.", file=sys.stderr)
    if log_ins.unreadable or fields.unreadable:
        return 1
    which = f"the older key{'s' if len(older) > 1 else ''} ({', '.join(older)})" if older else "an older key"
    print(f"Nothing needs {which} any more: leave it out of {VARIABLE} (and keep it in VERBONDEN_AUDIT_KEYS).")
    return 0


def _why(fields: Resealed) -> str:
    if not fields.missing:
        return "they were changed in the database."
    return (f"they need a key that is not in {VARIABLE} ({', '.join(sorted(fields.missing))}). "
            "Put that behind the others, restart, and run this again.")


async def _reseal(url: str, vault: Vault) -> tuple[Resealed, Resealed]:
    """What the vault sealed, and the fields of every table."""
    store = Store.connect(url)
    try:
        return await reseal_vault(store, vault), await reseal_fields(store)
    finally:
        await store.close()
