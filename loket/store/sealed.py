"""Columns that are sealed in the database (loket.store.field_keys) and as ever in the code: text, JSON and bytes.

Nothing can be searched in them: to compare one is an error, at once and not a search that never finds.
What is empty says nothing, and is stored as it is.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import JSON, ClauseElement, Dialect, LargeBinary, Text
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeDecorator

from loket.store.field_keys import field_keys


class NotSearchable(TypeError):
    """A sealed column was compared with something."""


class Sealed(TypeDecorator[Any]):
    """What all have in common."""

    class Comparator(TypeDecorator.Comparator[Any]):
        """Knows only whether there is something (and, as SQLAlchemy asks, whether it is this very column)."""

        def operate(self, op: Any, *other: Any, **options: Any) -> Any:
            """Raises NotSearchable for anything but `is_` and `is_not`."""
            if op not in (operators.is_, operators.is_not) and not any(isinstance(each, ClauseElement) for each in other):
                raise NotSearchable(f"{self.expr} is sealed: it can not be used in {op.__name__}")
            return super().operate(op, *other, **options)

    comparator_factory = Comparator


class SealedText(Sealed):
    """A text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Seal."""
        return field_keys().seal(value) if value else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Open. Raises Unreadable."""
        return field_keys().open(value) if value else value


class SealedJson(Sealed):
    """An object of JSON; sealed it is a string, which every JSON column of a database takes."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> Any:
        """Seal."""
        keys = field_keys()
        return keys.seal(json.dumps(value)) if value and keys.mark else value

    def process_result_value(self, value: Any, dialect: Dialect) -> dict[str, Any] | None:
        """Open. Raises Unreadable."""
        found: dict[str, Any] | None = json.loads(field_keys().open(value)) if isinstance(value, str) else value
        return found


class SealedBytes(Sealed):
    """Bytes."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Seal."""
        return field_keys().seal_bytes(value) if value else value

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Open. Raises Unreadable."""
        return field_keys().open_bytes(value) if value else value
