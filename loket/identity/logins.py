"""Log-ins under way: remembered for one browser between leaving and coming back, and handed out once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from loket.identity.oidc import Pending
from loket.identity.oidc_errors import LoginInvalid
from loket.identity.vault import Unreadable, Vault
from loket.store.engine import Store
from loket.store.login import OidcLogin
from loket.store.retention import Rule

LIFETIME = timedelta(minutes=15)
"""Time that a person has to log in at the provider."""


class PendingLogins:
    """Keeps what a log-in must remember, across processes.

    Args:
        store: the store.
        vault: seals the secrets of a log-in.
        purpose: for whom, such as `digid` or `medewerkers`: a log-in for one is never taken for another.
        clock: now, aware.
    """

    def __init__(self, store: Store, vault: Vault, purpose: str, clock: Callable[[], datetime]) -> None:
        self._store, self._vault, self._purpose, self._clock = store, vault, purpose, clock

    async def remember(self, pending: Pending, browser: str, subject: str = "") -> None:
        """Keep a log-in.

        Args:
            pending: as `RelyingParty.begin` gave it.
            browser: the secret cookie of the browser that was sent away.
            subject: what it is for, handed back by `take`: a conversation id, a page.
        """
        secrets = [pending.issuer, pending.redirect_uri, pending.state, pending.nonce, pending.verifier]
        sealed = self._vault.seal(json.dumps(secrets))
        async with self._store.write() as session:
            session.add(
                OidcLogin(state_hash=_hash(pending.state), purpose=self._purpose, browser_hash=_hash(browser), subject=subject,
                          sealed=sealed, expires_at=self._clock() + LIFETIME)
            )

    async def take(self, state: str, browser: str) -> tuple[Pending, str]:
        """The log-in and the subject of a state that came back: only in the browser that left, in time, and once.

        Raises:
            LoginInvalid: `state` (none such, another browser, another purpose), `late`, or `replayed`.
        """
        now, hashed = self._clock(), _hash(state)
        async with self._store.write() as session:
            row = await session.scalar(
                select(OidcLogin).where(
                    OidcLogin.state_hash == hashed, OidcLogin.purpose == self._purpose, OidcLogin.browser_hash == _hash(browser)
                )
            )
            if row is None:
                raise LoginInvalid("state")
            if row.taken_at is not None:
                raise LoginInvalid("replayed")
            if row.expires_at <= now:
                raise LoginInvalid("late")
            sealed, subject = row.sealed, row.subject
            taken = await session.execute(
                update(OidcLogin)
                .where(OidcLogin.state_hash == hashed, OidcLogin.taken_at.is_(None))
                .values(taken_at=now, sealed="")
                .execution_options(synchronize_session=False)
            )
            if taken.rowcount != 1:  # type: ignore[attr-defined]
                raise LoginInvalid("replayed")
        try:
            return Pending(*json.loads(self._vault.open(sealed))), subject
        except Unreadable:
            raise LoginInvalid("state") from None


def forget_expired() -> Rule:
    """The rule that removes log-ins whose time is over."""

    async def forget(session: Any, now: datetime) -> int:
        old = delete(OidcLogin).where(OidcLogin.expires_at < now)
        done = await session.execute(old.execution_options(synchronize_session=False))
        return int(done.rowcount)

    return Rule("oidc_login", forget)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
