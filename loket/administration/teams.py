"""Teams and their members, changed by hand: from then on the file leaves such a team alone."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from loket.administration.book import Invalid, Kind
from loket.directory import Directory
from loket.handoff.teams import FIRST, SECOND
from loket.store.desk import Team, TeamMember
from loket.store.schema import Staff

ID = r"[a-z0-9_]{1,40}"


class TeamValue(BaseModel):
    """A team as an administrator writes it; `members` are ids of staff."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=120)
    organisation: str = Field(default="", max_length=40)
    line: str = Field(pattern=f"^({FIRST}|{SECOND})$")
    skills: list[str] = Field(default_factory=list, max_length=40)
    active: bool = True
    members: list[str] = Field(default_factory=list, max_length=500)


async def read(session: AsyncSession) -> dict[str, dict[str, Any]]:
    """All teams as `TeamValue`, by id."""
    members: dict[str, list[str]] = {}
    for team, staff in await session.execute(select(TeamMember.team_id, TeamMember.staff_id).order_by(TeamMember.staff_id)):
        members.setdefault(team, []).append(staff)
    return {
        row.id: TeamValue(
            name=row.name,
            organisation=row.organisation,
            line=row.line,
            skills=list(row.skills),
            active=row.active,
            members=members.get(row.id, []),
        ).model_dump()
        for row in await session.scalars(select(Team).order_by(Team.name, Team.id))
    }


def kind(directory: Directory) -> Kind:
    """Teams as a kind of setting: kept in their own tables, in the transaction of the change."""

    def check(key: str, value: Any) -> dict[str, Any]:
        try:
            team = TeamValue.model_validate(value)
        except ValidationError as error:
            raise Invalid("malformed", str(error.errors()[0]["loc"][0])) from error
        if team.organisation and team.organisation not in directory.organisations:
            raise Invalid("unknown", team.organisation)
        return team.model_dump()

    async def keep(session: AsyncSession, key: str, value: Any) -> None:
        row = await session.get(Team, key)
        if value is None:  # undone to before it was there
            if row is not None:
                row.active = False
            return
        if row is None:
            row = Team(id=key)
            session.add(row)
        row.name, row.organisation, row.line = value["name"], value["organisation"], value["line"]
        row.skills, row.active, row.origin = value["skills"], value["active"], "beheer"
        await session.flush()
        known = set(await session.scalars(select(Staff.id).where(Staff.id.in_(value["members"]))))
        await session.execute(delete(TeamMember).where(TeamMember.team_id == key).execution_options(synchronize_session=False))
        session.add_all([TeamMember(team_id=key, staff_id=staff) for staff in sorted(known)])

    return Kind(check=check, keep=keep)
