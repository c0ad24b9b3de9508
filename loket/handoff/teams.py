"""Teams: which there are, and which of them a waiting conversation is for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from loket.store.desk import Team
from loket.store.engine import Store
from loket.store.schema import Conversation

FIRST, SECOND = "eerste", "tweede"
FILE = "teams.yaml"


class TeamData(BaseModel):
    """One line of data/balie/teams.yaml; its comments say what each field is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9_]{1,40}$")
    naam: str = Field(min_length=1, max_length=120)
    organisatie: str = ""
    lijn: Literal["eerste", "tweede"]
    vaardigheden: list[str] = []


def read_teams(data: Path) -> list[TeamData]:
    """The teams of data/balie/teams.yaml; none without the file. Raises yaml.YAMLError and pydantic.ValidationError."""
    path = data / "balie" / FILE
    if not path.exists():
        return []
    return TypeAdapter(list[TeamData]).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))


async def ensure(store: Store, teams: Sequence[TeamData]) -> None:
    """Make the teams of the file exist as they stand there. One that was changed by hand stays; one that left the file rests."""
    wanted = {team.id: team for team in teams}
    async with store.write() as session:
        known = {row.id: row for row in await session.scalars(select(Team))}
        for team_id, team in wanted.items():
            row = known.get(team_id)
            if row is None:
                row = Team(id=team_id, origin="bestand")
                session.add(row)
            if row.origin == "bestand":
                row.name, row.organisation, row.line = team.naam, team.organisatie, team.lijn
                row.skills, row.active = list(team.vaardigheden), True
        for team_id, row in known.items():
            if team_id not in wanted and row.origin == "bestand":
                row.active = False


async def active(session: AsyncSession) -> list[Team]:
    """All teams that take conversations, by name."""
    return list(await session.scalars(select(Team).where(Team.active.is_(True)).order_by(Team.name, Team.id)))


async def route(session: AsyncSession, conversation: Conversation) -> str | None:
    """The team of the first line that a waiting conversation is for; None when no team fits: then it is everybody's."""
    return best(await active(session), conversation)


async def hours_of(session: AsyncSession, conversation: Conversation | None) -> tuple[str | None, str | None]:
    """Whose opening hours count for a conversation: organisation and team, also before it has gone to that team."""
    if conversation is None:
        return None, None
    return conversation.organisation, conversation.team or await route(session, conversation)


def best(teams: Iterable[Team], conversation: Conversation) -> str | None:
    """The team that fits best: a skill weighs more than the organisation, the organisation more than serving all.

    A team of another organisation never gets it, and a team that asks for skills gets only what fits them.
    """
    product = conversation.product or conversation.facts.get("product")
    about = {product, conversation.outcome, conversation.reason, conversation.language}
    found: list[tuple[int, str]] = []
    for team in teams:
        if team.line != FIRST or team.organisation not in ("", conversation.organisation):
            continue
        skilled = bool(about & set(team.skills))
        if team.skills and not skilled:
            continue
        found.append((4 * skilled + 2 * bool(team.organisation), team.id))
    return min(found, key=lambda one: (-one[0], one[1]))[1] if found else None
