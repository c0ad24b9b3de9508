"""Who may read and do something with which conversation: one rule, for lists, pages, pushes and every action.

One's own work is open: what one has, what is for one's team, what is offered to one, what a colleague asks one about, and what
one gave to others until it is closed: the first contact may see how it goes on.
Anything else needs a reason, which is kept where nobody can change it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from loket.conversations.states import State
from loket.identity.member import Member, Role
from loket.identity.seals import seals
from loket.store.desk import AccessGrant, Mention, Team, Transfer
from loket.store.engine import Store
from loket.store.horizon import AuditHorizon
from loket.store.retention import Rule
from loket.store.schema import Conversation
from loket.store.text import storable

OPEN_FOR = timedelta(hours=4)
"""A reason opens a conversation for half a working day; then it is asked again."""

SHORTEST_REASON = 10
"""Characters: "x" is no reason."""

LONGEST_REASON = 500
NOBODYS = (State.BOT.value, State.CLOSED.value)
"""Without a team, a conversation in these states is nobody's work."""


class NoAccess(PermissionError):
    """Not this member's work, and no reason was given. Says nothing about the conversation."""


class NoReason(ValueError):
    """What was given as a reason is too short."""


def offered(member: Member) -> ColumnElement[bool]:
    """Conversations that are offered to the member or to one of the member's teams, and wait for an answer."""
    to_me = or_(Transfer.to_staff == member.id, Transfer.to_team.in_(member.teams))
    return Conversation.id.in_(select(Transfer.conversation_id).where(Transfer.state == "open", to_me))


def asked(member: Member) -> ColumnElement[bool]:
    """Conversations with a note that asks the member something, not answered yet."""
    return Conversation.id.in_(select(Mention.conversation_id).where(Mention.staff_id == member.id, Mention.done_at.is_(None)))


def of_teams(member: Member) -> ColumnElement[bool]:
    """Conversations of the member's teams; a teamleider also has those of all teams of the organisation."""
    mine: list[ColumnElement[bool]] = [Conversation.team.in_(member.teams)]
    if member.role != Role.BEHEERDER.value:
        mine.append(and_(Conversation.team.is_(None), Conversation.state.not_in(NOBODYS)))
    if member.role == Role.TEAMLEIDER.value:
        mine.append(Conversation.team.in_(select(Team.id).where(Team.organisation == member.organisation)))
    return or_(*mine)


def readable(member: Member, now: datetime) -> ColumnElement[bool]:
    """Conversations that the member may read and act upon now."""
    granted = select(AccessGrant.conversation_id).where(AccessGrant.staff_id == member.id, AccessGrant.until > now)
    mentioned = select(Mention.conversation_id).where(Mention.staff_id == member.id)
    gave = select(Transfer.conversation_id).where(Transfer.from_staff == member.id, Transfer.state == "accepted")
    return or_(
        Conversation.owner_id == member.id,
        and_(Conversation.id.in_(gave), Conversation.state != State.CLOSED.value),
        of_teams(member),
        offered(member),
        and_(Conversation.id.in_(mentioned), Conversation.state != State.CLOSED.value),
        Conversation.id.in_(granted),
    )


async def require(session: AsyncSession, conversation_id: str, member: Member, now: datetime) -> None:
    """Raises NoAccess when the member may not read this conversation (or when there is none)."""
    found = await session.scalar(select(Conversation.id).where(Conversation.id == conversation_id, readable(member, now)))
    if found is None:
        raise NoAccess(conversation_id)


class Access:
    """Opening a conversation with a reason."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def allowed(self, conversation_id: str, member: Member, now: datetime) -> bool:
        """Whether the member may read the conversation now."""
        async with self._store.read() as session:
            try:
                await require(session, conversation_id, member, now)
            except NoAccess:
                return False
        return True

    async def require(self, conversation_id: str, member: Member, now: datetime) -> None:
        """Raises NoAccess when the member may not read the conversation now."""
        async with self._store.read() as session:
            await require(session, conversation_id, member, now)

    async def open(self, conversation_id: str, member: Member, reason: str, now: datetime) -> None:
        """Keep the reason and open the conversation for a while. Raises NoReason."""
        reason = " ".join(storable(reason).split())
        if len(reason) < SHORTEST_REASON:
            raise NoReason
        record = AccessGrant(
            conversation_id=conversation_id,
            staff_id=member.id,
            staff_name=member.name,
            organisation=member.organisation,
            reason=reason[:LONGEST_REASON],
            at=now,
            until=now + OPEN_FOR,
        )
        async with self._store.write() as session:
            session.add(record)
            await seals().add(session, record)


def forget_after(days: int) -> Rule:
    """The rule that removes reasons of `days` ago and older, by the way that the database leaves open."""

    async def forget(session: Any, now: datetime) -> int:
        before = now - timedelta(days=days)
        session.add(AuditHorizon(id=1, before=before))
        await session.flush()
        unheeded = {"synchronize_session": False}
        done = await session.execute(delete(AccessGrant).where(AccessGrant.at < before).execution_options(**unheeded))
        await session.execute(delete(AuditHorizon).execution_options(**unheeded))
        if done.rowcount:
            await seals().removed(session, AccessGrant.__tablename__, before)
        return int(done.rowcount)

    return Rule("access_grant", forget)
