"""What the provider tells of a message on its way: kept with the message, shown at the desk, and acted upon."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, and_, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from channels.delivery import tell_desk
from channels.twilio import errors
from channels.twilio.signature import Refused, Replays, Signed
from channels.twilio.together import Together
from loket import metrics
from loket.bus import Bus
from loket.partners import progress
from loket.store.engine import Store
from loket.store.partners import PartnerAddress, ProviderMessage
from loket.store.schema import Message, Outbox

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class News:
    """One call-back.

    Attributes:
        row_id: of the provider_message, from the address that was called; may be empty.
        sid: of the provider's message.
        state: as the provider writes it.
        code: the error, when there is one.
        digest: of the signed request that tells it; None when we asked.
    """

    row_id: str
    sid: str
    state: str
    code: int | None
    digest: str | None = None


@dataclass
class _Told:
    """A message of ours that there is news of, with all its parts, and its row of the outbox (none when it is not on its way)."""

    message: Message
    outbox: str | None
    parts: list[ProviderMessage] = field(default_factory=list)

    @property
    def states(self) -> list[str]:
        """Of the parts that are the message itself."""
        return progress.counted((part.part, part.state) for part in self.parts)


class StatusUpdates:
    """Takes in status call-backs, in whatever order and however often they come; those of one moment in one transaction."""

    def __init__(self, store: Store, bus: Bus, clock: Callable[[], datetime], replays: Replays) -> None:
        self._store, self._bus, self._clock, self._replays = store, bus, clock, replays
        self._together = Together(self._all)

    async def update(self, row_id: str, sid: str, state: str, code: int | None, signed: Signed | None = None) -> None:
        """Take in one call-back (see News); a state that is not known is ignored. Raises Refused for a replay."""
        if not progress.known(state):
            log.warning("twilio.unknown_state", state=state[:20])
            return
        await self._together.add(News(row_id, sid[:40], state, code, signed.digest if signed else None))

    async def _all(self, news: Sequence[News]) -> list[Refused | None]:
        changed: dict[int, Message] = {}
        async with self._store.write(brief=True, first=True) as session:
            seen = await self._replays.note(session, [one.digest for one in news if one.digest is not None])
            found = await self._found(session, news)
            for one in news:
                row, told = found.get(one.row_id) or found.get(one.sid) or (None, None)
                if row is None or told is None or seen.get(one.digest or "") is not None:
                    continue
                if await self._one(session, row, told, one):
                    changed[told.message.id] = told.message
        for message in changed.values():
            tell_desk(self._bus, message.conversation_id, message.seq, message.author)
        return [seen.get(one.digest or "") for one in news]

    async def _found(self, session: AsyncSession, news: Sequence[News]) -> dict[str, tuple[ProviderMessage, _Told]]:
        """What there is news of, by the id of a part and by its sid."""
        named = or_(ProviderMessage.id.in_([one.row_id for one in news]), ProviderMessage.sid.in_([one.sid for one in news]))
        parts = await session.scalars(
            select(ProviderMessage)
            .where(ProviderMessage.message_id.in_(select(ProviderMessage.message_id).where(named)))
            .order_by(ProviderMessage.id)
            .with_for_update()
        )
        rows = list(parts)
        # Only now: who had to wait for these rows would see the others as they were before (PostgreSQL reads anew what it locks).
        messages = await session.execute(
            select(Message, Outbox.state)
            .outerjoin(Outbox, Outbox.message_id == Message.id)
            .where(Message.id.in_({row.message_id for row in rows}))
        )
        by_message = {message.id: _Told(message, outbox) for message, outbox in messages}
        found: dict[str, tuple[ProviderMessage, _Told]] = {}
        for row in rows:
            told = by_message[row.message_id]
            told.parts.append(row)
            found[row.id] = row, told
            if row.sid is not None:
                found[row.sid] = row, told
        return found

    async def _one(self, session: AsyncSession, row: ProviderMessage, told: _Told, news: News) -> bool:
        """Take in one; whether it was about this attempt."""
        failing = news.state in progress.FAILED
        if row.sid != news.sid:
            if row.sid is None and row.error is None:
                row.sid = news.sid  # the process that asked for it has not written it down (yet, or ever)
            elif progress.delivery([news.state]) not in ("delivered", "read"):
                return False  # of an attempt that did not arrive; what arrived after all counts
        before = row.state
        row.state = progress.further(row.state, news.state)
        row.updated_at = self._clock()
        if failing and row.state == news.state and before != news.state:
            row.error = news.code
            await self._did_not_arrive(session, row, told, errors.undelivered(news.code))
        elif not failing and row.state == news.state:
            row.error = None
            await self._arrived(session, told)
        if told.outbox == "failed":
            told.message.delivery = "failed"
        elif told.outbox != "held" and told.states:
            told.message.delivery = progress.delivery(told.states)
        return True

    async def _did_not_arrive(self, session: AsyncSession, row: ProviderMessage, told: _Told, what: errors.Consequence) -> None:
        now, message = self._clock(), told.message
        address = await session.get(PartnerAddress, row.address_id, with_for_update=True)
        if address is not None:
            if what.unreachable:
                address.unreachable = what.unreachable
            if what.opted_out:
                address.opted_out_at, address.asked_at = now, None
            if what.window_closed:
                address.heard_at = None
        if row.part >= progress.KNOCK:  # who did not hear that there is a message will not ask for it
            held = or_(Outbox.state == "held", and_(Outbox.state == "pending", Outbox.lease.is_not(None)))  # or is about to be
            await self._put(session, told, held, state="failed", error=what.reason)
        elif what.again_after is not None and row.retries < what.times:
            # Once more: the part is as if it was never sent, and it is certain that it did not arrive.
            wait = what.again_after * 2**row.retries
            row.sid, row.state, row.retries = None, progress.TRYING, row.retries + 1
            await self._put(session, told, true(), state="pending", lease=None, next_at=now + wait, error=what.reason)
            metrics.count("delivery_retries", channel=row.channel, reason=what.reason)
            return
        message.content = {**(message.content or {}), "failure": what.reason}
        metrics.count("messages_out_failed", channel=row.channel, reason=what.reason)
        log.warning("twilio.not_delivered", conversation=message.conversation_id, reason=what.reason, code=row.error)

    async def _arrived(self, session: AsyncSession, told: _Told) -> None:
        """Nothing is sent again of what has arrived after all."""
        if not told.states or any(state not in ("delivered", "read") for state in told.states):
            return
        if told.outbox == "pending":
            await self._put(session, told, and_(Outbox.state == "pending", Outbox.lease.is_(None)), state="sent")
        if "failure" in (told.message.content or {}):
            told.message.content = {name: value for name, value in told.message.content.items() if name != "failure"}

    async def _put(self, session: AsyncSession, told: _Told, where: ColumnElement[bool], **values: object) -> None:
        """Change the row of the outbox, if it is still as it must be for that."""
        await session.execute(
            update(Outbox)
            .where(Outbox.message_id == told.message.id, where)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        told.outbox = await session.scalar(select(Outbox.state).where(Outbox.message_id == told.message.id))
