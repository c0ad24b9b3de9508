"""UUIDs of seeded objects: the same at every start, so that a bookmark or a test keeps working."""

from __future__ import annotations

import uuid

_NAMESPACE = uuid.UUID("6a1c1d9a-8f0f-5d6e-9a57-0c8f6d0a5b11")


def key_of(*parts: object) -> str:
    """The UUID of the object that these parts name."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(map(str, parts))))
