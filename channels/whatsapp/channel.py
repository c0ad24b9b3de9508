"""WhatsApp as a channel of the registry: knows the window of 24 hours, and the ways around it that are allowed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from channels.capabilities import Capabilities
from channels.outgoing import outgoing
from channels.registry import DeliveryFailed, DeliveryHeld
from channels.sms.channel import NAME as SMS
from channels.sms.channel import SmsChannel
from channels.twilio.sending import Piece, Sender
from channels.whatsapp import render
from channels.whatsapp.templates import Templates
from loket.partners import partners, progress
from loket.partners.find import address_of, elsewhere
from loket.store.engine import Store
from loket.store.partners import PartnerAddress
from loket.store.schema import Message, Outbox

log = structlog.get_logger(__name__)
NAME = "whatsapp"
PAUSE = timedelta(seconds=2)
KNOCK = "verbonden_antwoord"
"""For whatever has no template of its own: says that there is an answer, which follows when the citizen writes back."""


class WhatsAppChannel:
    """Sends whole texts, with buttons where a template for them exists."""

    name = NAME
    capabilities = Capabilities(
        buttons=True,
        links=False,
        short=False,
        max_text=render.MAX_BODY,
        media=True,
        window=partners.WINDOW,
        pull=False,
        pause=PAUSE,
    )

    def __init__(
        self,
        store: Store,
        sender: Sender,
        templates: Templates,
        sms: SmsChannel | None,
        clock: Callable[[], datetime],
        link: Callable[[str], str],
    ) -> None:
        self._link = link
        self._store, self._sender, self._templates, self._sms, self._clock = store, sender, templates, sms, clock

    async def deliver(self, conversation_id: str, message: Message) -> None:
        """See `channels.registry.Channel`. Outside the window: an approved template, else SMS for who agreed to it."""
        address = await address_of(self._store, conversation_id, NAME)
        if address is None:
            raise DeliveryFailed("no_address", permanent=True)
        content = message.content or {}
        why = partners.may_send(address)
        if why == partners.OPTED_OUT and not content.get("always"):
            raise DeliveryFailed(why, permanent=True)
        if why is not None and why != partners.OPTED_OUT:
            return await self._by_sms(address, message, why)
        closes = partners.window_closes(address)
        if closes is not None and closes > self._clock():
            pieces = [self._piece(part) for part in render.parts(message, self._templates.sids, self._templates.words)]
            return await self._sender.send(address, message, self._with_file(message, pieces))
        await self._outside(address, conversation_id, message)

    async def _outside(self, address: PartnerAddress, conversation_id: str, message: Message) -> None:
        """News has a template that is the message; for every other one we knock, and keep it until the citizen writes."""
        name = (message.content or {}).get("template") or KNOCK
        sid = self._templates.for_outside(name)
        if sid is None:
            return await self._by_sms(address, message, "window_closed")
        template = self._templates.proactive[name]
        piece = Piece(template.tekst, sid, {}, any_form=True)
        if not template.volgt:
            return await self._sender.send(address, message, [piece])
        if not await self._knocked(conversation_id):
            await self._sender.send(address, message, [piece], progress.KNOCK)
        raise DeliveryHeld("window_closed")

    async def _knocked(self, conversation_id: str) -> bool:
        held = select(Outbox.id).where(Outbox.conversation_id == conversation_id, Outbox.state == "held")
        async with self._store.read(brief=True) as session:
            return await session.scalar(held.limit(1)) is not None

    async def _by_sms(self, address: PartnerAddress, message: Message, why: str) -> None:
        if self._sms is None:
            raise DeliveryFailed(why, permanent=True)
        async with self._store.read(brief=True) as session:
            allowed = await partners.agreed(session, address.partner_id, SMS)
        other = await elsewhere(self._store, address, SMS) if allowed else None
        if other is None:
            raise DeliveryFailed(why, permanent=True)
        name = (message.content or {}).get("template") or ""
        text = self._templates.proactive[name].sms or None if name in self._templates.proactive else None
        await self._sms.deliver_to(other, message, text, progress.ELSEWHERE)
        log.info("whatsapp.by_sms", message=message.id, reason=why)

    def _with_file(self, message: Message, pieces: list[Piece]) -> list[Piece]:
        for file in outgoing(message):
            if file["state"] != "stored":
                raise DeliveryFailed("file", permanent=True)  # it waited for the citizen longer than files are kept
            return [replace(pieces[0], file=self._link(file["id"])), *pieces[1:]]
        return pieces

    def _piece(self, part: render.Part) -> Piece:
        if not part.template:
            return Piece(part.body, any_form=part.choices)
        return Piece(part.body, self._templates.sids[part.template], dict(part.variables), any_form=True)
