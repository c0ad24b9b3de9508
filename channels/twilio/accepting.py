"""Messages of citizens between the moment that the provider hears that we have them and the moment that they are handled.

To answer takes one row, written together with those of whoever writes at the same moment. All that follows (what is meant, the
conversation, what is said at once) costs ten times as much, and waits its turn in the order of coming. A process that dies in
between leaves its rows, and another takes them over.

A message that can not be handled is tried again at its place, so that nothing of the same citizen overtakes it. What fails each
time is stored as it is, for a human; what can not even be stored is set aside, where the figures show it (channels.watching).
"""

from __future__ import annotations

import asyncio
import contextlib
from bisect import insort
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from channels.twilio.incoming import Incoming
from channels.twilio.receiving import Receiver
from channels.twilio.signature import Refused, Replays, Signed
from channels.twilio.together import Together
from loket import metrics
from loket.store.clock import has_come
from loket.store.engine import Store
from loket.store.field_keys import Unreadable
from loket.store.looking import Looking
from loket.store.partners import AcceptedMessage, number_indexes
from loket.store.retention import Rule
from loket.store.text import storable

log = structlog.get_logger(__name__)
AT_ONCE = 4
"""So many are handled at the same time; side by side all would be late."""

LEASE = timedelta(seconds=12)
"""How long a process that gives no sign of life keeps a message."""

TRIES, LAST = 6, 8
"""After so many tries in vain a message is stored as it is, for a human; after so many it is set aside."""

AGAIN = 2.0
"""Seconds between the first try and the second; each wait is twice the one before: a minute in all, until it is a human's."""

WAITING, FAILED = "waiting", "failed"
KEEP = timedelta(days=7)
"""How long a message that was set aside stays: it has a telephone number in it."""

BEHIND = 0.3
"""Seconds between looks whether another process has handled what the same citizen said before."""

MOST = 100


@dataclass(frozen=True, order=True)
class Accepted:
    """A message that will be handled.

    Attributes:
        number: of its row.
        incoming: the message.
        behind: another process had something of the same citizen that was not handled yet.
    """

    number: int
    incoming: Incoming = field(compare=False)
    behind: bool = field(default=False, compare=False)


class Acceptance(Looking):
    """Accepts messages, and hands them to the receiver: those of one citizen in order.

    Args:
        mask: takes BSN, IBAN and the like out of a text before it is stored.
        holder: name of this process; unique among all processes.
    """

    failed = "twilio.accepted_failed"

    def __init__(
        self, store: Store, receiver: Receiver, replays: Replays, mask: Callable[[str], str], holder: str,
        clock: Callable[[], datetime], look_every: float = 1.0,
    ) -> None:  # fmt: skip
        self._store, self._receiver, self._replays, self._mask = store, receiver, replays, mask
        self._holder, self._clock, self.look_every = holder, clock, look_every
        self._together = Together(self._store_all)
        self._in_hand: dict[str, list[Accepted]] = {}
        self._handled: set[int] = set()
        self._renewed = 0.0
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._working: set[asyncio.Task[None]] = set()
        self.again = AGAIN

    async def accept(self, incoming: Incoming, signed: Signed | None) -> None:
        """Store a message; from here on it will be handled. Raises Refused for a replay. `signed`: None when we fetched it."""
        text, name = (self._mask(storable(words)) for words in (incoming.text, incoming.profile_name))
        await self._together.add((replace(incoming, text=text, profile_name=name), signed.digest if signed else None))

    async def _store_all(self, given: Sequence[tuple[Incoming, str | None]]) -> list[Refused | None]:
        async with self._store.write(brief=True, first=True) as session:
            seen = await self._replays.note(session, [digest for _, digest in given if digest is not None])
            fresh = [incoming for incoming, digest in given if digest not in seen]
            accepted: list[Accepted] = []
            if fresh:
                others = await session.scalars(
                    select(AcceptedMessage.sender).where(
                        AcceptedMessage.sender.in_({_sender(one) for one in fresh}), AcceptedMessage.state == WAITING,
                        AcceptedMessage.holder != self._holder,
                    )
                )  # fmt: skip
                behind, now = set(others), self._clock()
                numbers = await session.scalars(
                    insert(AcceptedMessage).returning(AcceptedMessage.id, sort_by_parameter_order=True),
                    [self._row(one, now) for one in fresh],
                )
                accepted = [Accepted(number, one, _sender(one) in behind) for number, one in zip(numbers, fresh, strict=True)]
        for one in accepted:
            self._hand(one)
        if repeated := len(given) - len(fresh):
            metrics.count("webhooks_repeated", repeated, provider="twilio")
        return [seen.get(digest or "") for _, digest in given]

    def _row(self, incoming: Incoming, now: datetime) -> dict[str, Any]:
        return {
            "sender": _sender(incoming), "sid": incoming.sid, "given": asdict(incoming), "state": WAITING, "attempts": 0,
            "accepted_at": now, "holder": self._holder, "held_until": now + LEASE,
        }  # fmt: skip

    # -- handling ------------------------------------------------------------------------------------------------

    def _hand(self, accepted: Accepted) -> None:
        sender = _sender(accepted.incoming)
        if sender in self._in_hand:
            insort(self._in_hand[sender], accepted)
            return
        self._in_hand[sender] = [accepted]
        task = asyncio.create_task(self._handle(sender))
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    async def _handle(self, sender: str) -> None:
        """Hand over what one citizen wrote, until there is no more. What fails keeps its place."""
        queue = self._in_hand[sender]
        try:
            while queue:
                one = queue[0]
                if one.behind and await self._others_first(sender, one):
                    await asyncio.sleep(BEHIND)
                elif (wait := await self._try(one)) is not None:
                    await asyncio.sleep(wait)
                else:
                    queue.remove(one)
        finally:  # whatever ends it: what is left is taken over when its lease is over, and what comes next is begun with
            del self._in_hand[sender]

    async def _others_first(self, sender: str, one: Accepted) -> bool:
        earlier = exists().where(
            AcceptedMessage.sender == sender, AcceptedMessage.id < one.number, AcceptedMessage.state == WAITING,
            AcceptedMessage.holder != self._holder,
        )  # fmt: skip
        try:
            async with self._store.read(brief=True) as session:
                return bool(await session.scalar(select(earlier)))
        except Exception as error:  # nobody knows: look again
            log.error("twilio.not_looked", error=type(error).__name__)
            return True

    async def _try(self, one: Accepted) -> float | None:
        """Hand one over; seconds until it must be tried again, None when it is done with."""
        async with self._turns:
            try:
                await self._receiver.take(one.incoming)
            except Exception as error:
                log.error("twilio.not_taken", error=type(error).__name__)
                try:
                    return await self._failed(one)
                except SQLAlchemyError as away:  # that can not be the fault of the message, so it counts for nothing
                    log.error("twilio.not_counted", error=type(away).__name__)
                    return self.again
            self._handled.add(one.number)
            return None

    async def _failed(self, one: Accepted) -> float | None:
        row = (AcceptedMessage.id == one.number, AcceptedMessage.holder == self._holder)
        async with self._store.write(brief=True) as session:
            tries = await session.scalar(
                update(AcceptedMessage)
                .where(*row)
                .values(attempts=AcceptedMessage.attempts + 1)
                .returning(AcceptedMessage.attempts)
                .execution_options(synchronize_session=False)
            )
        if tries is None:
            return None  # another process has it now
        if tries >= TRIES:
            try:
                await self._receiver.keep(one.incoming)
            except Exception as error:
                log.error("twilio.not_kept", number=one.number, error=type(error).__name__)
            else:
                log.error("twilio.gave_up", number=one.number)
                self._handled.add(one.number)
                return None
        if tries < LAST:
            return float(self.again * 2 ** (tries - 1))
        log.error("twilio.set_aside", number=one.number)
        async with self._store.write(brief=True) as session:
            await session.execute(update(AcceptedMessage).where(*row).values(state=FAILED, held_until=self._clock()))
        return None

    async def round(self) -> None:
        """Forget what was handled, give a sign of life for the rest, and take over what nobody holds any more."""
        now, at = self._clock(), asyncio.get_running_loop().time()
        handled = set(self._handled)
        held = [one.number for queue in self._in_hand.values() for one in queue]
        if handled or (held and at > self._renewed + LEASE.total_seconds() / 3):
            async with self._store.write(brief=True) as session:
                await session.execute(delete(AcceptedMessage).where(AcceptedMessage.id.in_(handled)))
                await session.execute(
                    update(AcceptedMessage)
                    .where(AcceptedMessage.id.in_(held), AcceptedMessage.holder == self._holder)
                    .values(held_until=now + LEASE)
                )
            self._handled -= handled
            self._renewed = at
        for one in await self._left_behind(now):
            self._hand(one)

    async def _left_behind(self, now: datetime) -> list[Accepted]:
        over = has_come(AcceptedMessage.held_until, now, LEASE)
        lapsed = select(AcceptedMessage.id).where(over, AcceptedMessage.state == WAITING).order_by(AcceptedMessage.id).limit(MOST)
        async with self._store.read(brief=True) as session:
            if not (await session.execute(lapsed.limit(1))).first():
                return []
        async with self._store.write(brief=True) as session:
            found: list[Accepted] = []
            for number in list(await session.scalars(lapsed.with_for_update(skip_locked=True))):
                try:
                    row = await session.get_one(AcceptedMessage, number)
                except Unreadable:  # no key of ours opens it; the others must not wait for that
                    log.error("twilio.set_aside", number=number, error=Unreadable.__name__)
                    await session.execute(
                        update(AcceptedMessage).where(AcceptedMessage.id == number).values(state=FAILED, held_until=now)
                    )
                    continue
                row.holder, row.held_until = self._holder, now + LEASE
                row.accepted_at = row.accepted_at or now  # of a gateway of before this column
                found.append(Accepted(number, _incoming(row), behind=True))
            return found

    async def settle(self) -> None:
        """Wait until all that was accepted here is handled."""
        while self._working:
            await asyncio.wait(set(self._working))
        await self.round()

    async def stop(self) -> None:
        """Stop; what was not handled yet another process may take at once."""
        await super().stop()
        for task in self._working:
            task.cancel()
        await asyncio.gather(*self._working, return_exceptions=True)
        with contextlib.suppress(SQLAlchemyError):  # then it waits for the end of its lease
            async with self._store.write(brief=True) as session:
                await session.execute(delete(AcceptedMessage).where(AcceptedMessage.id.in_(self._handled)))
                await session.execute(
                    update(AcceptedMessage)
                    .where(AcceptedMessage.holder == self._holder, AcceptedMessage.state == WAITING)
                    .values(held_until=self._clock())
                )


def forget_accepted() -> Rule:
    """Removes what was set aside for KEEP, and what no process has looked at for so long: SMS and WhatsApp were switched off."""

    async def apply(session: AsyncSession, now: datetime) -> int:
        done = await session.execute(
            delete(AcceptedMessage)
            .where(AcceptedMessage.held_until < now - KEEP)
            .execution_options(synchronize_session=False)
        )
        return int(done.rowcount)  # type: ignore[attr-defined]

    return Rule("accepted_message", apply)


def _sender(incoming: Incoming) -> str:
    return number_indexes(f"{incoming.channel} {incoming.number}")[0]


def _incoming(row: AcceptedMessage) -> Incoming:
    return Incoming(**{**row.given, "files": tuple(row.given["files"])})
