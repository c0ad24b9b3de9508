"""Log-in of counter staff: accounts, passwords, sessions. (OIDC comes beside it; this is the embedded default.)"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import delete, select, update

from loket.conversations.desk import Member
from loket.identity.attempts import Attempts
from loket.store.engine import Store
from loket.store.schema import Staff, StaffSession

IDLE = timedelta(hours=8)
"""A log-in ends after so long without a sign of life: one working day."""

LOGIN_LIMIT = 10
"""Failed log-ins per hour for one user name."""


class WrongLogin(Exception):
    """User name and password do not belong together."""


@dataclass(frozen=True)
class LoggedIn:
    """A session of a member of staff."""

    member: Member
    csrf: str
    secret_hash: str


def secret_hash(secret: str) -> str:
    """What is stored of a random secret; it has 256 bits, so a plain hash suffices."""
    return hashlib.sha256(secret.encode()).hexdigest()


class StaffAccounts:
    """Accounts and sessions of the staff."""

    def __init__(self, store: Store, attempts: Attempts, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._store, self._attempts, self._clock = store, attempts, clock
        self._hasher = PasswordHasher()
        self._dummy = self._hasher.hash(secrets.token_urlsafe())

    async def ensure(self, accounts: Sequence[Mapping[str, str]], passwords: Mapping[str, str], demo: bool) -> None:
        """Make the given accounts exist with these passwords; with `demo` False all demo accounts are removed."""
        async with self._store.write() as session:
            if not demo:
                await session.execute(delete(Staff).where(Staff.demo.is_(True)))
                return
            for account in accounts:
                password = passwords.get(account["username"])
                if not password:
                    continue
                row = await session.scalar(select(Staff).where(Staff.username == account["username"]))
                if row is None:
                    row = Staff(
                        id=str(uuid.uuid4()),
                        username=account["username"],
                        demo=True,
                        password_hash="",
                        name="",
                        organisation="",
                        role="",
                    )
                    session.add(row)
                row.name, row.organisation, row.role = account["name"], account["organisation"], account["role"]
                if not row.password_hash or not self._matches(row.password_hash, password):
                    row.password_hash = self._hasher.hash(password)

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except VerifyMismatchError:
            return False

    async def log_in(self, username: str, password: str) -> tuple[str, LoggedIn]:
        """A new session; returns the secret for the cookie. Raises WrongLogin and TooManyAttempts."""
        await self._attempts.count("login", [username], LOGIN_LIMIT)
        async with self._store.read() as session:
            row = await session.scalar(select(Staff).where(Staff.username == username.strip().lower()))
        # The same work for an unknown name, so that time does not tell which names exist.
        if not self._matches(row.password_hash if row else self._dummy, password) or row is None:
            raise WrongLogin
        await self._attempts.forget("login", [username])
        secret, now = secrets.token_urlsafe(32), self._clock()
        csrf = secrets.token_urlsafe(32)
        async with self._store.write() as session:
            session.add(StaffSession(secret_hash=secret_hash(secret), staff_id=row.id, csrf=csrf, created_at=now, seen_at=now))
        return secret, LoggedIn(_member(row), csrf, secret_hash(secret))

    async def logged_in(self, secret: str) -> LoggedIn | None:
        """The session of a cookie, or None when there is none or it is too old."""
        hashed = secret_hash(secret)
        async with self._store.read() as session:
            found = (
                await session.execute(
                    select(Staff, StaffSession)
                    .join(StaffSession, StaffSession.staff_id == Staff.id)
                    .where(StaffSession.secret_hash == hashed, StaffSession.seen_at > self._clock() - IDLE)
                )
            ).first()
        return LoggedIn(_member(found[0]), found[1].csrf, hashed) if found else None

    async def seen(self, hashed: str) -> None:
        """A sign of life: presence at the desk."""
        async with self._store.write() as session:
            await session.execute(update(StaffSession).where(StaffSession.secret_hash == hashed).values(seen_at=self._clock()))

    async def log_out(self, hashed: str) -> None:
        """End a session."""
        async with self._store.write() as session:
            await session.execute(delete(StaffSession).where(StaffSession.secret_hash == hashed))


def _member(row: Staff) -> Member:
    return Member(row.id, row.name, row.organisation, row.role)
