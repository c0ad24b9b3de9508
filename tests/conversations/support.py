"""What the tests of the core share: a clock to turn, and short ways to open conversations and send messages."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from channels.gateway import masked
from loket.conversations import journal, ownership
from loket.conversations.inbox import Inbox, Received
from loket.conversations.model import Inbound
from loket.conversations.states import State, Step
from loket.store import Store
from loket.store.schema import Conversation, Message, Transition

CHANNEL = "web"
START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@dataclass
class Clock:
    """Now, as the test wants it."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        """Forward by so many seconds, minutes ..."""
        self.now += timedelta(**by)


@dataclass
class Process:
    """One process of the product as far as the inbox goes: its own engine and its own name."""

    store: Store
    clock: Clock
    name: str = field(default_factory=lambda: f"host.{uuid.uuid4().hex[:8]}")
    mask: Callable[[str], str] = masked

    def __post_init__(self) -> None:
        self.inbox = Inbox(self.store, self.mask, self.name, self.clock)

    async def open(self, address: str | None = None) -> str:
        """A new conversation; returns its id."""
        async with self.store.write() as session:
            return (await self.inbox.open(session, CHANNEL, address or str(uuid.uuid4()))).id

    async def receive(self, conversation: str, text: str, provider_id: str | None = None, payload: str | None = None) -> Received:
        """A message of the citizen."""
        return await self.inbox.receive(conversation, self.inbound(text, provider_id, payload))

    def inbound(self, text: str, provider_id: str | None = None, payload: str | None = None) -> Inbound:
        """A message of the citizen as its channel parsed it."""
        return Inbound(CHANNEL, "address", provider_id or str(uuid.uuid4()), text, self.clock(), payload)

    async def step(
        self, conversation: str, what: Step, epoch: int | None = None, actor: str = "test", **changes: object
    ) -> State:
        """A step of the state machine, by default from the present epoch."""
        async with self.store.write() as session:
            row = await journal.locked(session, conversation)
            return await ownership.step(
                session,
                row,
                what,
                epoch=row.epoch if epoch is None else epoch,
                actor=actor,
                reason="test",
                now=self.clock(),
                **changes,
            )

    async def conversation(self, conversation: str) -> Conversation:
        """The row as it is now."""
        async with self.store.read() as session:
            return await session.get_one(Conversation, conversation)

    async def messages(self, conversation: str) -> list[Message]:
        """All messages, in order."""
        async with self.store.read() as session:
            return list(
                await session.scalars(select(Message).where(Message.conversation_id == conversation).order_by(Message.seq))
            )

    async def transitions(self, conversation: str) -> list[Transition]:
        """All steps, in order."""
        async with self.store.read() as session:
            return list(
                await session.scalars(
                    select(Transition).where(Transition.conversation_id == conversation).order_by(Transition.id)
                )
            )
