"""The lane of a channel whose client fetches for itself: to deliver is to ring, and to note it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select, update

from channels.delivery import BATCH, Lane, tell_desk
from channels.registry import Registry
from loket.bus import Bus, Event
from loket.store.engine import Store
from loket.store.schema import Message, Outbox

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
            if not (await session.execute(self._due(now).limit(1))).first():
                return 0
        async with self._store.write(brief=True) as session:
            rows = (
                await session.execute(
                    select(Outbox.id, Message)
                    .join(Message, Message.id == Outbox.message_id)
                    .where(Outbox.id.in_(self._due(now).order_by(Outbox.id).limit(BATCH)))
                    .order_by(Outbox.id)
                    .with_for_update(of=Outbox, skip_locked=True)
                )
            ).all()
            await session.execute(
                update(Outbox)
                .where(Outbox.id.in_([number for number, _ in rows]))
                .values(state="sent", lease=self._holder, attempts=Outbox.attempts + 1)
                .execution_options(synchronize_session=False)
            )
            await session.execute(
                update(Message)
                .where(Message.id.in_([message.id for _, message in rows]), Message.delivery == "pending")
                .values(delivery="sent")
                .execution_options(synchronize_session=False)
            )
        for _, message in rows:
            if (message.conversation_id, message.seq) not in self._heard:
                await self._channel.deliver(message.conversation_id, message)
            self._heard.pop((message.conversation_id, message.seq), None)
            tell_desk(self._bus, message.conversation_id, message.seq, message.author)
        return len(rows)
