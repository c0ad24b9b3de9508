"""What happens to an accepted message: queued, sent, delivered, read, or not."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from demo.twilio import segments
from demo.twilio.addresses import Address, parse
from demo.twilio.callbacks import Callbacks
from demo.twilio.errors import LATER
from demo.twilio.provider import Provider
from demo.twilio.store import Document
from demo.twilio.templates import approved
from demo.twilio.webhooks import inside

FINAL = frozenset({"delivered", "read", "undelivered", "failed", "canceled", "received"})
UNDERWAY = frozenset({"accepted", "scheduled", "queued", "sending", "sent"})
MAX_MEDIA_BYTES = 16 * 1024 * 1024


class Lifecycle:
    """Moves messages through their states.

    Args:
        provider: the running fake.
        callbacks: tells the account.
        http: session to fetch files with.
    """

    def __init__(self, provider: Provider, callbacks: Callbacks, http: aiohttp.ClientSession) -> None:
        self._provider, self._callbacks, self._http = provider, callbacks, http

    def start(self, message: Document) -> None:
        """Let an accepted message go its way."""
        self._provider.spawn(self._run(message["sid"]))

    def resume(self) -> None:
        """Go on with the messages that were under way when the fake stopped."""
        for message in self._provider.store.messages(limit=10_000):
            if message["direction"] != "inbound" and message["status"] in UNDERWAY:
                self.start(message)

    async def _run(self, sid: str) -> None:
        message = self._provider.store.message(sid)
        if message is None:
            return
        to = parse(message["to"])
        if message["private"]["send_at"]:
            await asyncio.sleep(max(0.0, message["private"]["send_at"] - self._provider.now()))
        if message["status"] == "queued":
            self._callbacks.tell(message, last=False)
        await self._wait(to)
        problem = await self._before_sending(sid, to)
        if problem is None:
            return  # deleted or cancelled meanwhile
        if problem:
            self._move(sid, "failed", problem, last=True)
            return
        self._move(sid, "sent")
        await self._wait(to)
        faults = self._provider.faults_for(to.number)
        if to.channel == "sms" and to.is_landline and faults.landline == "undelivered":
            self._move(sid, "undelivered", 30006, last=True)
        elif self._provider.chance.hits(faults.undelivered):
            self._move(sid, "undelivered", faults.undelivered_code, last=True)
        elif to.channel == "whatsapp" and self._provider.chance.hits(faults.read):
            self._move(sid, "delivered")
            await self._wait(to)
            self._move(sid, "read", last=True)
        else:
            self._move(sid, "delivered", last=True)

    async def _before_sending(self, sid: str, to: Address) -> int | None:
        """0 when it can be sent, else the code of why not; None when it is gone."""
        message = self._provider.store.message(sid)
        if message is None or message["status"] not in UNDERWAY:
            return None
        private, faults = message["private"], self._provider.faults_for(to.number)
        if self._provider.opted_out(to, parse(private["sender"])):
            return 21610
        if self._provider.now() > private["expires"]:
            return 30036
        if self._provider.chance.hits(faults.rejected):
            return faults.rejected_code
        if to.channel == "whatsapp" and (problem := self._whatsapp_problem(message, to)):
            return problem
        if not await self._fetch_media(message):
            return 63019
        return 0

    def _whatsapp_problem(self, message: Document, to: Address) -> int:
        private = message["private"]
        if not self._provider.faults_for(to.number).on_whatsapp:
            return 63024
        if private["shown"] and private["shown"]["problem"]:
            return int(private["shown"]["problem"])
        if self._provider.window_until(to) > self._provider.now():
            return 0
        template = self._provider.store.kept("template", private["template"]) if private["template"] else None
        return 0 if template is not None and approved(template) else 63016

    async def _fetch_media(self, message: Document) -> bool:
        """Get the files of a message from the addresses that the account gave; False when one can not be had."""
        for url in message["private"]["media"]:
            try:
                async with self._http.get(inside(url, self._provider.account), timeout=aiohttp.ClientTimeout(total=15)) as answer:
                    content = await answer.content.read(MAX_MEDIA_BYTES + 1)
                    if answer.status != 200 or len(content) > MAX_MEDIA_BYTES:
                        return False
                    kind = answer.content_type
            except (aiohttp.ClientError, TimeoutError, OSError):
                return False
            name = urlsplit(url).path.rsplit("/", 1)[-1]
            sid, now = self._provider.new_sid("ME"), self._provider.now()
            self._provider.store.put_media(sid, message["sid"], kind, name, now, content)
        return True

    def _move(self, sid: str, status: str, error: int = 0, *, last: bool = False) -> None:
        message = self._provider.store.message(sid)
        if message is None:
            return
        now = self._provider.now()
        message["status"], message["updated"] = status, now
        if error:
            message["error_code"], message["error_message"] = error, LATER.get(error, "Unknown error")
        if status == "sent":
            message["sent"] = message["at"] = now
            message["from"] = message["private"]["sender"]
            if message["num_segments"] == "0":
                message["num_segments"] = str(segments.count(message["body"]) if parse(message["to"]).channel == "sms" else 1)
        if last and not message["private"]["keep"]:
            message["body"] = ""
        self._provider.store.put_message(message)
        to = parse(message["to"])
        self._provider.store.log(now, "message.status", sid=sid, state=status, code=error or None, number=to.number,
                                 channel=to.channel)
        self._callbacks.tell(message, last=last)

    async def _wait(self, to: Address) -> None:
        await asyncio.sleep(self._provider.chance.up_to(self._provider.faults_for(to.number).step))


def cancel(provider: Provider, message: Document) -> bool:
    """Call off a scheduled message; False when it is not one."""
    if message["status"] != "scheduled":
        return False
    message["status"], message["updated"] = "canceled", provider.now()
    provider.store.put_message(message)
    return True


def deletable(message: dict[str, Any]) -> bool:
    """Whether a message is no longer under way."""
    return message["status"] in FINAL
