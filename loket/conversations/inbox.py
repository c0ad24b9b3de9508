"""What citizens send: accepted once, handled once, in order (design section 3, steps 2, 3 and 5)."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from loket.conversations import journal, rows
from loket.conversations.bursts import NO_PAUSE
from loket.conversations.journal import Entry
from loket.conversations.model import MAX_TEXT, Author, Inbound, Rendered
from loket.conversations.settling import Settling
from loket.conversations.states import State
from loket.identity import trust
from loket.store.engine import Store
from loket.store.schema import Conversation, Message, WebSession
from loket.store.text import storable

LASTING = ("gemeente",)
"""Facts that a follow-up takes over. The others belong to the question that was closed."""

Also = Callable[[AsyncSession, Conversation, Message], Awaitable[list[Rendered]]]
"""What a channel does in the transaction that stores a message: keep its files, note a consent. Returns what is said at once."""


class Refused(ValueError):
    """A message that is not accepted; `code` is one of docs/protocol.md: empty, too_long."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Received:
    """An accepted message: from here on the system answers for it.

    Attributes:
        message: as it was stored; None for a duplicate.
        begun: this process holds the conversation for it already: nobody else needs to be woken.
    """

    conversation_id: str
    seq: int
    state: State
    duplicate: bool
    message: Message | None = None
    begun: bool = False


def utcnow() -> datetime:
    """Now, aware."""
    return datetime.now(UTC)


class Inbox(Settling):
    """Accepts messages of citizens, hands them out (`Leases`) and writes down what became of them (`Settling`).

    Args:
        mask: takes BSN, IBAN and the like out of a text before it is stored.
        store, holder, clock, pause: see `Leases`.
    """

    def __init__(
        self,
        store: Store,
        mask: Callable[[str], str],
        holder: str,
        clock: Callable[[], datetime] = utcnow,
        pause: Callable[[str], timedelta] = lambda channel: NO_PAUSE,
    ) -> None:
        super().__init__(store, holder, clock, pause)
        self._mask = mask

    async def open(
        self, session: AsyncSession, channel: str, address: str, language: str = "nl", follows: Conversation | None = None
    ) -> Conversation:
        """A new conversation in this transaction; a follow-up keeps counting where the earlier one stopped."""
        now = self._clock()
        conversation = Conversation(
            id=str(uuid.uuid4()),
            channel=channel,
            address=address,
            state=State.BOT.value,
            epoch=0,
            bot_session=0,
            last_seq=follows.last_seq if follows else 0,
            language=follows.language if follows else language,
            trust="anoniem",
            urgency="normaal",
            facts=_lasting(follows.facts) if follows else {},
            pending=0,
            follows=follows.id if follows else None,
            team=follows.team if follows else None,
            created_at=now,
            updated_at=now,
        )
        session.add(conversation)
        await session.flush()
        return conversation

    async def receive(
        self,
        conversation_id: str,
        inbound: Inbound,
        also: Also | None = None,
        settled: bool = False,
        begin: bool = False,
        reopen: bool = True,
        brief: bool = False,
        attempts: int = 0,
    ) -> Received:
        """Store one message in one transaction; the same (channel, provider_id) a second time changes nothing.

        Args:
            conversation_id: where; a closed conversation gets a follow-up.
            inbound: the message.
            also: done in the same transaction; what it returns is said to the citizen at once, after the message.
            settled: the message needs no answer but that: neither bot nor queue handles it.
            begin: the caller rings the workers of this process, which may hold the conversation already.
            brief: `also` finds a few rows by their keys, and awaits nothing but the session (`loket.store.engine.Store`).
            reopen: False: it is about the conversation itself, which stays closed.
            attempts: how often it was tried in vain already (`loket.conversations.handling.MAX_ATTEMPTS`).

        Raises Refused (nothing stored) and journal.UnknownConversation.
        """
        text = storable(inbound.text)
        if not text.strip():
            raise Refused("empty")
        if len(text) > MAX_TEXT:
            raise Refused("too_long")
        beginning = ""
        try:
            async with self._store.write(brief=brief or also is None) as session:
                known = await session.run_sync(_known, inbound)
                if known is not None:
                    return known
                conversation = await journal.locked(session, conversation_id)
                if not conversation.address:  # the citizen deleted it: nothing can follow
                    raise journal.UnknownConversation(conversation_id)
                while reopen and conversation.state == State.CLOSED.value:
                    conversation = await self._follow_up(session, conversation)
                now = self._clock()
                move(conversation, inbound.channel, inbound.address)
                trust.prolong(conversation, now)
                columns: dict[str, Any] = {}
                if not settled:
                    columns = {"pending": conversation.pending + 1, "pending_since": conversation.pending_since or now}
                    if begin and (lease := self.begin(conversation, inbound.channel, now)):
                        columns, beginning = columns | lease, conversation.id
                entry = Entry(
                    Author.CITIZEN, self._mask(text), provider_id=inbound.provider_id, payload=inbound.payload,
                    attempts=1 if beginning else attempts, handled=settled,
                )  # fmt: skip
                message = await session.run_sync(rows.append_to, conversation, entry, columns, now)
                for reply in await also(session, conversation, message) if also else ():
                    await self._say(session, conversation, reply, Author.SYSTEM, now)
            if beginning:
                self.begun(conversation, message)
            return Received(conversation.id, message.seq, State(conversation.state), False, message, bool(beginning))
        except IntegrityError:
            # Another process stored the same provider id between our look and our write.
            async with self._store.read(brief=True) as session:
                known = await session.run_sync(_known, inbound)
                if known is None:
                    raise
                return known
        finally:
            self._beginning.discard(beginning)

    async def open_one(self, conversation_id: str) -> str:
        """The conversation itself, or the one that follows it when it is closed. Raises journal.UnknownConversation."""
        async with self._store.write(brief=True) as session:
            conversation = await journal.locked(session, conversation_id)
            while conversation.state == State.CLOSED.value:
                conversation = await self._follow_up(session, conversation)
            return conversation.id

    async def _follow_up(self, session: AsyncSession, closed: Conversation) -> Conversation:
        """The conversation that follows a closed one; made once, also when two messages arrive together.

        It may be closed itself already: the sender may have slept through more than one closing.
        """
        existing = await session.scalar(select(Conversation).where(Conversation.follows == closed.id))
        if existing is not None:
            return await journal.locked(session, existing.id)
        conversation = await self.open(session, closed.channel, closed.address, follows=closed)
        closed.updated_at = self._clock()  # other tabs of the citizen look whether this changes, and find the follow-up
        await session.execute(
            update(WebSession).where(WebSession.conversation_id == closed.id).values(conversation_id=conversation.id)
        )
        return conversation


def _known(session: Session, inbound: Inbound) -> Received | None:
    """What came of the same message before."""
    found = rows.known(session.connection(), inbound.channel, inbound.provider_id)
    return Received(found.conversation_id, found.seq, State(found.state), duplicate=True) if found else None


def move(conversation: Conversation, channel: str, address: str) -> None:
    """The answers go where the citizen is now. What was proven elsewhere is not proven here: who holds this telephone, or sits
    at this screen, may be somebody else."""
    if (conversation.channel, conversation.address) == (channel, address):
        return
    if conversation.channel != channel:
        conversation.trust, conversation.trust_until = "anoniem", None
        conversation.facts = {name: value for name, value in conversation.facts.items() if name != "vertrouwen"}
    conversation.channel, conversation.address = channel, address


def _lasting(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: facts[name] for name in LASTING if name in facts}
