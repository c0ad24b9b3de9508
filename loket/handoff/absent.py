"""A member of staff who went away with conversations in hand: after a grace time these go back to the queue, with a note.

One process does it, by a lease in the store; what it does is in the store as well, so a restart loses and doubles nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import not_, or_, select

from loket.answers.compose import Composer
from loket.bus import Bus
from loket.conversations import journal, ownership
from loket.conversations.desk_acts import lapse
from loket.conversations.journal import Entry
from loket.conversations.model import Author
from loket.conversations.states import HUMAN_OWNED, Step
from loket.handoff.presence import PRESENT_WITHIN
from loket.store.clock import SKEW, is_lately, lately
from loket.store.desk import Presence
from loket.store.engine import Store
from loket.store.looking import Looking
from loket.store.schema import Conversation
from loket.store.turn import Turn

log = structlog.get_logger(__name__)
NAME = "absent"
GRACE = timedelta(minutes=5)
"""A reload, a train tunnel, a lap-top moved to another room: no reason to take a conversation away."""

EVERY = timedelta(seconds=15)
LEASE = timedelta(minutes=2)
BATCH = 50


class Absent(Looking):
    """Gives conversations of absent staff back to the queue.

    Args:
        store, composer, bus: as everywhere.
        short: whether a channel needs the short form of texts.
        holder: name of this process for the lease; unique among all processes.
        clock: now, aware.
        grace: how long the page of the owner must have been silent.
        look_every: seconds between looks.
        seconds: monotonic.
    """

    failed = "desk.absent_failed"

    def __init__(
        self,
        store: Store,
        composer: Composer,
        bus: Bus,
        short: Callable[[str], bool],
        holder: str,
        clock: Callable[[], datetime],
        grace: timedelta = GRACE,
        look_every: float = 10.0,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._composer, self._bus, self._short = store, composer, bus, short
        self._clock, self._grace, self.look_every = clock, grace, look_every
        self._seconds, self._seen, self._since = seconds, (clock(), seconds()), seconds()
        self._turn = Turn(store, NAME, holder, min(EVERY, grace), LEASE, clock)

    async def round(self) -> int:
        """Look once, if it is our turn; returns how many conversations went back."""
        if not self._listened() or not await self._turn.take():
            return 0
        now = self._clock()
        async with self._store.read() as session:
            ids = list(
                await session.scalars(
                    select(Conversation.id)
                    .outerjoin(Presence, Presence.staff_id == Conversation.owner_id)
                    .where(Conversation.state.in_([s.value for s in HUMAN_OWNED]))
                    .where(not_(lately(Conversation.updated_at, now, self._grace)))
                    .where(or_(Presence.seen_at.is_(None), not_(lately(Presence.seen_at, now, self._grace))))
                    .limit(BATCH)
                )
            )
        count = 0
        for conversation_id in ids:
            count += await self._give_back(conversation_id)
        await self._turn.done()
        return count

    def _listened(self) -> bool:
        """Whether desks had the time to be heard since this process began, or since the clock was moved: until then their
        silence says nothing."""
        now, seconds = self._clock(), self._seconds()
        (before, then), self._seen = self._seen, (now, seconds)
        if abs((now - before).total_seconds() - (seconds - then)) > SKEW.total_seconds():
            self._since = seconds
        return seconds - self._since >= min(self._grace, PRESENT_WITHIN).total_seconds()

    async def _give_back(self, conversation_id: str) -> bool:
        now = self._clock()
        async with self._store.write() as session:
            conversation = await journal.locked(session, conversation_id)
            owner = await session.get(Presence, conversation.owner_id) if conversation.owner_id else None
            if conversation.state not in HUMAN_OWNED or (owner is not None and is_lately(owner.seen_at, now, self._grace)):
                return False  # came back, or gave it away, in between
            name, queued_at = conversation.owner_name or "", conversation.queued_at or now
            await ownership.step(
                session,
                conversation,
                Step.REQUEUE,
                epoch=conversation.epoch,
                actor="system",
                reason="owner absent",
                now=now,
                queued_at=queued_at,
            )
            await lapse(session, conversation_id, now)
            note = self._composer.text("balie.notitie_afwezig", naam=name)
            told = self._composer.text("mens.weg_terug_in_rij", self._short(conversation.channel), naam=name)
            said = [
                await journal.append(session, conversation, Entry(author, text.text, text.content()), now)
                for author, text in ((Author.NOTE, note), (Author.SYSTEM, told))
            ]
        self._bus.publish({"kind": "state", "conversation": conversation_id})
        for message in said:
            self._bus.publish({"kind": "message", "seq": message.seq, "conversation": conversation_id})
        self._bus.publish({"kind": "queue", "conversation": conversation_id})
        log.info("desk.given_back", conversation=conversation_id)
        return True
