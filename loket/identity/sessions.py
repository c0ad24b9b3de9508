"""Log-ins of counter staff: a random cookie that changes, ends when nobody is there, and ends after a day whatever happens."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select, update

from loket.handoff import presence
from loket.identity.member import Member
from loket.store.desk import Team, TeamMember
from loket.store.engine import Store
from loket.store.schema import Staff, StaffSession

IDLE = timedelta(hours=2)
"""A log-in ends after so long without anything done. An open page that nobody touches does not keep it."""

LONGEST = timedelta(hours=12)
"""A log-in ends after so long in any case: one working day."""

ROTATE_AFTER = timedelta(hours=1)
"""The cookie changes after so long: one that leaked is worth little."""

OVERLAP = timedelta(minutes=1)
"""So long the cookie before it works, for requests that were under way and for other tabs."""


@dataclass(frozen=True)
class LoggedIn:
    """A session of a member of staff. `fresh` is a new cookie to hand out, when it is time for one."""

    member: Member
    csrf: str
    session_id: str
    fresh: str | None = None


def secret_hash(secret: str) -> str:
    """What is stored of a random secret; it has 256 bits, so a plain hash suffices."""
    return hashlib.sha256(secret.encode()).hexdigest()


class StaffSessions:
    """The sessions. `clock` is aware."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock

    async def begin(self, staff_id: str, id_token: str | None = None) -> tuple[str, LoggedIn]:
        """A new session; returns the secret for the cookie."""
        secret, now = secrets.token_urlsafe(32), self._clock()
        row = StaffSession(
            id=str(uuid.uuid4()),
            secret_hash=secret_hash(secret),
            staff_id=staff_id,
            csrf=secrets.token_urlsafe(32),
            id_token=id_token,
            created_at=now,
            rotated_at=now,
            seen_at=now,
            active_at=now,
        )
        async with self._store.write() as session:
            await session.execute(delete(StaffSession).where(StaffSession.created_at < now - LONGEST))
            session.add(row)
            staff = await session.get_one(Staff, staff_id)
            await presence.arrive(session, staff_id, now)
        return secret, LoggedIn(await self._member(staff), row.csrf, row.id)

    async def find(self, secret: str) -> LoggedIn | None:
        """The session of a cookie; None when there is none or it has ended."""
        hashed, now = secret_hash(secret), self._clock()
        previous = and_(StaffSession.previous_hash == hashed, StaffSession.previous_until > now)
        async with self._store.read() as session:
            found = (
                await session.execute(
                    select(Staff, StaffSession)
                    .join(StaffSession, StaffSession.staff_id == Staff.id)
                    .where(or_(StaffSession.secret_hash == hashed, previous), *_alive(now))
                )
            ).first()
        if found is None:
            return None
        staff, row = found
        return LoggedIn(await self._member(staff), row.csrf, row.id)

    async def rotated(self, secret: str, logged_in: LoggedIn) -> LoggedIn:
        """The same session, with a new cookie when it is time for one. Of tabs that ask together one changes it."""
        hashed, now = secret_hash(secret), self._clock()
        fresh = secrets.token_urlsafe(32)
        async with self._store.write() as session:
            changed = await session.execute(
                update(StaffSession)
                .where(StaffSession.secret_hash == hashed, StaffSession.rotated_at <= now - ROTATE_AFTER)
                .values(secret_hash=secret_hash(fresh), previous_hash=hashed, previous_until=now + OVERLAP, rotated_at=now)
                .execution_options(synchronize_session=False)
            )
        return replace(logged_in, fresh=fresh) if changed.rowcount == 1 else logged_in  # type: ignore[attr-defined]

    async def seen(self, logged_in: LoggedIn) -> bool:
        """A sign of life of the open page; False when the session has ended meanwhile."""
        now = self._clock()
        async with self._store.write() as session:
            found = await session.execute(
                update(StaffSession)
                .where(StaffSession.id == logged_in.session_id, *_alive(now))
                .values(seen_at=now)
                .execution_options(synchronize_session=False)
            )
            if found.rowcount != 1:  # type: ignore[attr-defined]
                return False
            await presence.heard(session, logged_in.member.id, now)
        return True

    async def active(self, logged_in: LoggedIn) -> bool:
        """The person did something; False when the session has ended meanwhile: nothing brings that back but a new log-in."""
        now = self._clock()
        async with self._store.write() as session:
            found = await session.execute(
                update(StaffSession)
                .where(StaffSession.id == logged_in.session_id, *_alive(now))
                .values(active_at=now)
                .execution_options(synchronize_session=False)
            )
        return bool(found.rowcount == 1)  # type: ignore[attr-defined]

    async def end(self, logged_in: LoggedIn) -> str | None:
        """End a session; returns the ID token of the provider, for logging out there too."""
        async with self._store.write() as session:
            row = await session.get(StaffSession, logged_in.session_id)
            if row is None:
                return None
            await session.delete(row)
            return row.id_token

    async def _member(self, staff: Staff) -> Member:
        async with self._store.read() as session:
            teams = await session.scalars(
                select(TeamMember.team_id)
                .join(Team, Team.id == TeamMember.team_id)
                .where(TeamMember.staff_id == staff.id, Team.active.is_(True))
            )
            return Member(staff.id, staff.name, staff.organisation, staff.role, frozenset(teams))


def _alive(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return StaffSession.active_at > now - IDLE, StaffSession.created_at > now - LONGEST
