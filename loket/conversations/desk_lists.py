"""What the desk looks at: its lists, one conversation with everything around it, and single messages."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from loket.conversations import journal
from loket.conversations.model import Author
from loket.conversations.states import HUMAN_OWNED, WAITING, State
from loket.handoff import access, queue
from loket.identity.member import Member
from loket.store.desk import Mention, Transfer
from loket.store.engine import Store
from loket.store.schema import Conversation, Message, Transition

LIST_LIMIT = 500
EARLIER_LIMIT = 5
"""So many earlier contacts of the same citizen are named beside a conversation."""


class View(StrEnum):
    """Lists of the desk: who waits, my own, what colleagues ask me, all of my teams, and everything."""

    WAITING = "waiting"
    MINE = "mine"
    ASKED = "asked"
    TEAM = "team"
    ALL = "all"


@dataclass(frozen=True)
class Row:
    """One line of a list.

    Attributes:
        conversation: the row.
        last: the last message of the citizen.
        transfer: a transfer that waits for an answer.
        mention: a note that asks this member something.
        locked: not this member's work: opened only with a reason, and its words are not shown.
    """

    conversation: Conversation
    last: Message | None
    transfer: Transfer | None = None
    mention: Mention | None = None
    locked: bool = False


@dataclass(frozen=True)
class Detail:
    """One conversation as the desk shows it; `earlier` are other contacts of the same citizen, newest first."""

    conversation: Conversation
    messages: list[Message]
    transitions: list[Transition]
    transfer: Transfer | None
    mention: Mention | None
    earlier: list[Conversation]


class DeskLists:
    """Reads for the desk. `clock` is aware."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self.store, self._clock = store, clock

    async def list(self, view: View, member: Member) -> builtins.list[Row]:
        """The conversations of a list: who waits in the order of the queue, others by who spoke last."""
        async with self.store.read() as session:
            query = select(Conversation).where(_condition(view, member))
            ordered = query.order_by(*queue.order()) if view is View.WAITING else query.order_by(Conversation.updated_at.desc())
            rows = list(await session.scalars(ordered.limit(LIST_LIMIT)))
            return await self._rows(session, rows, member)

    async def _rows(self, session: AsyncSession, rows: builtins.list[Conversation], member: Member) -> builtins.list[Row]:
        ids = [row.id for row in rows]
        last = await _last_of_citizen(session, ids)
        transfers = {
            one.conversation_id: one
            for one in await session.scalars(select(Transfer).where(Transfer.conversation_id.in_(ids), Transfer.state == "open"))
        }
        mentions = {
            one.conversation_id: one
            for one in await session.scalars(
                select(Mention)
                .where(Mention.conversation_id.in_(ids), Mention.staff_id == member.id, Mention.done_at.is_(None))
                .order_by(Mention.id)
            )
        }
        mine = access.readable(member, self._clock())
        readable = set(await session.scalars(select(Conversation.id).where(Conversation.id.in_(ids), mine)))
        return [Row(row, last.get(row.id), transfers.get(row.id), mentions.get(row.id), row.id not in readable) for row in rows]

    async def counts(self, member: Member) -> dict[str, int]:
        """How many conversations each list holds."""
        async with self.store.read() as session:
            return {
                view.value: int(
                    await session.scalar(select(func.count()).select_from(Conversation).where(_condition(view, member))) or 0
                )
                for view in View
            }

    async def detail(self, conversation_id: str, member: Member) -> Detail:
        """One conversation with everything that was said. Raises journal.UnknownConversation and access.NoAccess."""
        async with self.store.read() as session:
            conversation, transfer, mention = await self._opened(session, conversation_id, member)
            ids = await journal.chain(session, conversation_id)
            transitions = await session.scalars(
                select(Transition).where(Transition.conversation_id.in_(ids)).order_by(Transition.id)
            )
            earlier = await session.scalars(
                select(Conversation)
                .where(Conversation.channel == conversation.channel, Conversation.address == conversation.address)
                .where(Conversation.id != conversation_id, Conversation.last_seq > 1)
                .order_by(Conversation.created_at.desc())
                .limit(EARLIER_LIMIT)
            )
            messages = await journal.messages(session, ids)
            return Detail(conversation, messages, list(transitions), transfer, mention, list(earlier))

    async def _opened(
        self, session: AsyncSession, conversation_id: str, member: Member
    ) -> tuple[Conversation, Transfer | None, Mention | None]:
        """A conversation, its open transfer and what it asks this member, in one statement with the rule who may read it."""
        asks = select(func.max(Mention.id)).where(
            Mention.conversation_id == conversation_id, Mention.staff_id == member.id, Mention.done_at.is_(None)
        )
        query = (
            select(Conversation, Transfer, Mention, access.readable(member, self._clock()))
            .outerjoin(Transfer, and_(Transfer.conversation_id == Conversation.id, Transfer.state == "open"))
            .outerjoin(Mention, Mention.id == asks.scalar_subquery())
            .where(Conversation.id == conversation_id)
        )
        found = (await session.execute(query)).first()
        if found is None:
            raise journal.UnknownConversation(conversation_id)
        conversation, transfer, mention, readable = found
        if not readable:
            raise access.NoAccess(conversation_id)
        return conversation, transfer, mention

    async def conversation(self, conversation_id: str) -> Conversation:
        """One conversation. Raises journal.UnknownConversation."""
        async with self.store.read() as session:
            found = await session.get(Conversation, conversation_id)
            if found is None:
                raise journal.UnknownConversation(conversation_id)
            return found

    async def message(self, conversation_id: str, seq: int) -> Message | None:
        """One message of a conversation, or None."""
        async with self.store.read() as session:
            return await session.scalar(select(Message).where(Message.conversation_id == conversation_id, Message.seq == seq))


def _condition(view: View, member: Member) -> ColumnElement[bool]:
    if view is View.WAITING:
        return and_(Conversation.state.in_([s.value for s in WAITING]), access.of_teams(member))
    if view is View.MINE:
        return and_(Conversation.owner_id == member.id, Conversation.state.in_([s.value for s in HUMAN_OWNED]))
    if view is View.ASKED:
        open_ = Conversation.state != State.CLOSED.value
        return or_(access.offered(member), and_(access.asked(member), open_))
    if view is View.TEAM:
        return and_(Conversation.last_seq > 1, access.of_teams(member), Conversation.state != State.CLOSED.value)
    return Conversation.last_seq > 1


async def _last_of_citizen(session: AsyncSession, ids: list[str]) -> dict[str, Message]:
    last = (
        select(func.max(Message.id))
        .where(Message.conversation_id.in_(ids), Message.author == Author.CITIZEN.value)
        .group_by(Message.conversation_id)
    )
    found = await session.scalars(select(Message).where(Message.id.in_(last)))
    return {message.conversation_id: message for message in found}
