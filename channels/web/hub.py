"""All web connections of this process: wakes them when the bell rings, and looks for what a lost bell hid."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from sqlalchemy import bindparam, select

from loket.bus import Bus, Event
from loket.store.engine import Store
from loket.store.schema import Conversation

log = structlog.get_logger(__name__)
LOOK_EVERY = 2.0
OVERLAP = timedelta(seconds=5)
"""A change is seen more than once: a clock of another process may be behind. Connections are woken for it once."""

CHANGED = select(Conversation.id, Conversation.updated_at).where(Conversation.updated_at > bindparam("since"))


class Connection(Protocol):
    """One open socket of a citizen."""

    def wake(self, event: Event) -> None:
        """Something happened in the conversation; must not block."""
        ...


class Hub:
    """Maps conversations to the connections that show them."""

    def __init__(self, store: Store, bus: Bus, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock
        self._connections: dict[str, set[Connection]] = defaultdict(set)
        self._unlisten = bus.listen(self._rung)
        self._task: asyncio.Task[None] | None = None

    def add(self, conversation_id: str, connection: Connection) -> None:
        """Show a conversation on a connection."""
        self._connections[conversation_id].add(connection)

    def remove(self, conversation_id: str, connection: Connection) -> None:
        """The connection is gone or shows another conversation."""
        self._connections[conversation_id].discard(connection)
        if not self._connections[conversation_id]:
            del self._connections[conversation_id]

    def count(self) -> int:
        """Open connections."""
        return sum(len(found) for found in self._connections.values())

    def _rung(self, event: Event) -> None:
        if event["kind"] == "queue":
            self.retell()  # places in the queue may have changed for everyone who waits
        for connection in list(self._connections.get(event.get("conversation", ""), ())):
            connection.wake(event)

    def retell(self) -> None:
        """Tell everyone anew how their conversation stands."""
        for found in list(self._connections.values()):
            for connection in list(found):
                connection.wake({"kind": "place"})

    async def start(self) -> None:
        """Begin to look for changes whose bell was lost."""
        self._task = asyncio.create_task(self._look())

    async def _look(self) -> None:
        since = self._clock()
        seen: dict[str, datetime] = {}
        while True:
            await asyncio.sleep(LOOK_EVERY)
            if not self._connections:
                since = self._clock()
                continue
            try:
                now = self._clock()
                async with self._store.read() as session:
                    rows = await session.execute(CHANGED, {"since": since - OVERLAP})
                    changed = {conversation_id: at for conversation_id, at in rows if conversation_id in self._connections}
                since = now
                for conversation_id in [each for each, at in changed.items() if seen.get(each) != at]:
                    for connection in list(self._connections.get(conversation_id, ())):
                        connection.wake({"kind": "message", "conversation": conversation_id})
                seen = changed
            except Exception:
                log.exception("hub.look_failed")

    async def stop(self) -> None:
        """Stop looking and listening."""
        self._unlisten()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
