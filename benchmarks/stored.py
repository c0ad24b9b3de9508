"""The store as those who judge it look at it: by plain SQL. Of the product's code it uses only what opens a sealed field."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from loket.store.field_keys import field_keys

SEALED = ("number", "text")
LOOK_EVERY = 0.7
LOOKS = 3
"""So often in a row nothing may wait: between two steps of one message it looks as if nothing waits for a moment."""

Row = Mapping[str, Any]


def rows(database: Path, statement: str) -> list[Row]:
    """What a statement finds in a SQLite file; columns named as in SEALED are opened."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        found = [dict(row) for row in connection.execute(statement)]
    for row in found:
        row |= {name: field_keys().open(row[name]) for name in SEALED if name in row}
    return found


async def settled(database: Path, waiting: Callable[[], int], seconds: float) -> int:
    """Wait until nothing waits, LOOKS times in a row; gives up after so many seconds: what then still waits is a problem.

    Returns the number of the last message that was looked at: what the product says after that had no time to be settled.
    """
    deadline, quiet = time.monotonic() + seconds, 0
    while True:
        last = int(rows(database, "select coalesce(max(id), 0) as last from message")[0]["last"])
        quiet = quiet + 1 if waiting() == 0 else 0
        if quiet == LOOKS or time.monotonic() > deadline:
            return last
        await asyncio.sleep(LOOK_EVERY)
