"""Accounts of counter staff: those of the log-in provider, and for the demo those with a password."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from loket.identity.attempts import Attempts
from loket.identity.sessions import LoggedIn as LoggedIn
from loket.identity.sessions import StaffSessions
from loket.store.desk import Team, TeamMember
from loket.store.engine import Store
from loket.store.schema import Staff

LOGIN_LIMIT = 10
"""Failed log-ins per hour for one user name."""


class WrongLogin(Exception):
    """User name and password do not belong together."""


class StaffAccounts:
    """Accounts of the staff; their log-ins are in `sessions`."""

    def __init__(self, store: Store, attempts: Attempts, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._store, self._attempts = store, attempts
        self.sessions = StaffSessions(store, clock)
        self._hasher = PasswordHasher()
        self._dummy = self._hasher.hash(secrets.token_urlsafe())

    async def ensure(self, accounts: Sequence[Mapping[str, Any]], passwords: Mapping[str, str], demo: bool) -> None:
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
                    row = _new(account["username"], demo=True)
                    session.add(row)
                row.name, row.organisation, row.role = account["name"], account["organisation"], account["role"]
                if not row.password_hash or not self._matches(row.password_hash, password):
                    row.password_hash = self._hasher.hash(password)
                await session.flush()
                await _set_teams(session, row.id, account.get("teams", ()))

    async def from_provider(
        self, subject: str, name: str, organisation: str, role: str, teams: Iterable[str], demo: bool, username: str = ""
    ) -> str:
        """The account of somebody whom the log-in provider knows, as it says today; returns its id.

        Args:
            subject: `issuer|sub`.
            demo: the provider is the one of the demo: the account goes when the demo goes.
            username: of the demo account that this is; its password keeps working.
        """
        async with self._store.write() as session:
            row = await session.scalar(select(Staff).where(Staff.subject == subject))
            if row is None and demo and username:
                row = await session.scalar(select(Staff).where(Staff.username == username, Staff.demo.is_(True)))
            if row is None:
                row = _new(f"oidc:{uuid.uuid4()}", demo)
                session.add(row)
            row.subject = subject
            row.name, row.organisation, row.role = name, organisation, role
            await session.flush()
            await _set_teams(session, row.id, teams)
            return row.id

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerifyMismatchError, InvalidHashError):
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
        return await self.sessions.begin(row.id)


def _new(username: str, demo: bool) -> Staff:
    return Staff(id=str(uuid.uuid4()), username=username, demo=demo, password_hash="", name="", organisation="", role="")


async def _set_teams(session: AsyncSession, staff_id: str, wanted: Iterable[str]) -> None:
    """The teams as they are told; one that is not there is left out."""
    await session.execute(delete(TeamMember).where(TeamMember.staff_id == staff_id))
    for team_id in await session.scalars(select(Team.id).where(Team.id.in_(list(wanted)))):
        session.add(TeamMember(team_id=team_id, staff_id=staff_id))
