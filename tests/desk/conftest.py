"""Members of staff of two organisations and three teams, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest_asyncio

from loket.answers.compose import Composer
from loket.bus import Bus
from loket.conversations.desk import Desk
from loket.conversations.states import Step
from loket.handoff import presence, teams
from loket.handoff.summary import Summariser
from loket.handoff.teams import TeamData
from loket.handoff.transfer import Transfers
from loket.identity.member import Member
from loket.store.desk import TeamMember
from loket.store.schema import Staff
from tests.conversations.conftest import (  # noqa: F401
    bus,
    clock,
    composer,
    database_url,
    migrated_postgres,
    migrated_sqlite,
    other,
    process,
    summariser,
    template,
)
from tests.conversations.support import Process

LOKET, UWV = frozenset({"loket"}), frozenset({"uwv_werk"})
FATIMA = Member("fatima", "Fatima Demirci", "gemeente", "casemanager", LOKET)
SANNE = Member("sanne", "Sanne Postma", "gemeente", "medewerker", LOKET)
KARIM = Member("karim", "Karim Visser", "uwv", "casemanager", UWV)
LEIDER = Member("leider", "Lea de Wit", "uwv", "teamleider", frozenset())
BRAM = Member("bram", "Bram Kuiper", "gemeente", "beheerder", frozenset())
EVERYBODY = (FATIMA, SANNE, KARIM, LEIDER, BRAM)
TEAMS = [
    TeamData(id="loket", naam="Overheidsloket", lijn="eerste"),
    TeamData(id="klachten", naam="Klachten", lijn="eerste", vaardigheden=["klacht"]),
    TeamData(id="uwv_werk", naam="Werk en uitkering", organisatie="uwv", lijn="tweede"),
]


@dataclass
class Rig:
    """The desk with what is behind it."""

    process: Process
    desk: Desk
    transfers: Transfers

    async def queued(self, text: str = "Ik wil een mens spreken", team: str = "loket") -> str:
        """A conversation that waits for a team."""
        conversation = await self.process.open()
        await self.process.receive(conversation, text)
        work = await self.process.inbox.take(conversation)
        assert work is not None
        await self.process.inbox.settle(work, [], {"uitkomst": "mens", "score": 0.9, "entiteiten": {}})
        await self.process.step(conversation, Step.HAND_OFF, actor="bot", team=team)
        return conversation

    async def claimed(self, by: Member = FATIMA, text: str = "Ik wil een mens spreken") -> str:
        """A conversation that a member has."""
        conversation = await self.queued(text)
        await self.desk.claim(conversation, by, 1)
        return conversation

    async def epoch(self, conversation: str) -> int:
        """The epoch as it is now."""
        return (await self.process.conversation(conversation)).epoch

    async def told(self, conversation: str) -> list[str]:
        """What the citizen heard of us and of staff, in order."""
        return [m.text for m in await self.process.messages(conversation) if m.author in ("system", "human", "bot")]

    async def here(self, *members: Member) -> None:
        """These members are at the desk now."""
        async with self.process.store.write() as session:
            for member in members:
                await presence.arrive(session, member.id, self.process.clock())


@pytest_asyncio.fixture
async def rig(process: Process, composer: Composer, summariser: Summariser, bus: Bus) -> AsyncIterator[Rig]:  # noqa: F811
    """Everybody has an account, and the teams exist."""
    await teams.ensure(process.store, TEAMS)
    async with process.store.write() as session:
        for member in EVERYBODY:
            session.add(
                Staff(
                    id=member.id,
                    username=member.id,
                    name=member.name,
                    organisation=member.organisation,
                    role=member.role,
                    password_hash="",
                    demo=False,
                )
            )
        await session.flush()
        for member in EVERYBODY:
            session.add_all([TeamMember(team_id=team, staff_id=member.id) for team in member.teams])
    desk = Desk(process.store, composer, summariser, bus, process.mask, process.clock, lambda channel: False)
    yield Rig(process, desk, Transfers(desk.acts))
