"""Where the provider calls: inbound messages and status call-backs. Signed, stored, acknowledged within a second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import structlog
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from channels.pace import Pace
from channels.twilio import incoming, signature
from channels.twilio.accepting import Acceptance
from channels.twilio.settings import INBOUND_PATH, STATUS_PATH, TwilioSettings
from channels.twilio.status import StatusUpdates
from loket import metrics

log = structlog.get_logger(__name__)
BODY_BYTES = 64 * 1024
"""A message with ten files is about 6 kB (measured on the published example requests)."""

SECONDS = 0.9
"""What is not stored in this time is not acknowledged; it goes on being stored. The provider sends it again, and the same id is
stored once."""

Answer = tuple[int, str]
"""Status, and TwiML or nothing."""

Work = Callable[[signature.Signed, web.Request], Coroutine[Any, Any, Answer]]
TWIML = "<?xml version='1.0' encoding='UTF-8'?><Response/>"


class TooFast(Exception):
    """A number sent more than it may. Nothing is lost by it: what the provider could not hand over is fetched (missed.py)."""


class Webhooks:
    """The two addresses that the provider calls."""

    def __init__(self, settings: TwilioSettings, acceptance: Acceptance, statuses: StatusUpdates, pace: Pace) -> None:
        self._settings, self._acceptance, self._statuses, self.pace = settings, acceptance, statuses, pace
        self.seconds = SECONDS
        # A request that comes again while it is still being stored waits for that: repetitions must not make a busy hour busier.
        self._under_way: dict[str, asyncio.Task[Answer]] = {}

    @property
    def under_way(self) -> int:
        """How many requests are being stored now; one that is repeated meanwhile counts once."""
        return len(self._under_way)

    def add(self, app: web.Application) -> None:
        """Register the routes."""
        app.router.add_post(INBOUND_PATH, self._inbound)
        app.router.add_post(STATUS_PATH, self._status)

    async def _inbound(self, request: web.Request) -> web.Response:
        return await self._handled(request, self._accept)

    async def _accept(self, signed: signature.Signed, request: web.Request) -> Answer:
        message = incoming.read(signed.parameters, self._settings.account_sid)
        if not await self.pace.number(message.number):
            raise TooFast
        await self._acceptance.accept(message, signed)
        return 200, TWIML

    async def _status(self, request: web.Request) -> web.Response:
        return await self._handled(request, self._update)

    async def _update(self, signed: signature.Signed, request: web.Request) -> Answer:
        given = signed.parameters
        if given.get("AccountSid") != self._settings.account_sid:
            raise incoming.NotAMessage("account")
        sid, state = given.get("MessageSid", ""), given.get("MessageStatus", "")
        code = given.get("ErrorCode", "")
        number = int(code) if code.isdecimal() else None
        await self._statuses.update(request.query.get("m", ""), sid, state, number, signed)
        return 204, ""

    async def _handled(self, request: web.Request, work: Work) -> web.Response:
        began = time.monotonic()
        try:
            signed = await self._signed(request)
            task = self._under_way.get(signed.digest)
            if task is None:
                task = self._under_way[signed.digest] = asyncio.create_task(work(signed, request))
                task.add_done_callback(partial(self._ended, signed.digest))
            done, _ = await asyncio.wait({task}, timeout=self.seconds)
            if done:
                status, text = task.result()
                return web.Response(status=status, text=text or None, content_type="text/xml" if text else None)
            return self._refuse(503, "slow")
        except signature.Refused as refused:
            return self._refuse(403, refused.reason)
        except TooFast:
            return self._refuse(429, "too_fast")
        except incoming.NotAMessage as error:
            return self._refuse(400, str(error))
        except SQLAlchemyError as error:
            log.error("twilio.not_stored", error=type(error).__name__)
            return self._refuse(503, "not_stored")
        finally:
            metrics.observe("webhook_seconds", time.monotonic() - began, provider="twilio")

    def _ended(self, digest: str, task: asyncio.Task[Answer]) -> None:
        self._under_way.pop(digest, None)
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, signature.Refused | incoming.NotAMessage | TooFast):
            log.warning("twilio.not_handled", error=type(error).__name__)

    async def _signed(self, request: web.Request) -> signature.Signed:
        if (request.content_length or 0) > BODY_BYTES:
            raise web.HTTPRequestEntityTooLarge(BODY_BYTES, request.content_length or 0)
        body = b""
        while chunk := await request.content.read(BODY_BYTES + 1 - len(body)):
            body += chunk
            if len(body) > BODY_BYTES:
                raise web.HTTPRequestEntityTooLarge(BODY_BYTES, len(body))
        url = f"{self._settings.public_url}{request.raw_path}"
        return signature.check(
            self._settings.tokens, url, request.content_type, body, request.headers.get(signature.HEADER)
        )

    def _refuse(self, status: int, reason: str) -> web.Response:
        metrics.count("webhooks_refused", provider="twilio", reason=reason)
        log.warning("twilio.refused", status=status, reason=reason)
        return web.Response(status=status)
