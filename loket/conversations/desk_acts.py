"""What every operation of the desk is made of: one transaction, the right to do it, a step, words, and the bells after it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from loket.answers.compose import Composer
from loket.bus import Bus
from loket.conversations import journal, ownership
from loket.conversations.journal import Entry
from loket.conversations.model import Author, Rendered
from loket.conversations.states import HUMAN_OWNED, State, Step
from loket.handoff import access
from loket.handoff.summary import Summariser
from loket.identity.member import Member
from loket.store.desk import Transfer
from loket.store.engine import Store
from loket.store.schema import Conversation
from loket.store.text import storable


class NotYours(Exception):
    """Only the owner may do this; `owner_name` has the conversation now."""

    def __init__(self, owner_name: str | None) -> None:
        super().__init__("another member of staff has the conversation")
        self.owner_name = owner_name


class Acts:
    """Shared by `loket.conversations.desk` and `loket.handoff.transfer`. `clock` is aware."""

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
        self.store, self.composer, self.bus, self.directory = store, composer, bus, composer.directory
        self._summariser, self._mask, self._clock, self._short = summariser, mask, clock, short

    @asynccontextmanager
    async def acting(
        self, conversation_id: str, member: Member, step: bool = True
    ) -> AsyncIterator[tuple[AsyncSession, Conversation]]:
        """One transaction on one conversation that is the member's work; after it the bells for what was said."""
        said: list[int] = []
        async with self.store.write() as session:
            conversation = await journal.locked(session, conversation_id)
            await access.require(session, conversation_id, member, self._clock())
            said = session.info.setdefault("said", said)
            yield session, conversation
        for event in [{"kind": "state"}] if step else []:
            self.bus.publish({**event, "conversation": conversation_id})
        for seq in said:
            self.bus.publish({"kind": "message", "seq": seq, "conversation": conversation_id})
        for kind in ("queue", "wake") if step else ():
            self.bus.publish({"kind": kind, "conversation": conversation_id})

    @asynccontextmanager
    async def own(self, conversation_id: str, member: Member) -> AsyncIterator[tuple[AsyncSession, Conversation]]:
        """As `acting`, for what only the owner may do while somebody has it. Raises NotYours."""
        async with self.acting(conversation_id, member) as (session, conversation):
            if State(conversation.state) in HUMAN_OWNED and conversation.owner_id != member.id:
                raise NotYours(conversation.owner_name)
            yield session, conversation

    async def step(
        self,
        session: AsyncSession,
        conversation: Conversation,
        member: Member,
        what: Step,
        epoch: int,
        reason: str,
        **changes: Any,
    ) -> None:
        """One step of the state machine; a transfer that waits for an answer ends with what overtakes it."""
        await ownership.step(
            session,
            conversation,
            what,
            epoch=epoch,
            actor=member.id,
            reason=self.masked(reason),
            now=self._clock(),
            **changes,
        )
        if what in (Step.CLOSE, Step.REQUEUE):
            await lapse(session, conversation.id, self._clock())

    async def tell(self, session: AsyncSession, conversation: Conversation, text: tuple[str, dict[str, Any]]) -> None:
        """Say one of our texts to the citizen."""
        key, values = text
        rendered = self.composer.text(key, self.short(conversation), **values)
        await self.say_as(session, conversation, Author.SYSTEM, rendered)

    async def say_as(self, session: AsyncSession, conversation: Conversation, author: Author, rendered: Rendered) -> None:
        """Append something that is ready, and ring for it."""
        message = await journal.append(session, conversation, Entry(author, rendered.text, rendered.content()), self._clock())
        session.info.setdefault("said", []).append(message.seq)

    async def append_note(self, session: AsyncSession, conversation: Conversation, member: Member, text: str) -> int:
        """A note that belongs to a step."""
        return await self.append(session, conversation, member, Author.NOTE, text, None)

    async def append(
        self, session: AsyncSession, conversation: Conversation, member: Member, author: Author, text: str, client_id: str | None
    ) -> int:
        content = {**Rendered("").content(), "organisation": self.organisation_name(member)}
        provider_id = f"{member.id}:{client_id}" if client_id else None
        entry = Entry(author, self._mask(text), content, author_id=member.id, author_name=member.name, provider_id=provider_id)
        message = await journal.append(session, conversation, entry, self._clock())
        session.info.setdefault("said", []).append(message.seq)
        return message.seq

    def summary(self, conversation: Conversation) -> dict[str, Any] | None:
        """The summary as it was made last, with the certainty about who this is that counts now."""
        return self._summariser.current(conversation)

    async def refresh_summary(self, conversation_id: str) -> None:
        """Make the summary anew."""
        await self._summariser.refresh(conversation_id)

    def organisation_name(self, member: Member) -> str:
        """The member's organisation as it stands in a sentence."""
        return self.directory.name_in_sentence(member.organisation)

    def masked(self, text: str) -> str:
        """A text as it may be stored."""
        return self._mask(storable(text.strip()))

    def short(self, conversation: Conversation) -> bool:
        """Whether the conversation's channel needs the short form of texts."""
        return self._short(conversation.channel)

    def now(self) -> datetime:
        """Now, aware."""
        return self._clock()


async def lapse(session: AsyncSession, conversation_id: str, now: datetime) -> None:
    """A transfer that waits for an answer ends: the conversation went another way."""
    await session.execute(
        update(Transfer)
        .where(Transfer.conversation_id == conversation_id, Transfer.state == "open")
        .values(state="lapsed", answered_at=now)
        .execution_options(synchronize_session=False)
    )
