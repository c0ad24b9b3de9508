"""The outbox: brings what was stored for a citizen to the channel, with retries and a visible failure.

Each channel has a lane of its own: a provider that is slow or down never keeps the web chat waiting.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, and_, exists, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from channels.registry import DeliveryFailed, DeliveryHeld, Registry
from loket import metrics
from loket.bus import Bus, Event
from loket.conversations.model import Author
from loket.store.clock import has_come
from loket.store.engine import Store
from loket.store.field_keys import Unreadable
from loket.store.schema import Message, Outbox

log = structlog.get_logger(__name__)
GIVE_UP_AFTER = timedelta(hours=4)
"""So long a provider that is down is tried: a later answer helps nobody, and the desk must see that it did not come."""

AT_ONCE = 16
"""Messages that one process sends at the same time on one channel."""

HOLD = timedelta(seconds=60)
"""How long one process may hold a row before another may try: longer than a call to a provider can take."""


LONGEST_WAIT = timedelta(minutes=40)
"""Between two attempts: a telephone that is off is tried after 10, 20 and 40 minutes (channels.twilio.errors)."""


def tell_desk(bus: Bus, conversation_id: str, seq: int, author: str) -> None:
    """Staff see how far their own words came; of the bot's words nobody watches that, so no bell rings for them."""
    if author == Author.HUMAN.value:
        bus.publish({"kind": "delivery", "conversation": conversation_id, "seq": seq})


UNREADABLE = "unreadable"
"""Error of a row whose message no key of ours opens: it is given up, so that it does not keep those behind it waiting."""


async def readable(session: AsyncSession, message_ids: Sequence[int]) -> list[Message]:
    """Those of the messages that can be opened."""
    if not message_ids:
        return []
    try:
        return list(await session.scalars(select(Message).where(Message.id.in_(message_ids))))
    except Unreadable:
        if len(message_ids) == 1:
            return []
        return [found for one in message_ids for found in await readable(session, [one])]


async def give_up_unreadable(session: AsyncSession, message_ids: Sequence[int]) -> None:
    """These messages do not go out, and the desk sees that."""
    if message_ids:
        given_up = {"state": "failed", "lease": None, "error": UNREADABLE}
        await session.execute(update(Outbox).where(Outbox.message_id.in_(message_ids)).values(given_up))
        await session.execute(update(Message).where(Message.id.in_(message_ids)).values(delivery="failed"))


class Lane:
    """Delivers the rows of one channel, each by one process at a time, oldest first within a conversation.

    How, each kind of channel says for itself: `ProviderLane`, `channels.pull_lane.PullLane`.
    """

    together = 0.0
    """Seconds that a batch is gathered after the bell."""

    def __init__(
        self, store: Store, channels: Registry, name: str, bus: Bus, holder: str, clock: Callable[[], datetime], look_every: float
    ) -> None:
        self._store, self._channel, self.name, self._bus, self._holder = store, channels[name], name, bus, holder
        self._clock, self._look_every = clock, look_every
        self._bell = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def ring(self, event: Event | None = None) -> None:
        """There is something to deliver; the event says which message, if it is known."""
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
                await asyncio.sleep(self.together)
            self._bell.clear()

    async def round(self) -> int:
        """Deliver one batch; returns how many rows were taken."""
        raise NotImplementedError

    def _say_unreadable(self, number: int) -> None:
        if number:
            metrics.count("messages_out_failed", number, channel=self.name, reason=UNREADABLE)
            log.error("delivery.unreadable", channel=self.name, messages=number)

    async def stop(self) -> None:
        """Stop; rows in hand become due again when their hold ends."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


class ProviderLane(Lane):
    """A lane to a provider: one message of a conversation after the other, several conversations at once."""

    def __init__(
        self, store: Store, channels: Registry, name: str, bus: Bus, holder: str, clock: Callable[[], datetime], look_every: float
    ) -> None:
        super().__init__(store, channels, name, bus, holder, clock, look_every)
        self._running: set[asyncio.Task[None]] = set()

    async def round(self) -> int:
        """Take what can go now and send it, without waiting for it; returns how many rows were taken."""
        taken = await self._take()
        for row, message in taken:
            task = asyncio.create_task(self._one(row, message))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return len(taken)

    async def settle(self) -> None:
        """Wait until what was taken is sent or put back."""
        while self._running:
            await asyncio.wait(set(self._running))

    async def _one(self, row: Outbox, message: Message) -> None:
        try:
            try:
                await self._channel.deliver(row.conversation_id, message)
            except DeliveryHeld as held:
                await self._hold(row, str(held))
            except DeliveryFailed as error:
                await self._failed(row, error)
            except Exception as error:
                log.exception("delivery.failed", conversation=row.conversation_id)
                await self._failed(row, DeliveryFailed(type(error).__name__, permanent=False))
            else:
                await self._sent([row])
                tell_desk(self._bus, row.conversation_id, message.seq, message.author)
        except Exception:
            log.exception("delivery.not_recorded", conversation=row.conversation_id)  # it becomes due again when its hold ends
        self.ring()

    async def _hold(self, row: Outbox, why: str) -> None:
        async with self._store.write(brief=True) as session:
            held = await session.execute(
                update(Outbox).where(*self._mine(row)).values(state="held", lease=None, error=why[:80])
            )
            if not held.rowcount:  # type: ignore[attr-defined]
                return
            message = await session.get_one(Message, row.message_id)
            message.content = {**(message.content or {}), "failure": why[:40]}
        self._bus.publish({"kind": "state", "conversation": row.conversation_id})

    async def _take(self) -> list[tuple[Outbox, Message]]:
        now = self._clock()
        async with self._store.read(brief=True) as session:
            if not (await session.execute(self._due(now).limit(1))).first():
                return []
        room = max(AT_ONCE - len(self._running), 0)
        async with self._store.write(brief=True) as session:
            rows = list(
                await session.scalars(
                    select(Outbox)
                    .where(Outbox.id.in_(self._due(now).order_by(Outbox.id).limit(room)))
                    .order_by(Outbox.id)
                    .with_for_update(skip_locked=True)
                )
            )
            for row in rows:
                row.lease, row.next_at = self._holder, now + HOLD
                row.attempts += 1
            messages = {message.id: message for message in await readable(session, [row.message_id for row in rows])}
            lost = [row.message_id for row in rows if row.message_id not in messages]
            await give_up_unreadable(session, lost)
        self._say_unreadable(len(lost))
        return [(row, messages[row.message_id]) for row in rows if row.message_id in messages]

    def _due(self, now: datetime):  # type: ignore[no-untyped-def]
        earlier = aliased(Outbox)
        before = exists().where(
            earlier.conversation_id == Outbox.conversation_id,
            earlier.channel == Outbox.channel,
            earlier.state == "pending",
            earlier.id < Outbox.id,
        )
        return select(Outbox.id).where(
            Outbox.channel == self.name,
            Outbox.state == "pending",
            or_(
                and_(Outbox.attempts == 0, Outbox.error.is_(None)),  # never tried: it waits for nothing
                and_(Outbox.lease.is_not(None), has_come(Outbox.next_at, now, HOLD)),
                has_come(Outbox.next_at, now, LONGEST_WAIT),
            ),
            ~before,
        )

    def _mine(self, row: Outbox) -> tuple[ColumnElement[bool], ...]:
        """The row as it was taken: not what a call-back of the provider has put back meanwhile, even if it was taken anew."""
        return Outbox.id == row.id, Outbox.lease == self._holder, Outbox.attempts == row.attempts, Outbox.state == "pending"

    async def _sent(self, rows: Sequence[Outbox]) -> None:
        if not rows:
            return
        taken = tuple_(Outbox.id, Outbox.attempts).in_([(row.id, row.attempts) for row in rows])
        mine = (taken, Outbox.lease == self._holder)
        async with self._store.write(brief=True) as session:
            await session.execute(
                update(Outbox)
                .where(*mine, Outbox.state == "pending")
                .values(state="sent")
                .execution_options(synchronize_session=False)
            )
            sent = select(Outbox.message_id).where(*mine, Outbox.state == "sent")
            await session.execute(
                update(Message)
                .where(Message.id.in_(sent), Message.delivery == "pending")
                .values(delivery="sent")
                .execution_options(synchronize_session=False)
            )

    async def _failed(self, row: Outbox, error: DeliveryFailed) -> None:
        """Try again later with growing waits; give up visibly: the desk sees the state of the message and why."""
        attempts = row.attempts if error.counts else row.attempts - 1
        gave_up = error.permanent or await self._too_late(row)
        wait = error.after or timedelta(seconds=min(2**max(attempts, 1), 300))
        async with self._store.write(brief=True) as session:
            changed = await session.execute(
                update(Outbox)
                .where(*self._mine(row))
                .values(
                    state="failed" if gave_up else "pending",
                    lease=None,
                    attempts=attempts,
                    next_at=self._clock() + wait,
                    error=str(error)[:80],
                )
            )
            if not changed.rowcount:  # type: ignore[attr-defined]
                return
            if gave_up:
                message = await session.get_one(Message, row.message_id)
                message.delivery, message.content = "failed", {**(message.content or {}), "failure": str(error)[:40]}
        if gave_up:
            metrics.count("messages_out_failed", channel=self.name, reason=str(error)[:40])
            log.error("delivery.gave_up", conversation=row.conversation_id, channel=self.name, reason=str(error))
            self._bus.publish({"kind": "state", "conversation": row.conversation_id})
        elif error.counts:
            metrics.count("delivery_retries", channel=self.name, reason=str(error)[:40])

    async def _too_late(self, row: Outbox) -> bool:
        async with self._store.read(brief=True) as session:
            written = await session.scalar(select(Message.created_at).where(Message.id == row.message_id))
        return written is None or self._clock() - written > GIVE_UP_AFTER

    async def stop(self) -> None:
        """Stop; a message on its way to the provider is seen through as far as a moment allows."""
        await super().stop()
        if self._running:
            await asyncio.wait(set(self._running), timeout=2)
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
