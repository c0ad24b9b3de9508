"""How far a message came at the provider: only forward, whatever the order in which that is told."""

from __future__ import annotations

from collections.abc import Iterable

TRYING = "trying"
"""Ours: the provider was asked or will be, and has not given an id yet."""

_RANK = {
    TRYING: 0, "accepted": 1, "scheduled": 1, "queued": 2, "sending": 3, "sent": 4,
    "canceled": 5, "failed": 5, "undelivered": 5, "delivered": 6, "read": 7,
}  # fmt: skip
"""States of the provider in order. What was delivered can not fail any more; what arrived after a failure did arrive."""

FAILED = frozenset({"failed", "undelivered", "canceled"})
ENDED = FAILED | {"delivered", "read"}
_SHOWN = {"sent": "sent", "delivered": "delivered", "read": "read"}


ELSEWHERE = 100
"""Parts from this number on were sent by SMS in place of WhatsApp; then those are the message."""

KNOCK = 200
"""A part from this number on is not the message: it says that there is one, and the message waits for the citizen."""


def counted(parts: Iterable[tuple[int, str]]) -> list[str]:
    """The states of the parts (number, state) that are the message itself."""
    mine = [(number, state) for number, state in parts if number < KNOCK]
    elsewhere = [state for number, state in mine if number >= ELSEWHERE]
    return elsewhere or [state for _, state in mine]


def known(state: str) -> bool:
    """Whether the provider can say this of an outbound message."""
    return state in _RANK and state != TRYING


def further(old: str, new: str) -> str:
    """The further one of two states."""
    return new if _RANK[new] > _RANK[old] else old


def delivery(states: Iterable[str]) -> str:
    """The state of our message, of the states of its parts: failed when one failed, else that of the one furthest behind.

    One of `loket.store.schema.Message.delivery`: pending, sent, delivered, read, failed. What the provider has taken is sent.
    """
    parts = list(states)
    if any(state in FAILED for state in parts):
        return "failed"
    last = min(parts, key=lambda state: _RANK[state], default=TRYING)
    return "pending" if last == TRYING else _SHOWN.get(last, "sent")
