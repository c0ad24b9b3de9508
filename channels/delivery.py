"""The outbox: brings what was stored for a citizen to the channel, with retries and a visible failure."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import or_, select, update

from channels.registry import DeliveryFailed, Registry
from loket.bus import Bus
from loket.conversations.model import Author
from loket.store.engine import Store
from loket.store.schema import Message, Outbox

log = structlog.get_logger(__name__)
MAX_ATTEMPTS = 8
BATCH = 100
HOLD = timedelta(seconds=30)
"""How long one process may hold a row before another may try."""


def tell_desk(bus: Bus, conversation_id: str, seq: int, author: str) -> None:
    """Staff see how far their own words came; of the bot's words nobody watches that, so no bell rings for them."""
    if author == Author.HUMAN.value:
        bus.publish({"kind": "delivery", "conversation": conversation_id, "seq": seq})


class Delivery:
    """Delivers outbox rows, each by one process at a time, oldest first within a conversation."""

    def __init__(
        self, store: Store, channels: Registry, bus: Bus, holder: str, clock: Callable[[], datetime], look_every: float = 1.0
    ) -> None:
        self._store, self._channels, self._bus, self._holder = store, channels, bus, holder
        self._clock, self._look_every = clock, look_every
        self._bell = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def ring(self) -> None:
        """There is something to deliver."""
        self._bell.set()

    async def start(self) -> None:
        """Begin to deliver."""
        self._task = asyncio.create_task(self._loop())

    async def _loop(self) -> None:
        while True:
            try:
                while await self.round():
                    pass
            except Exception:
                log.exception("delivery.round_failed")
                await asyncio.sleep(1)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._bell.wait(), self._look_every)
            self._bell.clear()

    async def round(self) -> int:
        """Deliver one batch; returns how many rows were taken."""
        taken = await self._take()
        failed: set[str] = set()
        for row, message in taken:
            if row.conversation_id in failed:
                continue  # what follows a failed message waits for it
            try:
                await self._channels[message.channel].deliver(row.conversation_id, message)
            except DeliveryFailed as error:
                failed.add(row.conversation_id)
                await self._failed(row, error)
            except Exception as error:
                log.exception("delivery.failed", conversation=row.conversation_id)
                failed.add(row.conversation_id)
                await self._failed(row, DeliveryFailed(type(error).__name__, permanent=False))
            else:
                row.state = "sent"
        await self._sent([row.id for row, _ in taken if row.state == "sent"])
        for row, message in taken:
            if row.state == "sent":
                tell_desk(self._bus, row.conversation_id, message.seq, message.author)
        return len(taken)

    async def _take(self) -> list[tuple[Outbox, Message]]:
        now = self._clock()
        async with self._store.read() as session:
            if not (await session.execute(self._due(now).limit(1))).first():
                return []
        async with self._store.write() as session:
            rows = (
                await session.execute(
                    select(Outbox, Message)
                    .join(Message, Message.id == Outbox.message_id)
                    .where(Outbox.id.in_(self._due(now).order_by(Outbox.id).limit(BATCH)))
                    .order_by(Outbox.id)
                    .with_for_update(of=Outbox, skip_locked=True)
                )
            ).all()
            for row, _ in rows:
                row.lease, row.next_at = self._holder, now + HOLD
                row.attempts += 1
            return [(row, message) for row, message in rows]

    def _due(self, now: datetime):  # type: ignore[no-untyped-def]
        return select(Outbox.id).where(
            Outbox.state == "pending", or_(Outbox.lease.is_(None), Outbox.next_at <= now), Outbox.next_at <= now
        )

    async def _sent(self, ids: list[int]) -> None:
        if not ids:
            return
        async with self._store.write() as session:
            await session.execute(update(Outbox).where(Outbox.id.in_(ids)).values(state="sent", lease=None))
            await session.execute(
                update(Message)
                .where(Message.id.in_(select(Outbox.message_id).where(Outbox.id.in_(ids))), Message.delivery == "pending")
                .values(delivery="sent")
            )

    async def _failed(self, row: Outbox, error: DeliveryFailed) -> None:
        """Try again later with growing waits; give up visibly: the desk sees the state of the message."""
        gave_up = error.permanent or row.attempts >= MAX_ATTEMPTS
        wait = timedelta(seconds=min(2**row.attempts, 300))
        async with self._store.write() as session:
            await session.execute(
                update(Outbox)
                .where(Outbox.id == row.id)
                .values(state="failed" if gave_up else "pending", lease=None, next_at=self._clock() + wait, error=str(error)[:80])
            )
            if gave_up:
                await session.execute(update(Message).where(Message.id == row.message_id).values(delivery="failed"))
        if gave_up:
            log.error("delivery.gave_up", conversation=row.conversation_id, reason=str(error))
            self._bus.publish({"kind": "state", "conversation": row.conversation_id})

    async def stop(self) -> None:
        """Stop; rows in hand become due again when their hold ends."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
