"""Finding and making conversation partners, and what they agreed to or put an end to."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from loket.conversations.inbox import Inbox
from loket.store.engine import Store
from loket.store.news import Subscription
from loket.store.partners import PartnerAddress, PartnerConsent
from loket.store.retention import Rule
from loket.store.schema import Conversation, Message, Outbox

WINDOW = timedelta(hours=24)
"""How long after a citizen's last WhatsApp message free text may be sent (WhatsApp Business Platform)."""

KEEP = timedelta(days=365)
"""How long a number is kept after it was heard of last."""

OPTED_OUT = "opted_out"
"""Error of an outbox row that was stopped by a STOP."""


class Partners:
    """The conversation partners of the channels that work with telephone numbers."""

    def __init__(self, store: Store, inbox: Inbox, clock: Callable[[], datetime]) -> None:
        self._store, self._inbox, self._clock = store, inbox, clock

    async def known(self, channel: str, number: str) -> PartnerAddress:
        """The address of a number, with a conversation that can take a message; both are made when there is none."""
        try:
            return await self._known(channel, number)
        except IntegrityError:  # two first messages of one number at the same moment
            return await self._known(channel, number)

    async def _known(self, channel: str, number: str) -> PartnerAddress:
        async with self._store.read(brief=True) as session:
            found = await session.scalar(_at(channel, number))
            if found is not None and found.conversation_id is not None:
                return found
        async with self._store.write(brief=True) as session:
            found = await session.scalar(_at(channel, number).with_for_update())
            if found is None:
                other = await session.scalar(select(PartnerAddress.partner_id).where(PartnerAddress.has(number)).limit(1))
                found = PartnerAddress(
                    id=str(uuid.uuid4()),
                    partner_id=other or str(uuid.uuid4()),
                    channel=channel,
                    number=number,
                    created_at=self._clock(),
                )
                session.add(found)
                await session.flush()
            if found.conversation_id is None:
                found.conversation_id = (await self._inbox.open(session, channel, found.id)).id
            return found

    async def by_id(self, address_id: str) -> PartnerAddress | None:
        """An address, or None."""
        async with self._store.read() as session:
            return await session.get(PartnerAddress, address_id)


def _at(channel: str, number: str) -> Select[PartnerAddress]:
    return select(PartnerAddress).where(PartnerAddress.channel == channel, PartnerAddress.has(number))


async def locked(session: AsyncSession, address_id: str) -> PartnerAddress:
    """An address, locked until the transaction ends. The conversation must be locked before it, as everywhere."""
    return await session.get_one(PartnerAddress, address_id, with_for_update=True)


def may_send(address: PartnerAddress) -> str | None:
    """Why nothing may be sent to an address: opted_out, or the reason of `unreachable`; None when something may.

    Who asks something after a STOP wants an answer to that.
    """
    if address.unreachable:
        return address.unreachable
    stopped = address.opted_out_at
    if stopped is not None and (address.asked_at is None or address.asked_at <= stopped):
        return OPTED_OUT
    return None


def window_closes(address: PartnerAddress) -> datetime | None:
    """Until when free text may be sent on WhatsApp; None when the citizen never wrote there. It may be over already."""
    return address.heard_at + WINDOW if address.heard_at else None


async def consent(
    session: AsyncSession, address: PartnerAddress, kind: str, wording: str, proof: str, now: datetime
) -> None:
    """Keep a yes; the same yes twice is one. `wording` is what was agreed to, `proof` the message that says so."""
    standing = select(PartnerConsent.id).where(
        PartnerConsent.partner_id == address.partner_id, PartnerConsent.kind == kind, PartnerConsent.withdrawn_at.is_(None)
    )
    if await session.scalar(standing.limit(1)) is None:
        session.add(
            PartnerConsent(
                partner_id=address.partner_id, kind=kind, channel=address.channel, wording=wording, proof=proof[:80], given_at=now
            )
        )


async def agreed(session: AsyncSession, partner_id: str, kind: str) -> bool:
    """Whether a yes of this kind stands."""
    found = select(PartnerConsent.id).where(
        PartnerConsent.partner_id == partner_id, PartnerConsent.kind == kind, PartnerConsent.withdrawn_at.is_(None)
    )
    return await session.scalar(found.limit(1)) is not None


async def stop(session: AsyncSession, address: PartnerAddress, conversation: Conversation, now: datetime) -> None:
    """The legal effect of a STOP: nothing more is sent here, no yes stands any longer, and what was on its way is held back."""
    address.opted_out_at, address.asked_at = now, None
    await session.execute(
        update(PartnerConsent)
        .where(PartnerConsent.partner_id == address.partner_id, PartnerConsent.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
        .execution_options(synchronize_session=False)
    )
    mine = select(Conversation.id).where(Conversation.address == address.id)
    await session.execute(
        update(Subscription)
        .where(Subscription.conversation_id.in_(mine), Subscription.opted_out_at.is_(None))
        .values(opted_out_at=now, due_at=None)
        .execution_options(synchronize_session=False)
    )
    waiting = select(Outbox).where(
        Outbox.conversation_id == conversation.id, Outbox.state.in_(("pending", "held")), Outbox.lease.is_(None)
    )
    for row in await session.scalars(waiting.with_for_update()):
        row.state, row.error = "failed", OPTED_OUT
        message = await session.get_one(Message, row.message_id)
        message.delivery, message.content = "failed", {**(message.content or {}), "failure": OPTED_OUT}


async def start(session: AsyncSession, address: PartnerAddress, wording: str, proof: str, now: datetime) -> None:
    """START: messages may be sent again."""
    address.opted_out_at, address.asked_at = None, now
    if address.unreachable == "blocked":
        address.unreachable = None
    await consent(session, address, "contact", wording, proof, now)


def forget_partners() -> Rule:
    """Removes numbers that were not heard of for KEEP. A number that stopped messages stays, with nothing but that."""

    async def apply(session: AsyncSession, now: datetime) -> int:
        old = PartnerAddress.created_at < now - KEEP
        unheard = or_(PartnerAddress.heard_at.is_(None), PartnerAddress.heard_at < now - KEEP)
        gone = await session.execute(
            delete(PartnerAddress)
            .where(old, unheard, PartnerAddress.opted_out_at.is_(None))
            .execution_options(synchronize_session=False)
        )
        await session.execute(
            update(PartnerAddress)
            .where(old, unheard)
            .values(profile_name=None, conversation_id=None)
            .execution_options(synchronize_session=False)
        )
        return int(gone.rowcount)  # type: ignore[attr-defined]

    return Rule("partner_address", apply)
