"""From notification to message: looks at the case afresh, and tells those who want to hear that there is news.

A notification is only a hint: the case system is asked how the case stands now, at the trust level of the citizen. So the
order of notifications does not matter, and a false one tells nobody anything.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import ClassVar

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from loket.answers.compose import Composer
from loket.bus import Bus
from loket.cases.confidentiality import TrustLevel
from loket.cases.errors import CaseSystemError, InvalidInput
from loket.cases.model import CaseStatus
from loket.cases.registry import CaseSystems
from loket.conversations import journal
from loket.conversations.journal import Entry
from loket.conversations.model import Author
from loket.identity import audit
from loket.notifications.consent import OFF
from loket.notifications.quiet import QuietHours
from loket.notifications.stamp import stamp
from loket.store.clock import has_come
from loket.store.engine import Store
from loket.store.looking import Looking
from loket.store.news import Notification, Subscription
from loket.store.schema import Conversation, Message

log = structlog.get_logger(__name__)
BATCH = 50
HOLD = timedelta(minutes=2)
MAX_ATTEMPTS = 12
"""With waits up to 10 minutes: about an hour and a half. A later change of the case is announced anew."""

TEMPLATE = "verbonden_nieuws"
"""What WhatsApp lets us say of it at any time (data/whatsapp/sjablonen.yaml)."""

DEFAULT = QuietHours()
LONGEST_WAIT = timedelta(minutes=10)
KEEP = timedelta(days=30)
"""How long a settled notification is kept, so that a late repetition is recognised."""


class NewsWorker(Looking):
    """Works through notifications and sends what is due. Any number of processes may do so on one store.

    Args:
        store: the store.
        systems: the case systems.
        composer: makes the text.
        short: whether a channel needs the short form of texts.
        bus: rings the bell after every commit.
        holder: name of this process for leases.
        clock: now, aware.
        quiet: when nothing is sent.
        look_every: seconds between looks.
    """

    failed: ClassVar[str] = "news.round_failed"

    def __init__(
        self,
        store: Store,
        systems: CaseSystems,
        composer: Composer,
        short: Callable[[str], bool],
        bus: Bus,
        holder: str,
        clock: Callable[[], datetime],
        quiet: QuietHours = DEFAULT,
        look_every: float = 2.0,
    ) -> None:
        self._store, self._systems, self._composer, self._short = store, systems, composer, short
        self._bus, self._holder, self._clock, self.look_every = bus, holder, clock, look_every
        self._quiet = quiet

    # -- notifications -------------------------------------------------------------------------------------------

    async def settle(self) -> int:
        """Look at the cases of notifications that wait; returns how many were taken."""
        taken = await self._take()
        for row in taken:
            try:
                await self._look_at(row.case_uuid)
            except CaseSystemError as error:
                given_up = isinstance(error, InvalidInput) or row.attempts >= MAX_ATTEMPTS
                wait = min(timedelta(seconds=2**row.attempts), LONGEST_WAIT)
                log.warning("news.not_settled", notification=row.id, reason=error.reason, given_up=given_up)
                await self._mark(
                    row, state="failed" if given_up else "pending", error=error.reason[:80], next_at=self._clock() + wait
                )
            else:
                await self._mark(row, state="done", error=None)
        return len(taken)

    async def _take(self) -> list[Notification]:
        now = self._clock()
        due = select(Notification).where(Notification.state == "pending", has_come(Notification.next_at, now, LONGEST_WAIT))
        async with self._store.read() as session:
            if (await session.scalars(due.limit(1))).first() is None:
                return []
        async with self._store.write() as session:
            await session.execute(
                delete(Notification)
                .where(Notification.state != "pending", Notification.received_at < now - KEEP)
                .execution_options(synchronize_session=False)
            )
            rows = list(await session.scalars(due.order_by(Notification.id).limit(BATCH).with_for_update(skip_locked=True)))
            for row in rows:
                row.lease, row.next_at = self._holder, now + HOLD
                row.attempts += 1
            return rows

    async def _mark(self, row: Notification, **values: object) -> None:
        async with self._store.write() as session:
            await session.execute(
                update(Notification)
                .where(Notification.id == row.id, Notification.lease == self._holder)
                .values(lease=None, **values)
            )

    async def _look_at(self, case_uuid: str) -> None:
        """Ask how the case stands, once for each system and trust level that somebody asked for, and record for whom.

        Raises CaseSystemError.
        """
        async with self._store.read() as session:
            wanted = set(
                (
                    await session.execute(
                        select(Subscription.system_id, Subscription.trust).where(
                            Subscription.case_uuid == case_uuid, Subscription.opted_out_at.is_(None)
                        )
                    )
                ).all()
            )
        for system_id, trust in sorted(tuple(row) for row in wanted):
            level = TrustLevel.DIGID if trust == TrustLevel.DIGID.value else TrustLevel.KENMERK
            case = await self._systems.by_uuid(system_id, case_uuid, level)
            await self._record(system_id, case_uuid, trust, case)
            if case is None:  # gone, or more confidential than this citizen may see: then there is no news either
                continue
            now_stands = stamp(case)
            async with self._store.write() as session:
                rows = await session.scalars(
                    select(Subscription)
                    .where(
                        Subscription.case_uuid == case_uuid,
                        Subscription.system_id == system_id,
                        Subscription.trust == trust,
                        Subscription.opted_out_at.is_(None),
                    )
                    .with_for_update()
                )
                for row in rows:
                    if row.stamp != now_stands:
                        row.stamp, row.due_at = now_stands, self._quiet.not_before(self._clock())

    async def _record(self, system_id: str, case_uuid: str, trust: str, case: CaseStatus | None) -> None:
        """One record in the audit for each citizen who wants to hear of it; of a case that may not be seen the UUID is known."""
        wanting = select(Subscription.conversation_id).where(
            Subscription.case_uuid == case_uuid,
            Subscription.system_id == system_id,
            Subscription.trust == trust,
            Subscription.opted_out_at.is_(None),
        )
        async with self._store.read() as session:
            conversations = list(await session.scalars(wanting))
        number, outcome = (case.number, "found") if case else (case_uuid, "not_found")
        for conversation in conversations:
            about = {"conversation": conversation}
            await audit.record_lookup(self._store, about, number, trust, outcome, self._clock(), purpose=audit.NEWS)

    # -- messages ------------------------------------------------------------------------------------------------

    async def tell(self) -> int:
        """Send what is due, but not in quiet hours; returns how many messages were sent."""
        now = self._clock()
        due = select(Subscription).where(Subscription.due_at <= now, Subscription.opted_out_at.is_(None))
        async with self._store.read() as session:
            if self._quiet.not_before(now) != now or (await session.scalars(due.limit(1))).first() is None:
                return 0
        sent: list[Message] = []
        async with self._store.write() as session:
            rows = await session.scalars(due.order_by(Subscription.id).limit(BATCH).with_for_update(skip_locked=True))
            told: set[str] = set()
            for row in list(rows):
                row.due_at = None
                ids = await _onward(session, row.conversation_id)
                if await _said_no(session, ids, row.opted_in_at):
                    row.opted_out_at = now
                    continue
                row.told_at = now
                if ids[-1] not in told:  # news of two cases is one message
                    told.add(ids[-1])
                    sent.append(await self._append(session, ids[-1], now))
        for message in sent:
            self._bus.publish({"kind": "message", "conversation": message.conversation_id, "seq": message.seq})
        return len(sent)

    async def _append(self, session: AsyncSession, conversation_id: str, now: datetime) -> Message:
        conversation = await journal.locked(session, conversation_id)
        rendered = self._composer.text("nieuws.bericht", self._short(conversation.channel))
        content = rendered.marked(template=TEMPLATE).content()
        return await journal.append(session, conversation, Entry(Author.SYSTEM, rendered.text, content), now)

    # -- life ----------------------------------------------------------------------------------------------------

    async def round(self) -> None:
        """Settle and tell until less than a batch is due."""
        while await self.settle() == BATCH:
            pass
        while await self.tell() == BATCH:
            pass

    async def stop(self) -> None:
        """Stop; what is in hand becomes due again when its hold ends."""
        await super().stop()
        await self._systems.close()


async def _onward(session: AsyncSession, conversation_id: str) -> list[str]:
    """This conversation and its follow-ups; the last one is where the citizen is now."""
    ids = [conversation_id]
    while following := await session.scalar(select(Conversation.id).where(Conversation.follows == ids[-1]).limit(1)):
        ids.append(following)
    return ids


async def _said_no(session: AsyncSession, ids: list[str], since: datetime) -> bool:
    """Whether the citizen pressed the button to stop, also while a human had the conversation and no bot was asked."""
    found = select(Message.id).where(Message.conversation_id.in_(ids), Message.payload == OFF, Message.created_at >= since)
    return await session.scalar(found.limit(1)) is not None
