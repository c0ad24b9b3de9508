"""Storage: tables, engine, migrations."""

from loket.store.engine import Store

__all__ = ["Store"]
