"""Holding a conversation: one process at a time works on it, and another takes over when that one is gone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update

from loket.conversations import journal
from loket.conversations.bursts import BURST, NO_PAUSE, Work, thought
from loket.conversations.model import Author
from loket.store.clock import has_come, held
from loket.store.engine import Store
from loket.store.schema import Conversation, Message

LEASE = timedelta(seconds=12)
"""How long a process that gives no sign of life holds a conversation; so long a citizen waits when a process is killed."""


class Leases:
    """Hands out the work of conversations, one message or burst at a time per conversation across all processes.

    Args:
        store: the store.
        holder: name of this process for leases; unique among all processes.
        clock: now, aware.
        pause: by channel: messages that come within this time of each other are read as one thought. None on the web, where
            people see at once that they are answered; two seconds where every message is a telephone's.

    Attributes:
        room: whether this process can begin with a message right now; by default it leaves that to `take`.
    """

    def __init__(
        self, store: Store, holder: str, clock: Callable[[], datetime], pause: Callable[[str], timedelta]
    ) -> None:
        self._store, self._holder, self._clock, self._pause = store, holder, clock, pause
        self._begun: dict[str, Work] = {}
        self._beginning: set[str] = set()
        self.room: Callable[[], bool] = lambda: False

    async def waiting(self, limit: int = 50) -> list[str]:
        """Conversations with unhandled messages that nobody holds, longest waiting first."""
        free = or_(Conversation.lease_until.is_(None), has_come(Conversation.lease_until, self._clock(), LEASE))
        async with self._store.read(brief=True) as session:
            rows = await session.scalars(
                select(Conversation.id)
                .where(Conversation.pending > 0, free)
                .order_by(Conversation.pending_since)
                .limit(limit)
            )
            return list(rows)

    async def take(self, conversation_id: str) -> Work | None:
        """Hold the conversation and get its oldest unhandled message; None if another holds it or nothing is left."""
        now = self._clock()
        if conversation_id in self._beginning:
            return None  # whoever stores its message rings again
        begun = self._begun.pop(conversation_id, None)
        if begun is not None and held(begun.conversation.lease_until, now, LEASE):
            return begun
        async with self._store.write(brief=True) as session:
            conversation = await journal.locked(session, conversation_id)
            if conversation.lease not in (None, self._holder) and held(conversation.lease_until, now, LEASE):
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
            found = thought(unhandled, now, self._pause(unhandled[0].channel))
            if found is None:  # more may come; whoever looks next may take it
                if conversation.lease == self._holder:
                    conversation.lease, conversation.lease_until = None, None
                return None
            conversation.lease, conversation.lease_until = self._holder, now + LEASE
            for message in found:
                message.attempts += 1
                # Written down before the bot is asked: whoever takes over after a crash asks the very same thought.
                message.together = found[-1].seq if len(found) > 1 else None
            return Work(conversation, found[-1], conversation.epoch, tuple(found[:-1]))

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

    def begin(self, conversation: Conversation, channel: str, now: datetime) -> dict[str, Any]:
        """The columns with which the transaction that stores a message holds the conversation for it; none if `take` must do it.

        `conversation` is locked, and nothing in it counts the message yet. After the commit `begun` must be called. Until then
        `take` leaves it alone.
        """
        taken = conversation.lease is not None and held(conversation.lease_until, now, LEASE)
        if taken or conversation.pending or self._pause(channel) != NO_PAUSE or not self.room():
            return {}
        self._beginning.add(conversation.id)
        return {"lease": self._holder, "lease_until": now + LEASE}

    def begun(self, conversation: Conversation, message: Message) -> None:
        """What `begin` took was committed: the next `take` hands it out without asking the store."""
        self._begun[conversation.id] = Work(conversation, message, conversation.epoch)
