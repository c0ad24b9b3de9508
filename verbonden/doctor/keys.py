"""The keys of the store: whether they open what is sealed in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from loket.store.engine import make_engine
from loket.store.field_keys import VARIABLE, FieldKeys, WrongKeys
from loket.store.needed_keys import needed_keys
from verbonden.doctor.findings import Finding, good, wrong
from verbonden.supervision.secrets_file import kept_keys


async def examine_keys(environment: Mapping[str, str], var: Path) -> AsyncIterator[Finding]:
    """Look which keys the first and last rows of each table need; of a store that can not be asked nothing is said here.

    Args:
        environment: the settings of the product.
        var: its folder, where its keys are when none are set.
    """
    url = environment.get("VERBONDEN_DATABASE_URL", "")
    if not url or (url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists()):
        return
    try:
        keys = FieldKeys.from_environment({**kept_keys(var / "secrets.json"), **{n: v for n, v in environment.items() if v}})
    except WrongKeys as error:
        yield wrong("keys", f"{error}.", "Correct it: without the keys nobody reads the store.")
        return
    engine = make_engine(url)
    try:
        async with asyncio.timeout(10), engine.connect() as connection:
            needed = await needed_keys(connection)
    except (SQLAlchemyError, OSError, TimeoutError):
        return
    finally:
        await engine.dispose()
    if missing := sorted(needed.difference(keys.names)):
        yield wrong("keys", f"the store holds what was sealed with a key that is not set ({', '.join(missing)}).",
                    f"Put that key behind the others in {VARIABLE}; throw none away.")
    elif keys.names:
        yield good("keys", f"they open what is sealed in the store: {', '.join(keys.names)}; the first one seals.")
