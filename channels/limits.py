"""What a channel lets a member of staff send: told while typing, and checked when sending."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels import wire
from channels.sms import segments
from channels.sms.channel import NAME as SMS
from channels.whatsapp import render
from channels.whatsapp.channel import NAME as WHATSAPP
from loket.partners import partners
from loket.partners.find import address_of
from loket.privacy.extraction import extract
from loket.store.engine import Store
from loket.store.schema import Conversation

PERSONAL = frozenset({"zaaknummer", "geboortedatum", "bsn", "iban", "email", "postcode"})
"""What must not stand in an SMS: it lies open on a locked telephone, and passes through many hands on its way."""


class NotSendable(Exception):
    """A text that this channel can not take. `code` is too_long_sms, personal_sms or stopped."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Limits:
    """The limits of every channel.

    Args:
        store: the store.
        clock: now, aware.
    """

    store: Store
    clock: Callable[[], datetime]

    async def of(self, conversation: Conversation, text: str) -> dict[str, Any]:
        """The limits of a conversation for a text (may be empty), as the desk shows them.

        `segments`, `most_segments`, `left` (characters in the last segment) for SMS; `window_closes` for WhatsApp, and
        `window_open`; `unreachable` why nothing arrives; `personal` kinds of facts that may not stand in this text.
        """
        address = None if conversation.channel == "web" else await address_of(self.store, conversation.id, conversation.channel)
        found: dict[str, Any] = {
            "channel": conversation.channel,
            "unreachable": partners.may_send(address) if address else None,
            "personal": [],
        }
        if conversation.channel == SMS:
            count = segments.count(segments.plain(text))
            found |= {"segments": count.segments, "most_segments": segments.MOST, "left": count.left, "encoding": count.encoding}
            found["personal"] = self._personal(text)
        if conversation.channel == WHATSAPP:
            closes = partners.window_closes(address) if address else None
            found |= {
                "window_closes": wire.moment(closes),
                "window_open": closes is not None and closes > self.clock(),
                "parts": len(render.split(text)) if text else 0,
            }
        return found

    async def check(self, conversation: Conversation, text: str) -> None:
        """Raises NotSendable when the channel can not take a text."""
        limits = await self.of(conversation, text)
        if limits["unreachable"] == partners.OPTED_OUT:
            raise NotSendable("stopped")
        if limits.get("segments", 0) > segments.MOST:
            raise NotSendable("too_long_sms")
        if limits["personal"]:
            raise NotSendable("personal_sms")

    def _personal(self, text: str) -> list[str]:
        return sorted({entity.kind for entity in extract(text, self.clock().date())} & PERSONAL)
