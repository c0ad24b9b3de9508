"""What counter staff do with conversations. Each step is a compare-and-set: of two desks exactly one wins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from loket.answers.compose import Composer
from loket.bus import Bus
from loket.conversations import journal, ownership
from loket.conversations.journal import Entry
from loket.conversations.model import Author, Rendered
from loket.conversations.states import HUMAN_OWNED, WAITING, State, Step
from loket.handoff import queue
from loket.handoff.summary import Summariser
from loket.identity import audit
from loket.store.engine import Store
from loket.store.schema import Conversation, Message, Transition
from loket.store.text import storable


@dataclass(frozen=True)
class Member:
    """A member of staff who is logged in."""

    id: str
    name: str
    organisation: str
    role: str


class Outcome(StrEnum):
    """How a conversation ended."""

    ANSWERED = "answered"
    REFERRED = "referred"
    CALLBACK = "callback"
    COMPLAINT_REGISTERED = "complaint_registered"
    NO_ANSWER = "no_answer"
    OTHER = "other"


class NotYours(Exception):
    """Only the owner may do this; `owner_name` has the conversation now."""

    def __init__(self, owner_name: str | None) -> None:
        super().__init__("another member of staff has the conversation")
        self.owner_name = owner_name


class View(StrEnum):
    """Lists of the desk."""

    WAITING = "waiting"
    MINE = "mine"
    ALL = "all"


@dataclass(frozen=True)
class Detail:
    """One conversation as the desk shows it."""

    conversation: Conversation
    messages: list[Message]
    transitions: list[Transition]


LIST_LIMIT = 300


class Desk:
    """The operations of the desk. `clock` is aware; every commit is followed by a bell."""

    def __init__(
        self,
        store: Store,
        composer: Composer,
        summariser: Summariser,
        bus: Bus,
        mask: Callable[[str], str],
        clock: Callable[[], datetime],
        short: Callable[[str], bool],
    ) -> None:
        self._store, self._composer, self._summariser, self._bus = store, composer, summariser, bus
        self._mask, self._clock, self._short = mask, clock, short

    async def list(self, view: View, member: Member) -> list[tuple[Conversation, Message | None]]:
        """Conversations of a list with their last message of the citizen, in the order of the queue."""
        async with self._store.read() as session:
            query = select(Conversation).where(_condition(view, member))
            ordered = query.order_by(*queue.order()) if view is View.WAITING else query.order_by(Conversation.updated_at.desc())
            rows = list(await session.scalars(ordered.limit(LIST_LIMIT)))
            return [(row, last.get(row.id)) for last in [await _last_of_citizen(session, rows)] for row in rows]

    async def counts(self, member: Member) -> dict[str, int]:
        """How many conversations each list holds."""
        async with self._store.read() as session:
            return {
                view.value: int(
                    await session.scalar(select(func.count()).select_from(Conversation).where(_condition(view, member))) or 0
                )
                for view in View
            }

    async def detail(self, conversation_id: str) -> Detail:
        """One conversation with everything that was said. Raises journal.UnknownConversation."""
        async with self._store.read() as session:
            conversation = await session.get(Conversation, conversation_id)
            if conversation is None:
                raise journal.UnknownConversation(conversation_id)
            ids = await journal.chain(session, conversation_id)
            transitions = await session.scalars(
                select(Transition).where(Transition.conversation_id.in_(ids)).order_by(Transition.id)
            )
            return Detail(conversation, await journal.messages(session, ids), list(transitions))

    async def record_reading(self, conversation: Conversation, member: Member) -> None:
        """Record that a member of staff sees what was found of cases in a conversation."""
        await audit.record_reading(self._store, conversation, member.organisation, member.id, self._clock())

    async def conversation(self, conversation_id: str) -> Conversation:
        """One conversation. Raises journal.UnknownConversation."""
        async with self._store.read() as session:
            found = await session.get(Conversation, conversation_id)
            if found is None:
                raise journal.UnknownConversation(conversation_id)
            return found

    async def message(self, conversation_id: str, seq: int) -> Message | None:
        """One message of a conversation, or None."""
        async with self._store.read() as session:
            return await session.scalar(select(Message).where(Message.conversation_id == conversation_id, Message.seq == seq))

    async def claim(self, conversation_id: str, member: Member, epoch: int) -> None:
        """Take a conversation. Raises ownership.Changed (with who has it) and IllegalStep."""
        name = self._composer.directory.name_in_sentence(member.organisation)
        await self._step(
            conversation_id,
            member,
            Step.CLAIM,
            epoch,
            "claimed",
            only_owner=False,
            say=("mens.verbonden", {"naam": member.name, "organisatie": name}),
            owner_id=member.id,
            owner_name=member.name,
            owner_organisation=member.organisation,
        )
        await self._summariser.refresh(conversation_id)

    async def return_to_bot(self, conversation_id: str, member: Member, epoch: int, reason: str) -> None:
        """Give a conversation back to the bot. Raises NotYours, ownership.Changed and IllegalStep."""
        await self._step(
            conversation_id,
            member,
            Step.RETURN_TO_BOT,
            epoch,
            reason or "returned",
            say=("mens.terug_bij_computer", {"naam": member.name}),
        )

    async def close(self, conversation_id: str, member: Member, epoch: int, outcome: Outcome, note: str) -> None:
        """Close a conversation with an outcome. Raises NotYours, ownership.Changed and IllegalStep."""
        closing = {"outcome": outcome.value, "note": self._mask(storable(note)), "by": member.id, "at": self._clock().isoformat()}
        await self._step(
            conversation_id,
            member,
            Step.CLOSE,
            epoch,
            f"closed: {outcome.value}",
            closing=closing,
            say=("mens.gesloten", {"naam": member.name}),
        )

    async def _step(
        self,
        conversation_id: str,
        member: Member,
        what: Step,
        epoch: int,
        reason: str,
        *,
        say: tuple[str, dict[str, Any]],
        only_owner: bool = True,
        **changes: Any,
    ) -> None:
        async with self._store.write() as session:
            conversation = await journal.locked(session, conversation_id)
            if only_owner and State(conversation.state) in HUMAN_OWNED and conversation.owner_id != member.id:
                raise NotYours(conversation.owner_name)
            await ownership.step(
                session,
                conversation,
                what,
                epoch=epoch,
                actor=member.id,
                reason=self._mask(storable(reason)),
                now=self._clock(),
                **changes,
            )
            key, values = say
            rendered = self._composer.text(key, self._short(conversation.channel), **values)
            message = await journal.append(
                session, conversation, Entry(Author.SYSTEM, rendered.text, rendered.content()), self._clock()
            )
        for event in ({"kind": "state"}, {"kind": "message", "seq": message.seq}, {"kind": "queue"}, {"kind": "wake"}):
            self._bus.publish({**event, "conversation": conversation_id})

    async def say(self, conversation_id: str, member: Member, client_id: str, text: str) -> int:
        """A message of the owner to the citizen; the same client id is stored once. Raises NotYours."""
        return await self._append(conversation_id, member, Author.HUMAN, client_id, text)

    async def note(self, conversation_id: str, member: Member, client_id: str, text: str) -> int:
        """An internal note, by anyone of the staff; the citizen never gets it."""
        return await self._append(conversation_id, member, Author.NOTE, client_id, text)

    async def _append(self, conversation_id: str, member: Member, author: Author, client_id: str, text: str) -> int:
        provider_id = f"{member.id}:{client_id}"
        async with self._store.write() as session:
            conversation = await journal.locked(session, conversation_id)
            known = await session.scalar(
                select(Message.seq).where(Message.channel == conversation.channel, Message.provider_id == provider_id)
            )
            if known is not None:
                return known
            if author is Author.HUMAN and (State(conversation.state) not in HUMAN_OWNED or conversation.owner_id != member.id):
                raise NotYours(conversation.owner_name)
            content = {**Rendered("").content(), "organisation": self._composer.directory.name_in_sentence(member.organisation)}
            message = await journal.append(
                session,
                conversation,
                Entry(author, self._mask(text), content, author_id=member.id, author_name=member.name, provider_id=provider_id),
                self._clock(),
            )
        self._bus.publish({"kind": "message", "conversation": conversation_id, "seq": message.seq})
        return message.seq


def _condition(view: View, member: Member) -> Any:
    if view is View.WAITING:
        return Conversation.state.in_([s.value for s in WAITING])
    if view is View.MINE:
        return (Conversation.owner_id == member.id) & Conversation.state.in_([s.value for s in HUMAN_OWNED])
    return Conversation.last_seq > 1


async def _last_of_citizen(session: AsyncSession, rows: list[Conversation]) -> dict[str, Message]:
    last = (
        select(func.max(Message.id))
        .where(Message.conversation_id.in_([r.id for r in rows]), Message.author == Author.CITIZEN.value)
        .group_by(Message.conversation_id)
    )
    found = await session.scalars(select(Message).where(Message.id.in_(last)))
    return {message.conversation_id: message for message in found}
