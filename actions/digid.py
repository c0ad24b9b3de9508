"""Who is logged in with DigiD in a conversation, and the way to log in."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

from sqlalchemy.exc import IntegrityError

from actions import resources
from actions.reply import Part, text
from loket.conversations.inbox import utcnow
from loket.identity.digid import DigidSessions
from loket.identity.one_time import OneTimeTokens
from loket.identity.vault import Vault, WrongVaultKeys

PURPOSE = "digid"
WAITING_FOR = "na_inloggen"
"""Fact: what the citizen asked that needs a log-in first (`inzage`)."""


@cache
def sessions() -> DigidSessions | None:
    """Who is logged in; None where nobody can log in."""
    if not os.environ.get("VERBONDEN_DIGID_ISSUER"):
        return None
    try:
        vault = Vault.from_environment(os.environ)
    except WrongVaultKeys:
        return None
    return DigidSessions(resources.store(), vault, utcnow) if vault else None


async def bsn(told: dict[str, Any]) -> str | None:
    """The BSN of who is logged in in this conversation, else None. It must go nowhere but into a look-up."""
    kept = sessions()
    return await kept.bsn(str(told.get("conversation", ""))) if kept and told.get("trust") == "digid" else None


async def offer(told: dict[str, Any], key: str = "digid.aanbod") -> list[Part]:
    """The way to log in, as parts of a message; none where nobody can.

    On web it is a link that opens in the same window, elsewhere a link that works once.
    """
    if sessions() is None:
        return []
    try:
        token = await OneTimeTokens(resources.store(), utcnow).issue(PURPOSE, str(told.get("conversation", "")))
    except IntegrityError:  # the conversation was deleted meanwhile
        return []
    home = os.environ.get("VERBONDEN_PUBLIC_URL", "").rstrip("/")
    where = f"/digid/inloggen?link={token}" if told.get("channel") == "web" else f"/i/{token}"
    parts = [text(key, adres=home + where)]
    if os.environ.get("VERBONDEN_DIGID_DEMO") == "1":
        parts.append(text("digid.demo"))
    return parts
