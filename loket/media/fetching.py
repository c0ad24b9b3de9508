"""Fetching the files that a provider holds for us, after the message was accepted: with retries, and visible when it fails."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import ClassVar

import structlog
from sqlalchemy import select

from loket.bus import Bus
from loket.media.keeping import Media, fill, show
from loket.media.kinds import NotAccepted
from loket.store.clock import has_come
from loket.store.engine import Store
from loket.store.looking import Looking
from loket.store.media import Attachment, AttachmentBytes
from loket.store.schema import Message

log = structlog.get_logger(__name__)
HOLD = timedelta(minutes=2)
MAX_ATTEMPTS = 6
BATCH = 4


class NotFetched(Exception):
    """The provider did not give the file. `permanent`: it never will."""

    def __init__(self, reason: str, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


Fetch = Callable[[str], Awaitable[bytes]]
"""Gives the bytes at a source, at most `kinds.MAX_BYTES`. Raises NotFetched, or NotAccepted (too_big)."""


class Fetching(Looking):
    """Works through the files that must be fetched; any number of processes may do so on one store."""

    failed: ClassVar[str] = "media.round_failed"

    def __init__(
        self, store: Store, media: Media, fetch: Fetch, bus: Bus, clock: Callable[[], datetime], look_every: float = 1.0
    ) -> None:
        self._store, self._media, self._fetch, self._bus = store, media, fetch, bus
        self._clock, self.look_every = clock, look_every

    async def round(self) -> int:
        """Fetch what is due; returns how many files were tried."""
        now = self._clock()
        due = select(Attachment).where(Attachment.state == "pending", has_come(Attachment.next_at, now, HOLD))
        async with self._store.read() as session:
            if (await session.scalars(due.limit(1))).first() is None:
                return 0
        async with self._store.write() as session:
            rows = list(await session.scalars(due.order_by(Attachment.next_at).limit(BATCH).with_for_update(skip_locked=True)))
            for row in rows:
                row.attempts += 1
                row.next_at = now + HOLD
        await asyncio.gather(*(self._one(row) for row in rows))
        return len(rows)

    async def _one(self, row: Attachment) -> None:
        checked, state, reason = None, "refused", ""
        try:
            checked = await self._media.check(await self._fetch(row.source or ""), row.name)
        except NotAccepted as error:
            reason = error.code
            if error.code == "unscanned" and row.attempts < MAX_ATTEMPTS:
                state = "pending"
        except NotFetched as error:
            reason, state = "not_fetched", "failed" if error.permanent or row.attempts >= MAX_ATTEMPTS else "pending"
            log.warning("media.not_fetched", attachment=row.id, reason=str(error), given_up=state == "failed")
        async with self._store.write() as session:
            found = await session.get(Attachment, row.id, with_for_update=True)
            if found is None or found.state != "pending":
                return
            message = await session.get_one(Message, found.message_id, with_for_update=True)
            if checked is not None:
                fill(found, checked)
                await session.merge(AttachmentBytes(attachment_id=found.id, data=checked.data))
            else:
                found.state, found.reason = state, reason
            if found.state == "pending":
                found.next_at = self._clock() + timedelta(seconds=2**found.attempts)
            else:
                found.source, found.next_at = None, None
            show(message, found)
        self._bus.publish({"kind": "message", "conversation": message.conversation_id, "seq": message.seq})

    async def look(self) -> None:
        """Fetch until nothing is due; what is in hand at the end is tried again when its hold ends."""
        while await self.round():
            pass
