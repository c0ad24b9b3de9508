"""What citizens send: accepted once, handled once, in order (design section 3, steps 2, 3 and 5)."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from loket.conversations import journal, ownership
from loket.conversations.journal import Entry
from loket.conversations.model import MAX_TEXT, Author, HandOff, Inbound, Rendered
from loket.conversations.states import State, Step
from loket.identity import trust
from loket.store.engine import Store
from loket.store.schema import Conversation, Message, WebSession
from loket.store.text import storable

LEASE = timedelta(seconds=12)
"""How long a process that gives no sign of life holds a conversation; so long a citizen waits when a process is killed."""


NO_PAUSE = timedelta(0)
LONGEST_BURST = timedelta(seconds=10)
"""Who keeps on writing is answered after so long all the same."""

BURST = 20
"""So many messages are read as one thought at most."""

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
    """An accepted message: from here on the system answers for it."""

    conversation_id: str
    seq: int
    state: State
    duplicate: bool


@dataclass(frozen=True)
class Work:
    """The oldest unhandled message of a conversation that this process holds.

    Of a burst that is read as one thought, `message` is the last one and `before` are the others, in order.
    """

    conversation: Conversation
    message: Message
    epoch: int
    before: tuple[Message, ...] = ()

    @property
    def text(self) -> str:
        """The whole thought, a message on a line."""
        return "\n".join(message.text for message in (*self.before, self.message))


def utcnow() -> datetime:
    """Now, aware."""
    return datetime.now(UTC)


class Inbox:
    """Accepts messages of citizens and hands them out, one at a time per conversation across all processes.

    Args:
        store: the store.
        mask: takes BSN, IBAN and the like out of a text before it is stored.
        holder: name of this process for leases; unique among all processes.
        clock: now, aware.
        pause: by channel: messages that come within this time of each other are read as one thought. None on the web, where
            people see at once that they are answered; two seconds where every message is a telephone's.
    """

    def __init__(
        self,
        store: Store,
        mask: Callable[[str], str],
        holder: str,
        clock: Callable[[], datetime] = utcnow,
        pause: Callable[[str], timedelta] = lambda channel: NO_PAUSE,
    ) -> None:
        self._store, self._mask, self._holder, self._clock, self._pause = store, mask, holder, clock, pause

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
        self, conversation_id: str, inbound: Inbound, also: Also | None = None, settled: bool = False
    ) -> Received:
        """Store one message in one transaction; the same (channel, provider_id) a second time changes nothing.

        Args:
            conversation_id: where; a closed conversation gets a follow-up.
            inbound: the message.
            also: done in the same transaction; what it returns is said to the citizen at once, after the message.
            settled: the message needs no answer but that: neither bot nor queue handles it.

        Raises Refused (nothing stored) and journal.UnknownConversation.
        """
        text = storable(inbound.text)
        if not text.strip():
            raise Refused("empty")
        if len(text) > MAX_TEXT:
            raise Refused("too_long")
        try:
            async with self._store.write(brief=also is None) as session:
                known = await self._known(session, inbound)
                if known is not None:
                    return known
                conversation = await journal.locked(session, conversation_id)
                if not conversation.address:  # the citizen deleted it: nothing can follow
                    raise journal.UnknownConversation(conversation_id)
                while conversation.state == State.CLOSED.value:
                    conversation = await self._follow_up(session, conversation)
                now = self._clock()
                move(conversation, inbound.channel, inbound.address)
                trust.prolong(conversation, now)
                message = await journal.append(
                    session,
                    conversation,
                    Entry(Author.CITIZEN, self._mask(text), provider_id=inbound.provider_id, payload=inbound.payload),
                    now,
                )
                if settled:
                    message.handled_at = now
                else:
                    conversation.pending += 1
                    conversation.pending_since = conversation.pending_since or now
                for reply in await also(session, conversation, message) if also else ():
                    await self._say(session, conversation, reply, Author.SYSTEM, now)
                return Received(conversation.id, message.seq, State(conversation.state), duplicate=False)
        except IntegrityError:
            # Another process stored the same provider id between our look and our write.
            async with self._store.read(brief=True) as session:
                known = await self._known(session, inbound)
                if known is None:
                    raise
                return known

    async def open_one(self, conversation_id: str) -> str:
        """The conversation itself, or the one that follows it when it is closed. Raises journal.UnknownConversation."""
        async with self._store.write(brief=True) as session:
            conversation = await journal.locked(session, conversation_id)
            while conversation.state == State.CLOSED.value:
                conversation = await self._follow_up(session, conversation)
            return conversation.id

    async def _known(self, session: AsyncSession, inbound: Inbound) -> Received | None:
        row = (
            await session.execute(
                select(Message.conversation_id, Message.seq, Conversation.state)
                .join(Conversation, Conversation.id == Message.conversation_id)
                .where(Message.channel == inbound.channel, Message.provider_id == inbound.provider_id)
            )
        ).first()
        return Received(row[0], row[1], State(row[2]), duplicate=True) if row else None

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

    async def waiting(self, limit: int = 50) -> list[str]:
        """Conversations with unhandled messages that nobody holds, longest waiting first."""
        now = self._clock()
        async with self._store.read(brief=True) as session:
            rows = await session.scalars(
                select(Conversation.id)
                .where(Conversation.pending > 0, or_(Conversation.lease_until.is_(None), Conversation.lease_until < now))
                .order_by(Conversation.pending_since)
                .limit(limit)
            )
            return list(rows)

    async def take(self, conversation_id: str) -> Work | None:
        """Hold the conversation and get its oldest unhandled message; None if another holds it or nothing is left."""
        now = self._clock()
        async with self._store.write(brief=True) as session:
            conversation = await journal.locked(session, conversation_id)
            held_by_other = (
                conversation.lease is not None
                and conversation.lease != self._holder
                and conversation.lease_until is not None
                and conversation.lease_until > now
            )
            if held_by_other:
                return None
            unhandled = list(
                await session.scalars(
                    select(Message)
                    .where(
                        Message.conversation_id == conversation_id,
                        Message.author == Author.CITIZEN.value,
                        Message.handled_at.is_(None),
                    )
                    .order_by(Message.seq)
                    .limit(BURST)
                )
            )
            if not unhandled:
                conversation.pending, conversation.pending_since = 0, None
                conversation.lease, conversation.lease_until = None, None
                return None
            thought = self._thought(unhandled, now)
            if thought is None:  # more may come; whoever looks next may take it
                if conversation.lease == self._holder:
                    conversation.lease, conversation.lease_until = None, None
                return None
            conversation.lease, conversation.lease_until = self._holder, now + LEASE
            for message in thought:
                message.attempts += 1
                # Written down before the bot is asked: whoever takes over after a crash asks the very same thought.
                message.together = thought[-1].seq if len(thought) > 1 else None
            return Work(conversation, thought[-1], conversation.epoch, tuple(thought[:-1]))

    def _thought(self, unhandled: list[Message], now: datetime) -> list[Message] | None:
        """The messages to read as one: the burst that the oldest belongs to; None while it may still go on.

        A button that was pressed is an answer of its own.
        """
        first = unhandled[0]
        if first.together is not None:
            return [message for message in unhandled if message.together == first.together]
        pause = self._pause(first.channel)
        burst, length = [first], len(first.text)
        if pause == NO_PAUSE or first.payload:
            return burst
        for message in unhandled[1:]:
            length += len(message.text)
            elsewhere = message.channel != first.channel or message.created_at - burst[-1].created_at > pause
            if elsewhere or message.payload or length > MAX_TEXT:
                return burst
            burst.append(message)
        quiet, lasted = now - burst[-1].created_at, now - first.created_at
        return burst if quiet >= pause or lasted >= LONGEST_BURST or len(burst) == BURST else None

    async def renew(self, conversation_id: str) -> None:
        """A sign of life of the process that holds the conversation; without it another takes over after LEASE."""
        async with self._store.write(brief=True) as session:
            await session.execute(
                update(Conversation)
                .where(Conversation.id == conversation_id, Conversation.lease == self._holder)
                .values(lease_until=self._clock() + LEASE)
            )

    async def release(self, conversation_id: str) -> None:
        """Let go of a conversation without having handled its message."""
        async with self._store.write(brief=True) as session:
            await session.execute(
                update(Conversation)
                .where(Conversation.id == conversation_id, Conversation.lease == self._holder)
                .values(lease=None, lease_until=None)
            )

    async def place(self, work: Work, of: Callable[[AsyncSession, Conversation], Awaitable[int]]) -> int:
        """The place in the queue of a conversation in hand."""
        async with self._store.read(brief=True) as session:
            return await of(session, work.conversation)

    async def say(self, conversation_id: str, author: Author, rendered: Rendered, epoch: int) -> Message | None:
        """Say something outside a turn, if the ownership is still that of `epoch`; None if it was not said."""
        async with self._store.write(brief=True) as session:
            conversation = await journal.locked(session, conversation_id)
            if conversation.epoch != epoch:
                return None
            return await self._say(session, conversation, rendered, author, self._clock())

    async def settle(
        self,
        work: Work,
        replies: list[Rendered],
        understanding: dict[str, Any] | None,
        facts: dict[str, Any] | None = None,
        handoff: HandOff | None = None,
        columns: dict[str, Any] | None = None,
        on_handoff: Callable[[AsyncSession, Conversation], Awaitable[list[Rendered]]] | None = None,
        speaker: Author = Author.BOT,
        on_kept: Callable[[AsyncSession, Message], Awaitable[object]] | None = None,
    ) -> tuple[Conversation, list[Message], bool]:
        """Record the outcome of one message: it is handled, and the replies count **only if the epoch is still the
        one the question was asked under**. Otherwise they are dropped, and the message counts as handled, because
        a human has the conversation now and sees it. When the bot has it back already, it stays unhandled.

        Args:
            on_handoff: awaited in the same transaction after the step to the queue; returns replies to append.
            on_kept: awaited last in the same transaction, with the settled message, when the replies were kept.

        Returns the conversation, the appended messages, and whether the replies were kept.
        """
        now = self._clock()
        async with self._store.write(brief=True) as session:
            conversation = await journal.locked(session, work.conversation.id)
            message = await session.get(Message, work.message.id)
            if message is None or message.handled_at is not None:
                return conversation, [], False
            if conversation.epoch != work.epoch and work.conversation.state == conversation.state == State.BOT.value:
                return conversation, [], False  # claimed and given back in between: nobody answered, the bot is asked anew
            message.handled_at, message.understanding = now, understanding
            for earlier in work.before:
                (await session.get_one(Message, earlier.id)).handled_at = now
            conversation.pending = max(conversation.pending - 1 - len(work.before), 0)
            conversation.pending_since = now if conversation.pending else None
            conversation.facts = {**conversation.facts, **(facts or {})}
            for column, value in (columns or {}).items():
                setattr(conversation, column, value)
            if conversation.pending == 0 and conversation.lease == self._holder:
                conversation.lease, conversation.lease_until = None, None
            if conversation.epoch != work.epoch:
                return conversation, [], False
            appended = [await self._say(session, conversation, reply, speaker, now) for reply in replies]
            if handoff is not None and conversation.state in (State.BOT.value, State.CALLBACK.value):
                await session.flush()
                await ownership.step(
                    session, conversation, Step.HAND_OFF, epoch=work.epoch, actor="bot", reason=handoff.reason, now=now
                )
                if work.conversation.state == State.BOT.value:
                    conversation.reason, conversation.urgency = handoff.reason, handoff.urgency
                if on_handoff is not None:
                    for reply in await on_handoff(session, conversation):
                        appended.append(await self._say(session, conversation, reply, Author.SYSTEM, now))
            if on_kept is not None:
                await on_kept(session, message)
            return conversation, appended, True

    async def _say(
        self, session: AsyncSession, conversation: Conversation, reply: Rendered, speaker: Author, now: datetime
    ) -> Message:
        return await journal.append(session, conversation, Entry(speaker, reply.text, content=reply.content()), now)


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
