"""SMS as a channel of the registry."""

from __future__ import annotations

from datetime import timedelta

from channels.capabilities import Capabilities
from channels.outgoing import outgoing
from channels.registry import DeliveryFailed
from channels.sms import render, segments
from channels.twilio.sending import Piece, Sender
from loket.partners import partners
from loket.partners.find import address_of
from loket.store.engine import Store
from loket.store.partners import PartnerAddress
from loket.store.schema import Message

NAME = "sms"
PAUSE = timedelta(seconds=2)

class SmsChannel:
    """Sends texts in their short form."""

    name = NAME
    capabilities = Capabilities(
        buttons=False, links=False, short=True, max_text=segments.MOST * 153, media=False, window=None, pull=False, pause=PAUSE
    )

    def __init__(self, store: Store, sender: Sender) -> None:
        self._store, self._sender = store, sender

    async def deliver(self, conversation_id: str, message: Message) -> None:
        """See `channels.registry.Channel`."""
        address = await address_of(self._store, conversation_id, NAME)
        if address is None:
            raise DeliveryFailed("no_address", permanent=True)
        await self.deliver_to(address, message)

    async def deliver_to(self, address: PartnerAddress, message: Message, text: str | None = None, part: int = 0) -> None:
        """Send a message, or another text in its place, to an address. Raises DeliveryFailed."""
        why = partners.may_send(address)
        if why is not None and not (why == partners.OPTED_OUT and (message.content or {}).get("always")):
            raise DeliveryFailed(why, permanent=True)
        if not text and outgoing(message):
            raise DeliveryFailed("file", permanent=True)  # no Dutch number takes a file by SMS
        pieces = [segments.plain(text)] if text else render.parts(message)
        await self._sender.send(address, message, [Piece(piece) for piece in pieces], part)
