"""Where a conversation is reached on a channel."""

from __future__ import annotations

from sqlalchemy import select

from loket.store.engine import Store
from loket.store.partners import PartnerAddress
from loket.store.schema import Conversation


async def address_of(store: Store, conversation_id: str, channel: str) -> PartnerAddress | None:
    """The address of a conversation on a channel, also after it went on elsewhere; None when there is none."""
    async with store.read() as session:
        conversation = await session.get(Conversation, conversation_id)
        if conversation is None:
            return None
        if conversation.channel == channel:
            return await session.get(PartnerAddress, conversation.address)
        found: PartnerAddress | None = await session.scalar(
            select(PartnerAddress)
            .where(PartnerAddress.conversation_id == conversation_id, PartnerAddress.channel == channel)
            .limit(1)
        )
        return found


async def elsewhere(store: Store, address: PartnerAddress, channel: str) -> PartnerAddress | None:
    """The same partner's address on another channel, or None."""
    async with store.read() as session:
        found: PartnerAddress | None = await session.scalar(
            select(PartnerAddress).where(PartnerAddress.partner_id == address.partner_id, PartnerAddress.channel == channel)
        )
        return found
