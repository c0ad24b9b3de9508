"""Messages of citizens that never reached us: the provider calls for a quarter of a minute at most, an outage lasts longer.

So every few minutes, and after a start, the provider's own list is read: what is in it and not in the store is stored, as if it
came now. The list (https://www.twilio.com/docs/messaging/api/message-resource) does not tell which button was pressed, what was
answered to or which place was sent. The words of a button are the text, and mean the choice as if they were typed.

One message that fails keeps nobody else waiting: it is accepted as if the provider had brought it, and tried again there
(channels.twilio.accepting).
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from channels.twilio.accepting import Acceptance
from channels.twilio.api import ProviderFailed, TwilioApi
from channels.twilio.incoming import Incoming
from channels.twilio.receiving import Receiver
from loket import metrics
from loket.store.clock import SKEW
from loket.store.engine import Store
from loket.store.looking import Looking
from loket.store.partners import AcceptedMessage
from loket.store.schema import Job, Message
from loket.store.turn import Turn

log = structlog.get_logger(__name__)
NAME = "missed_messages"
EVERY = timedelta(minutes=5)
LEASE = timedelta(minutes=3)
UNDER_WAY = timedelta(minutes=2)
"""What is younger may still be on its way to us."""

OVERLAP = timedelta(minutes=1)
LONGEST = timedelta(days=3)
"""Who wrote longer ago than this has found another way; an answer now would only confuse."""

FAILS = 3
"""In so many rounds a message may fail to be fetched; then its files are left, or if it is not them, the message."""


class Missed(Looking):
    """Fetches what was missed, one process at a time.

    Args:
        store, api, receiver, acceptance: as everywhere.
        clock: now, aware.
        look_every: seconds between looks.
    """

    failed = "twilio.missed_failed"

    def __init__(
        self, store: Store, api: TwilioApi, receiver: Receiver, acceptance: Acceptance, clock: Callable[[], datetime],
        look_every: float = 30.0,
    ) -> None:  # fmt: skip
        self._store, self._api, self._receiver, self._acceptance = store, api, receiver, acceptance
        self._clock, self.look_every = clock, look_every
        self._fails: Counter[str] = Counter()
        self._turn = Turn(store, NAME, f"{NAME}.{uuid.uuid4().hex[:8]}", EVERY, LEASE, clock)

    async def round(self) -> int:
        """Fetch what was missed since the last time, if it is our turn; returns how many messages.

        Raises what a message failed with, after the others were fetched: then the same stretch of time is looked at again.
        """
        now, since = self._clock(), await self._since()
        if not await self._turn.take():
            return 0
        found, again, handed = 0, dict[str, Exception](), set[str]()
        # The very first time there is no before: what came then was somebody else's.
        for incoming in await self._unknown(since, now - UNDER_WAY) if since is not None else ():
            if incoming.number in again:
                continue  # nothing overtakes what the same citizen said before
            try:
                found += await self._fetched(incoming, handed)
            except Exception as error:
                self._fails[incoming.sid] += not isinstance(error, SQLAlchemyError)  # a store that is away is not its fault
                log.error("twilio.not_fetched", sid=incoming.sid, times=self._fails[incoming.sid], error=type(error).__name__)
                if self._fails[incoming.sid] < FAILS:
                    again[incoming.number] = error
        if found:
            log.warning("twilio.missed", messages=found)
            metrics.count("messages_missed", found)
        for failed in again.values():
            raise failed
        await self._turn.done()
        self._fails.clear()
        return found

    async def _fetched(self, incoming: Incoming, handed: set[str]) -> bool:
        """Store one, with its files if these can be had; whether it was not there yet. `handed`: numbers of which one failed."""
        try:
            incoming = await self._api.with_files(incoming)
        except ProviderFailed:
            if self._fails[incoming.sid] < FAILS - 1:
                raise  # else its words are worth more than to wait for its files
        if incoming.number not in handed:
            try:
                received = await self._receiver.take(incoming)
                return received is not None and not received.duplicate
            except Exception as error:
                log.error("twilio.missed_not_taken", error=type(error).__name__)
        await self._acceptance.accept(incoming, None)
        handed.add(incoming.number)
        return True

    async def _since(self) -> datetime | None:
        async with self._store.read() as session:
            job = await session.get(Job, NAME)
        if job is None or job.done_at is None:
            return None
        longest_ago = self._clock() - LONGEST
        if job.done_at > self._clock() + SKEW:  # the clock was put back: nobody knows what was looked at
            return longest_ago
        return max(job.done_at - UNDER_WAY - OVERLAP, longest_ago)

    async def _unknown(self, since: datetime, until: datetime) -> list[Incoming]:
        """What the provider has and we have not, oldest first."""
        listed = await self._api.inbound(since, until)
        sids = [one.sid for one in listed]
        async with self._store.read() as session:
            known = set(await session.scalars(select(Message.provider_id).where(Message.provider_id.in_(sids))))
            # What is accepted and not handled yet has more of it than the list tells.
            known |= set(await session.scalars(select(AcceptedMessage.sid).where(AcceptedMessage.sid.in_(sids))))
        return [one for one in listed if one.sid not in known]
