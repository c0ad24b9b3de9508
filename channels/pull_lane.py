"""The lane of a channel whose client fetches for itself: to deliver is to ring, and to note it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Row, bindparam, or_, select, update
from sqlalchemy.orm import Session

from channels.delivery import HOLD, Lane, give_up_unreadable, readable, tell_desk
from channels.registry import Registry
from loket.bus import Bus, Event
from loket.store.clock import SKEW
from loket.store.engine import Store
from loket.store.schema import Base

BATCH = 100
"""Rows that are noted at once."""

_outbox, _message = (Base.metadata.tables[name] for name in ("outbox", "message"))
DUE = (
    select(_outbox.c.id, _outbox.c.message_id, _message.c.conversation_id, _message.c.seq, _message.c.author)
    .join(_message, _message.c.id == _outbox.c.message_id)
    .where(_outbox.c.channel == bindparam("lane"), _outbox.c.state == "pending")
    .where(or_(_outbox.c.next_at <= bindparam("now"), _outbox.c.next_at > bindparam("beyond")))
    .order_by(_outbox.c.id)
)
LOOK, TAKE = DUE.limit(1), DUE.limit(BATCH).with_for_update(of=_outbox, skip_locked=True)
NOTE = (
    update(_outbox)
    .where(_outbox.c.id.in_(bindparam("ids", expanding=True)))
    .values(state="sent", lease=bindparam("holder"), attempts=_outbox.c.attempts + 1)
)
NOTE_MESSAGES = (
    update(_message)
    .where(_message.c.id.in_(bindparam("ids", expanding=True)), _message.c.delivery == "pending")
    .values(delivery="sent")
)
"""Prepared once: plain rows and statements cost a third of objects."""

REMEMBERED = 10_000
"""Bells that are remembered; for what is forgotten the bell rings twice, which harms nobody."""


class PullLane(Lane):
    """Notes what was sent, a batch in one transaction, and rings for what nobody rang for: whoever stored it may have died.

    A bell that is lost after that loses nothing: open sockets look for themselves (`channels.web.hub`), others replay.
    """

    together = 0.2
    """The bell has rung for a message already, so nobody waits for the note."""

    def __init__(
        self, store: Store, channels: Registry, name: str, bus: Bus, holder: str, clock: Callable[[], datetime], look_every: float
    ) -> None:
        super().__init__(store, channels, name, bus, holder, clock, look_every)
        self._heard: dict[tuple[str, int], None] = {}

    def ring(self, event: Event | None = None) -> None:
        """See `Lane.ring`."""
        if event is not None and "seq" in event:
            self._heard[event["conversation"], event["seq"]] = None
            if len(self._heard) > REMEMBERED:
                del self._heard[next(iter(self._heard))]
        super().ring()

    async def round(self) -> int:
        """Note one batch, and ring where it is needed; returns how many rows were taken."""
        now = self._clock()
        async with self._store.read(brief=True) as session:
            if not await session.run_sync(self._due_now, now):
                return 0
        async with self._store.write(brief=True) as session:
            rows = await session.run_sync(self._noted, now)
            unheard = [row.message_id for row in rows if (row.conversation_id, row.seq) not in self._heard]
            messages = await readable(session, unheard)
            lost = set(unheard) - {message.id for message in messages}
            await give_up_unreadable(session, list(lost))
        self._say_unreadable(len(lost))
        for message in messages:
            await self._channel.deliver(message.conversation_id, message)
        for row in rows:
            self._heard.pop((row.conversation_id, row.seq), None)
            tell_desk(self._bus, row.conversation_id, row.seq, row.author)
        return len(rows)

    def _moments(self, now: datetime) -> dict[str, object]:
        """What is due: its moment has come, or lies further ahead than it can (loket.store.clock)."""
        return {"lane": self.name, "now": now, "beyond": now + HOLD + SKEW}

    def _due_now(self, session: Session, now: datetime) -> bool:
        return session.connection().execute(LOOK, self._moments(now)).first() is not None

    def _noted(self, session: Session, now: datetime) -> Sequence[Row[int, int, str, int, str]]:
        """Take one batch and note that it was sent."""
        connection = session.connection()
        rows = connection.execute(TAKE, self._moments(now)).all()
        if rows:
            connection.execute(NOTE, {"ids": [row.id for row in rows], "holder": self._holder})
            connection.execute(NOTE_MESSAGES, {"ids": [row.message_id for row in rows]})
        return rows
