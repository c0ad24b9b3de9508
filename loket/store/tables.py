"""Every table of the store, in whichever module it is: a process knows only those whose modules it has imported."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Any

from sqlalchemy import Column, MetaData, Table

import loket.store
from loket.store.schema import Base
from loket.store.sealed import Sealed


@cache
def metadata() -> MetaData:
    """With all tables."""
    for module in pkgutil.iter_modules(loket.store.__path__):
        if not module.ispkg and module.name != "migrate":
            importlib.import_module(f"loket.store.{module.name}")
    return Base.metadata


def sealed_columns() -> dict[Table, list[Column[Any]]]:
    """The sealed columns of every table that has some."""
    each = {table: [one for one in table.columns if isinstance(one.type, Sealed)] for table in metadata().sorted_tables}
    return {table: columns for table, columns in each.items() if columns}
