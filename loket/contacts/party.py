"""Whose contact it is: asked of the contact register while the BSN is there, to be registered with after it is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog

from loket.cases.errors import CaseSystemError
from loket.contacts.content import PARTY
from loket.contacts.register import ContactRegister

log = structlog.get_logger(__name__)
SECONDS = 3.0
"""How long a citizen may be kept waiting for it."""


async def logged_in(register: ContactRegister | None, facts: Mapping[str, Any], seq: int, bsn: str) -> dict[str, dict[str, str]]:
    """The fact that a citizen logged in, to be kept with a conversation (`loket.contacts.content.PARTY`).

    A register that is down or slow costs no more than that the contact is anonymous. Who logged in before stays known: their
    contact must not become that of who logs in now.

    Args:
        register: None when there is none.
        facts: of the conversation.
        seq: of the message after the log-in.
        bsn: of the citizen.
    """
    before = facts.get(PARTY) or {}
    known = {"0": before} if isinstance(before, str) else dict(before)
    return {PARTY: {**known, str(seq): await _party(register, bsn) or ""}}


async def _party(register: ContactRegister | None, bsn: str) -> str | None:
    if register is None:
        return None
    try:
        async with asyncio.timeout(SECONDS):
            return await register.party(bsn)
    except (CaseSystemError, TimeoutError) as error:
        log.warning("contact_register.no_party", error=type(error).__name__)
        return None
