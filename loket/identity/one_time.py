"""One-time tokens for links: bound to one conversation and one purpose, fifteen minutes, one use."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from loket.store.engine import Store
from loket.store.login import OneTimeToken
from loket.store.retention import Rule

LIFETIME = timedelta(minutes=15)
"""Design section 7: the one-time link."""

TYPED = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, 1, I and O."""

KEPT = timedelta(days=1)
"""A token that was used or is too old can still be told so for this long; then it is unknown."""


class WrongToken(Exception):
    """A token can not be used. `reason`: `unknown`, `used` or `expired`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class OneTimeTokens:
    """Gives out and takes in tokens; only hashes are stored."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock

    async def issue(self, purpose: str, conversation_id: str, lifetime: timedelta = LIFETIME, *, typed: bool = False) -> str:
        """A new token of 128 random bits in 22 characters that can stand in a URL.

        `typed`: one that people can type over, 8 characters without look-alikes (40 bits); who takes those in limits attempts.
        """
        now = self._clock()
        token = "".join(secrets.choice(TYPED) for _ in range(8)) if typed else secrets.token_urlsafe(16)
        async with self._store.write() as session:
            session.add(OneTimeToken(token_hash=_hash(token), purpose=purpose, conversation_id=conversation_id, created_at=now,
                                     expires_at=now + lifetime))
        return token

    async def look(self, purpose: str, token: str) -> str:
        """The conversation of a token that can still be used; it stays usable, as programs open links to preview them.

        Raises:
            WrongToken: see there.
        """
        async with self._store.read() as session:
            row = await session.scalar(select(OneTimeToken).where(OneTimeToken.token_hash == _hash(token)))
        return self._usable(row, purpose)

    async def use(self, purpose: str, token: str) -> str:
        """Use a token up; returns its conversation. Of uses at the same moment one succeeds.

        Raises:
            WrongToken: see there.
        """
        async with self._store.write() as session:
            return await self.use_in(session, purpose, token)

    async def use_in(self, session: AsyncSession, purpose: str, token: str) -> str:
        """As `use`, in a transaction that does what the token is for: used up and done together, or neither. Its conversation
        must be locked before. Raises WrongToken."""
        hashed, now = _hash(token), self._clock()
        row = await session.scalar(select(OneTimeToken).where(OneTimeToken.token_hash == hashed))
        conversation = self._usable(row, purpose)
        done = await session.execute(
            update(OneTimeToken)
            .where(OneTimeToken.token_hash == hashed, OneTimeToken.used_at.is_(None), OneTimeToken.expires_at > now)
            .values(used_at=now)
            .execution_options(synchronize_session=False)
        )
        if done.rowcount != 1:  # type: ignore[attr-defined]
            raise WrongToken("used")
        return conversation

    async def used(self, purpose: str, token: str) -> str | None:
        """The conversation of a token that was used up; None for any other."""
        where = (OneTimeToken.token_hash == _hash(token), OneTimeToken.purpose == purpose, OneTimeToken.used_at.is_not(None))
        async with self._store.read() as session:
            found: str | None = await session.scalar(select(OneTimeToken.conversation_id).where(*where))
            return found

    def _usable(self, row: OneTimeToken | None, purpose: str) -> str:
        if row is None or row.purpose != purpose:
            raise WrongToken("unknown")
        if row.used_at is not None:
            raise WrongToken("used")
        if row.expires_at <= self._clock():
            raise WrongToken("expired")
        return row.conversation_id


def forget_expired() -> Rule:
    """The rule that removes tokens a day after their time is over."""

    async def forget(session: Any, now: datetime) -> int:
        done = await session.execute(
            delete(OneTimeToken).where(OneTimeToken.expires_at < now - KEPT).execution_options(synchronize_session=False)
        )
        return int(done.rowcount)

    return Rule("one_time_token", forget)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
