"""The contact register: whether it can be reached, and how many contacts wait for it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from loket.cases.errors import CaseSystemError
from loket.contacts.outbox import open_register, waiting
from loket.store import Store
from verbonden.commands import ROOT
from verbonden.doctor.findings import Finding, good, note, wrong


async def examine_registers(environment: Mapping[str, str]) -> AsyncIterator[Finding]:
    """Ask the contact register and count what waits.

    Args:
        environment: the settings of the product.
    """
    data = environment.get("VERBONDEN_DATA") or str(ROOT / "data")
    yield await _register(Path(os.path.join(data, "klantinteracties.yaml")), environment)
    if url := environment.get("VERBONDEN_DATABASE_URL"):
        yield await _waiting(url)


async def _register(path: Path, environment: Mapping[str, str]) -> Finding:
    try:
        register = open_register(path, environment)
    except CaseSystemError as error:
        return wrong("contact register", f"it is misconfigured: {error.reason}.", f"Correct {path}.")
    if register is None:
        return note("contact register", "none is set: contacts are not registered.", "Set KLANTINTERACTIES_TOKEN, see its file.")
    try:
        await register.check()
    except CaseSystemError as error:
        return wrong("contact register", f"it can not be used: {error.reason}.", "Contacts are kept until it can.")
    finally:
        await register.close()
    return good("contact register", "it answers and accepts us.")


async def _waiting(url: str) -> Finding:
    store = Store.connect(url)
    try:
        count = await waiting(store)
    except (SQLAlchemyError, OSError) as error:
        return wrong("contacts", f"they can not be counted: {type(error).__name__}.", "See the finding on the database.")
    finally:
        await store.close()
    if count["failed"]:
        return wrong(
            "contacts",
            f"the register refuses {count['failed']}; they are kept.",
            "See `error` in the table contact_job; set `state` to pending there to try again.",
        )
    if count["pending"]:
        return note("contacts", f"{count['pending']} wait for the register.", "They are sent as soon as it answers.")
    return good("contacts", "all are registered.")
