"""Status call-backs: in order, unless the faults say otherwise."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from demo.twilio.account import derived_sid
from demo.twilio.addresses import parse
from demo.twilio.errors import LATER
from demo.twilio.provider import Provider
from demo.twilio.store import Document
from demo.twilio.webhooks import Webhooks


class Callbacks:
    """Tells the account how far its messages came.

    Args:
        provider: the running fake.
        webhooks: makes the calls.
    """

    def __init__(self, provider: Provider, webhooks: Webhooks) -> None:
        self._provider, self._webhooks = provider, webhooks
        self._last: dict[str, asyncio.Task[Any]] = {}
        self._held: dict[str, list[dict[str, str]]] = {}

    def tell(self, message: Document, *, last: bool) -> None:
        """Tell the present state of a message; `last` when no other state follows."""
        url, sid = message["private"]["callback"], message["sid"]
        if not url:
            return
        faults, chance = self._provider.faults_for(parse(message["to"]).number), self._provider.chance
        parameters = callback_parameters(message, self._provider)
        if chance.hits(faults.status_lost):
            self._provider.store.log(self._provider.now(), "callback.lost", sid=sid, state=message["status"])
        elif chance.hits(faults.status_late):
            self._provider.spawn(self._later(url, sid, parameters, message, faults.status_late_seconds))
        elif not last and chance.hits(faults.status_reorder):
            self._provider.store.log(self._provider.now(), "callback.held", sid=sid, state=message["status"])
            self._held.setdefault(sid, []).append(parameters)
            return
        else:
            self._queue(url, sid, parameters, message)
            if chance.hits(faults.status_duplicate):
                self._queue(url, sid, parameters, message)
        for held in self._held.pop(sid, []):
            self._queue(url, sid, held, message)

    def _queue(self, url: str, sid: str, parameters: dict[str, str], message: Document) -> None:
        """Call after the earlier calls about this message."""
        before = self._last.get(sid)

        async def call() -> None:
            if before is not None:
                await asyncio.wait({before})
            await self._call(url, sid, parameters, message)

        task = self._provider.spawn(call())
        self._last[sid] = task

        def done(finished: asyncio.Task[Any]) -> None:
            if self._last.get(sid) is finished:
                del self._last[sid]

        task.add_done_callback(done)

    async def _later(self, url: str, sid: str, parameters: dict[str, str], message: Document, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self._call(url, sid, parameters, message)

    async def _call(self, url: str, sid: str, parameters: dict[str, str], message: Document) -> None:
        faults = self._provider.faults_for(parse(message["to"]).number)
        await self._webhooks.call(url, parameters, what="status", sid=sid, signature=faults.signature, as_json=faults.status_json)


def callback_parameters(message: Document, provider: Provider) -> dict[str, str]:
    """What a call-back says (https://www.twilio.com/docs/messaging/guides/track-outbound-message-status)."""
    status, address = message["status"], parse(message["to"])
    found = {
        "AccountSid": provider.account.sid,
        "ApiVersion": "2010-04-01",
        "From": message["from"] or "",
        "MessageSid": message["sid"],
        "MessageStatus": status,
        "SmsSid": message["sid"],
        "SmsStatus": status,
        "To": message["to"],
    }
    if message["messaging_service_sid"]:
        found["MessagingServiceSid"] = message["messaging_service_sid"]
    if message["error_code"]:
        found["ErrorCode"] = str(message["error_code"])
    if address.channel == "whatsapp":
        found |= {
            "ChannelInstallSid": derived_sid("XE", provider.account.sid, provider.account.whatsapp),
            "ChannelPrefix": "whatsapp",
            "ChannelToAddress": address.number,
        }
        if status in ("delivered", "read"):
            found["EventType"] = status.upper()
        if message["error_code"]:
            found["ChannelStatusMessage"] = LATER.get(message["error_code"], "")
    elif status in ("delivered", "undelivered"):
        found["RawDlrDoneDate"] = datetime.now(UTC).strftime("%y%m%d%H%M")
    return found
