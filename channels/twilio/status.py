"""What the provider tells of a message on its way: kept with the message, shown at the desk, and acted upon."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy import and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from channels.delivery import tell_desk
from channels.twilio import errors
from channels.twilio.signature import Replays, Signed
from loket import metrics
from loket.bus import Bus
from loket.partners import progress
from loket.store.engine import Store
from loket.store.partners import PartnerAddress, ProviderMessage
from loket.store.schema import Message, Outbox

log = structlog.get_logger(__name__)


class StatusUpdates:
    """Takes in status call-backs, in whatever order and however often they come."""

    def __init__(self, store: Store, bus: Bus, clock: Callable[[], datetime], replays: Replays) -> None:
        self._store, self._bus, self._clock, self._replays = store, bus, clock, replays

    async def update(self, row_id: str, sid: str, state: str, code: int | None, signed: Signed | None = None) -> None:
        """One call-back.

        Args:
            row_id: of the provider_message, from the address that was called; may be empty.
            sid: of the provider's message.
            state: as the provider writes it; an unknown one is ignored.
            code: the error, when there is one.
            signed: the request that tells it; None when we asked.

        Raises Refused for a replay.
        """
        if not progress.known(state):
            log.warning("twilio.unknown_state", state=state[:20])
            return
        async with self._store.write(brief=True) as session:
            if signed is not None:
                await self._replays.note(session, signed)
            row = await self._row(session, row_id, sid)
            if row is None:
                return
            message = await session.get_one(Message, row.message_id)
            failing = state in progress.FAILED
            if row.sid != sid:
                if row.sid is None and row.error is None:
                    row.sid = sid  # the process that asked for it has not written it down (yet, or ever)
                elif progress.delivery([state]) not in ("delivered", "read"):
                    return  # of an attempt that did not arrive; what arrived after all counts
            before = row.state
            row.state = progress.further(row.state, state)
            row.updated_at = self._clock()
            if failing and row.state == state and before != state:
                row.error = code
                await self._did_not_arrive(session, row, message, errors.undelivered(code))
            elif not failing and row.state == state:
                row.error = None
                if progress.delivery([state]) in ("delivered", "read"):
                    await self._arrived(session, message)
            await self._show(session, message)
        tell_desk(self._bus, message.conversation_id, message.seq, message.author)

    async def _row(self, session: AsyncSession, row_id: str, sid: str) -> ProviderMessage | None:
        found = await session.get(ProviderMessage, row_id, with_for_update=True) if row_id else None
        if found is None:
            found = await session.scalar(select(ProviderMessage).where(ProviderMessage.sid == sid).with_for_update())
        return found

    async def _did_not_arrive(
        self, session: AsyncSession, row: ProviderMessage, message: Message, what: errors.Consequence
    ) -> None:
        now = self._clock()
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
            await session.execute(
                update(Outbox)
                .where(Outbox.message_id == message.id, held)
                .values(state="failed", error=what.reason)
                .execution_options(synchronize_session=False)
            )
        elif what.again_after is not None and row.retries < what.times:
            # Once more: the part is as if it was never sent, and it is certain that it did not arrive.
            wait = what.again_after * 2**row.retries
            row.sid, row.state, row.retries = None, progress.TRYING, row.retries + 1
            await session.execute(
                update(Outbox)
                .where(Outbox.message_id == message.id)
                .values(state="pending", lease=None, next_at=now + wait, error=what.reason)
                .execution_options(synchronize_session=False)
            )
            metrics.count("delivery_retries", channel=row.channel, reason=what.reason)
            return
        message.content = {**(message.content or {}), "failure": what.reason}
        metrics.count("messages_out_failed", channel=row.channel, reason=what.reason)
        log.warning("twilio.not_delivered", conversation=message.conversation_id, reason=what.reason, code=row.error)

    async def _arrived(self, session: AsyncSession, message: Message) -> None:
        """Nothing is sent again of what has arrived after all."""
        states = await self._states(session, message)
        if states and all(state in ("delivered", "read") for state in states):
            await session.execute(
                update(Outbox)
                .where(Outbox.message_id == message.id, Outbox.state == "pending", Outbox.lease.is_(None))
                .values(state="sent")
                .execution_options(synchronize_session=False)
            )
            message.content = {name: value for name, value in (message.content or {}).items() if name != "failure"}

    async def _show(self, session: AsyncSession, message: Message) -> None:
        states = await self._states(session, message)
        outbox = await session.scalar(select(Outbox.state).where(Outbox.message_id == message.id))
        if outbox == "failed":
            message.delivery = "failed"
        elif outbox != "held" and states:
            message.delivery = progress.delivery(states)

    async def _states(self, session: AsyncSession, message: Message) -> list[str]:
        await session.flush()
        parts = select(ProviderMessage.part, ProviderMessage.state).where(ProviderMessage.message_id == message.id)
        return progress.counted((part, state) for part, state in (await session.execute(parts)).all())


