"""How sure we are who a citizen is (design section 7): a level that belongs to a conversation and expires."""

from __future__ import annotations

from datetime import datetime, timedelta

from loket.store.schema import Conversation

ANONYMOUS, KENMERK, DIGID = "anoniem", "kenmerk", "digid"

IDLE = timedelta(minutes=15)
"""So long without a message of the citizen a level lasts."""


def current(conversation: Conversation, now: datetime) -> str:
    """The level that counts now: `anoniem`, `kenmerk` or `digid`."""
    until = conversation.trust_until
    if conversation.trust == ANONYMOUS or (until is not None and until <= now) or (until is None and conversation.trust == DIGID):
        return ANONYMOUS
    return conversation.trust


def prolong(conversation: Conversation, now: datetime) -> None:
    """The citizen gave a sign of life: a level that still counts lasts anew."""
    if current(conversation, now) != ANONYMOUS:
        conversation.trust_until = now + IDLE
