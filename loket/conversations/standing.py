"""How a conversation stands, as a value: what the steps of one message need to know of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from loket.store.schema import Conversation


@dataclass(frozen=True)
class Standing:
    """Columns of `loket.store.schema.Conversation`; nobody watches them, and nothing is written back."""

    id: str
    channel: str
    state: str
    epoch: int
    last_seq: int
    pending: int
    facts: dict[str, Any]
    urgency: str
    reason: str | None
    lease: str | None

    @classmethod
    def of(cls, conversation: Conversation) -> Standing:
        """As its object has it."""
        return cls(**{name: getattr(conversation, name) for name in cls.__match_args__})

    def changed(self, columns: Mapping[str, Any]) -> Standing:
        """After these columns were written; columns that are not of ours are left out."""
        return replace(self, **{name: value for name, value in columns.items() if name in self.__match_args__})
