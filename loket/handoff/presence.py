"""Whether members of staff are there: aanwezig, pauze or afwezig by choice, away by itself, or not heard at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from loket.store.clock import is_lately, lately
from loket.store.desk import Presence, Team, TeamMember
from loket.store.engine import Store
from loket.store.schema import Staff

PRESENT_WITHIN = timedelta(seconds=90)
"""A member of staff counts as being there when the desk page was heard within this time."""

IDLE_AFTER = timedelta(minutes=10)
"""Who does nothing at the desk for so long is away, whatever was chosen. Moving the mouse is doing something."""


class Status(StrEnum):
    """What a member of staff can choose."""

    AANWEZIG = "aanwezig"
    PAUZE = "pauze"
    AFWEZIG = "afwezig"


@dataclass(frozen=True)
class Colleague:
    """A member of staff as colleagues see one. `status` is a value of Status, or `weg` when the page is not open."""

    id: str
    name: str
    organisation: str
    role: str
    teams: tuple[str, ...]
    status: str


def shown(presence: Presence | None, now: datetime) -> str:
    """The status that colleagues see: what was chosen, unless the page is silent or nobody touches it."""
    if presence is None or not is_lately(presence.seen_at, now, PRESENT_WITHIN):
        return "weg"
    if presence.status == Status.AANWEZIG.value and not is_lately(presence.active_at, now, IDLE_AFTER):
        return Status.AFWEZIG.value
    return presence.status


def here(now: datetime) -> ColumnElement[bool]:
    """Who can take a conversation right now."""
    return and_(
        Presence.status == Status.AANWEZIG.value,
        lately(Presence.seen_at, now, PRESENT_WITHIN),
        lately(Presence.active_at, now, IDLE_AFTER),
    )


async def count_here(session: AsyncSession, now: datetime) -> int:
    """How many members of staff can take a conversation right now, in any process."""
    return int(await session.scalar(select(func.count()).select_from(Presence).where(here(now))) or 0)


class PresenceBook:
    """Keeps presence. `clock` is aware."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock

    async def choose(self, staff_id: str, status: Status) -> None:
        """The member chose a status."""
        async with self._store.write() as session:
            await arrive(session, staff_id, self._clock(), status)

    async def active(self, staff_id: str) -> bool:
        """The member did something at the desk; returns whether colleagues see a change."""
        now = self._clock()
        async with self._store.write() as session:
            row = await session.get(Presence, staff_id, with_for_update=True)
            before = shown(row, now)
            await arrive(session, staff_id, now)
            after = shown(await session.get(Presence, staff_id), now)
        return before != after

    async def status(self, staff_id: str) -> str:
        """How colleagues see the member now."""
        async with self._store.read() as session:
            return shown(await session.get(Presence, staff_id), self._clock())

    async def colleagues(self) -> list[Colleague]:
        """All members of staff with at least one team, by name."""
        now = self._clock()
        async with self._store.read() as session:
            people = await session.execute(
                select(Staff, Presence).outerjoin(Presence, Presence.staff_id == Staff.id).order_by(Staff.name)
            )
            teams: dict[str, list[str]] = {}
            for team_id, staff_id in await session.execute(
                select(TeamMember.team_id, TeamMember.staff_id).join(Team, Team.id == TeamMember.team_id).where(Team.active)
            ):
                teams.setdefault(staff_id, []).append(team_id)
            return [
                Colleague(staff.id, staff.name, staff.organisation, staff.role, tuple(sorted(teams[staff.id])), shown(row, now))
                for staff, row in people
                if staff.id in teams
            ]


async def arrive(session: AsyncSession, staff_id: str, now: datetime, status: Status | None = None) -> None:
    """The member is at the desk and does something; without a status the last one stays (the first time: aanwezig)."""
    row = await session.get(Presence, staff_id, with_for_update=True)
    if row is None:
        chosen = status or Status.AANWEZIG
        session.add(Presence(staff_id=staff_id, status=chosen.value, since=now, seen_at=now, active_at=now))
        await session.flush()
        return
    row.seen_at = row.active_at = now
    if status is not None and status.value != row.status:
        row.status, row.since = status.value, now


async def heard(session: AsyncSession, staff_id: str, now: datetime) -> None:
    """A sign of life of an open page of the member."""
    await session.execute(
        update(Presence).where(Presence.staff_id == staff_id).values(seen_at=now).execution_options(synchronize_session=False)
    )
