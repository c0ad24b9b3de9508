"""Text that every database can hold."""

from __future__ import annotations

import re

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The text without NUL (PostgreSQL refuses it) and half surrogate pairs (no UTF-8 exists for them; JSON can carry them)."""
    return _UNSTORABLE.sub("", text)
