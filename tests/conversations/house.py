"""Two processes of the product on one database, with a desk each, for tests that make up what happens in them."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from loket.answers.compose import Composer
from loket.bus import Bus
from loket.conversations.desk import Desk
from loket.handoff import teams
from loket.handoff.summary import Summariser
from loket.handoff.transfer import Transfers
from loket.store import Store
from loket.store.desk import TeamMember
from loket.store.schema import Conversation, Message, Staff, Transition
from tests.conversations.support import Clock, Process
from tests.desk.conftest import FATIMA, SANNE, TEAMS

DATA = Path("data")


class House:
    """Two processes on one database, with a desk each; their calls run on a loop of their own."""

    def __init__(self, url: str, redis_url: str, composer: Composer) -> None:
        self.loop, self.clock = asyncio.new_event_loop(), Clock()
        self.stores = [Store.connect(url) for _ in range(2)]
        self.bus = self.do(self._bus(redis_url))
        self.processes = [Process(store, self.clock) for store in self.stores]
        self.desks = [
            Desk(store, composer, Summariser.load(store, composer.directory, DATA, self.clock), self.bus, str, self.clock,
                 lambda channel: False) for store in self.stores
        ]  # fmt: skip
        self.transfers = [Transfers(desk.acts) for desk in self.desks]
        self.do(self._staff())

    async def _bus(self, url: str) -> Bus:
        return Bus(url, "test")

    async def _staff(self) -> None:
        await teams.ensure(self.stores[0], TEAMS)
        async with self.stores[0].write() as session:
            for member in (FATIMA, SANNE):
                session.add(Staff(id=member.id, username=member.id, name=member.name, organisation=member.organisation,
                                  role=member.role, password_hash=""))  # fmt: skip
            await session.flush()
            session.add_all([TeamMember(team_id="loket", staff_id=member.id) for member in (FATIMA, SANNE)])

    def do[T](self, call: Coroutine[Any, Any, T]) -> T:
        """Wait for it."""
        return self.loop.run_until_complete(call)

    def dies(self, number: int) -> None:
        """A process is killed between two transactions; another with a new name comes in its place."""
        self.processes[number] = Process(self.stores[number], self.clock)

    def close(self) -> None:
        """Close everything."""
        self.do(self.bus.stop())
        for store in self.stores:
            self.do(store.close())
        self.loop.close()


@dataclass
class Rows:
    """What the database holds of a conversation and those that follow it."""

    conversations: list[Conversation]
    messages: list[Message]
    transitions: dict[str, list[Transition]] = field(default_factory=dict)

    def state_at(self, conversation: str, epoch: int) -> str:
        """Whose it was."""
        return self.transitions[conversation][epoch - 1].to_state if epoch else "bot"


async def rows_of(store: Store, ids: list[str]) -> Rows:
    """All there is of these conversations, as it is now."""
    async with store.read(brief=True) as session:
        found = await session.scalars(select(Conversation).where(Conversation.id.in_(ids)))
        by_id = {row.id: row for row in found}
        messages = await session.scalars(select(Message).where(Message.conversation_id.in_(ids)).order_by(Message.seq))
        rows = Rows([by_id[one] for one in ids], list(messages), {one: [] for one in ids})
        steps = select(Transition).where(Transition.conversation_id.in_(ids)).order_by(Transition.id)
        for step in await session.scalars(steps):
            rows.transitions[step.conversation_id].append(step)
    return rows
