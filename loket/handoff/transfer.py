"""Giving a conversation to a colleague, a team or the second line of another organisation.

The owner keeps it until somebody says yes: a citizen is never between two desks. Both sides see it meanwhile; a refusal comes
back with a reason; the citizen hears of each step what is true.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from loket.conversations.desk_acts import Acts, NotYours
from loket.conversations.ownership import Changed
from loket.conversations.states import IllegalStep, State, Step
from loket.handoff import access, teams
from loket.identity.member import Member
from loket.store.desk import Team, TeamMember, Transfer
from loket.store.schema import Conversation, Staff

COLLEAGUE, TEAM, ORGANISATION = "collega", "team", "organisatie"


class NoSuchTarget(LookupError):
    """Nobody who could take it: unknown, not active, or the member's own self."""


class NotForYou(PermissionError):
    """The transfer is not offered to this member."""


@dataclass(frozen=True)
class Target:
    """To whom a conversation can be given. `kind` is collega, team, or organisatie for a second line elsewhere."""

    kind: str
    id: str
    name: str
    staff: str | None = None
    team: str | None = None


class Transfers:
    """The operations on transfers, each one transaction with the step of the state machine."""

    def __init__(self, acts: Acts) -> None:
        self._acts = acts

    async def open(self, conversation_id: str) -> Transfer | None:
        """The transfer that waits for an answer, if there is one."""
        async with self._acts.store.read() as session:
            return await _open(session, conversation_id)

    async def offer(self, conversation_id: str, member: Member, epoch: int, kind: str, target_id: str, note: str) -> None:
        """Ask a colleague or a team to take it over.

        Raises NoSuchTarget, and as `Desk.claim`: access.NoAccess, NotYours, Changed, IllegalStep.
        """
        async with self._acts.acting(conversation_id, member) as (session, conversation):
            _owned(conversation, member)
            target = await self._target(session, member, kind, target_id)
            await self._acts.step(session, conversation, member, Step.OFFER_SECOND_LINE, epoch, f"offered: {target.kind}")
            session.add(
                Transfer(
                    conversation_id=conversation.id,
                    from_staff=member.id,
                    from_name=member.name,
                    from_team=conversation.team,
                    kind=target.kind,
                    to_staff=target.staff,
                    to_team=target.team,
                    to_name=target.name,
                    note=self._acts.masked(note),
                    created_at=self._acts.now(),
                )
            )
            await self._acts.tell(session, conversation, ("doorgeven.gevraagd", {"naam": member.name, "doel": target.name}))
            if note.strip():
                await self._acts.append_note(session, conversation, member, note)

    async def accept(self, conversation_id: str, member: Member, epoch: int) -> None:
        """Take over what is offered. Raises NotForYou, access.NoAccess, Changed, IllegalStep."""
        async with self._acts.acting(conversation_id, member) as (session, conversation):
            transfer = await self._addressed(session, conversation, member)
            before = conversation.owner_name
            await self._acts.step(
                session,
                conversation,
                member,
                Step.ACCEPT,
                epoch,
                "accepted",
                owner_id=member.id,
                owner_name=member.name,
                owner_organisation=member.organisation,
                team=transfer.to_team or _team_of(member, conversation.team),
            )
            self._answer(transfer, "accepted", member)
            organisation = self._acts.organisation_name(member)
            text = ("doorgeven.overgenomen", {"naam": member.name, "organisatie": organisation, "vorige": before or ""})
            await self._acts.tell(session, conversation, text)
        await self._acts.refresh_summary(conversation_id)

    async def refuse(self, conversation_id: str, member: Member, epoch: int, reason: str) -> None:
        """Say no, and why; the owner goes on. Raises NotForYou, access.NoReason, access.NoAccess, Changed, IllegalStep."""
        if len(reason.strip()) < access.SHORTEST_REASON:
            raise access.NoReason
        async with self._acts.acting(conversation_id, member) as (session, conversation):
            transfer = await self._addressed(session, conversation, member)
            await self._acts.step(session, conversation, member, Step.REFUSE, epoch, "refused")
            self._answer(transfer, "refused", member)
            transfer.refusal = self._acts.masked(reason)
            text = ("doorgeven.geweigerd", {"naam": conversation.owner_name or "", "doel": transfer.to_name})
            await self._acts.tell(session, conversation, text)
            await self._acts.append_note(session, conversation, member, reason)

    async def withdraw(self, conversation_id: str, member: Member, epoch: int) -> None:
        """The owner keeps it after all. Raises NotYours, access.NoAccess, Changed, IllegalStep."""
        async with self._acts.acting(conversation_id, member) as (session, conversation):
            _owned(conversation, member)
            await self._acts.step(session, conversation, member, Step.WITHDRAW, epoch, "withdrawn")
            transfer = await _open(session, conversation.id)
            if transfer is not None:
                self._answer(transfer, "withdrawn", member)
            await self._acts.tell(session, conversation, ("doorgeven.ingetrokken", {"naam": member.name}))

    async def targets(self, member: Member) -> list[Target]:
        """The teams and second lines to which the member can give a conversation; colleagues are in the presence book."""
        async with self._acts.store.read() as session:
            peopled = set(await session.scalars(select(TeamMember.team_id).distinct()))
            return [self._of_team(team, member) for team in await teams.active(session) if team.id in peopled]

    def _of_team(self, team: Team, member: Member) -> Target:
        elsewhere = team.line == teams.SECOND and team.organisation not in ("", member.organisation)
        organisation = self._acts.directory.name_in_sentence(team.organisation)
        name = f"{team.name}, {organisation}" if organisation else team.name
        return Target(ORGANISATION if elsewhere else TEAM, team.id, name, team=team.id)

    async def _target(self, session: AsyncSession, member: Member, kind: str, target_id: str) -> Target:
        if kind == COLLEAGUE:
            staff = await session.get(Staff, target_id)
            if staff is None or staff.id == member.id:
                raise NoSuchTarget(target_id)
            return Target(COLLEAGUE, staff.id, staff.name, staff=staff.id)
        team = await session.get(Team, target_id)
        someone = await session.scalar(select(TeamMember.staff_id).where(TeamMember.team_id == target_id).limit(1))
        if team is None or not team.active or someone is None:
            raise NoSuchTarget(target_id)
        return self._of_team(team, member)

    async def _addressed(self, session: AsyncSession, conversation: Conversation, member: Member) -> Transfer:
        transfer = await _open(session, conversation.id)
        if transfer is None:
            raise Changed(State(conversation.state), conversation.owner_name)
        if member.id == transfer.from_staff or (transfer.to_staff != member.id and transfer.to_team not in member.teams):
            raise NotForYou
        return transfer

    def _answer(self, transfer: Transfer, state: str, member: Member) -> None:
        transfer.state, transfer.answered_at = state, self._acts.now()
        transfer.answered_by, transfer.answered_name = member.id, member.name


def _owned(conversation: Conversation, member: Member) -> None:
    if conversation.owner_id != member.id:
        raise NotYours(conversation.owner_name)
    if State(conversation.state) not in (State.CLAIMED, State.SECOND_LINE_PENDING):
        raise IllegalStep(State(conversation.state), Step.OFFER_SECOND_LINE)


def _team_of(member: Member, present: str | None) -> str | None:
    return present if present in member.teams else min(member.teams, default=present)


async def _open(session: AsyncSession, conversation_id: str) -> Transfer | None:
    return await session.scalar(select(Transfer).where(Transfer.conversation_id == conversation_id, Transfer.state == "open"))
