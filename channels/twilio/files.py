"""Files of staff on their way to a citizen: the provider fetches each from a signed address that works for a short time."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import quote

import structlog
from aiohttp import web
from sqlalchemy import select

from channels.twilio.settings import TwilioSettings
from loket.conversations.model import Author
from loket.media import Media
from loket.store.engine import Store
from loket.store.media import Attachment
from loket.store.schema import Message

log = structlog.get_logger(__name__)
PATH = "/api/twilio/files"
WORKS = timedelta(hours=1)
"""The provider fetches a file as soon as it is asked to send it; its own retries end within minutes."""

PURPOSE = b"verbonden outgoing file"
SENDABLE = {"image/jpeg": 5 * 1024 * 1024, "image/png": 5 * 1024 * 1024, "application/pdf": 10 * 1024 * 1024}
"""Bytes by kind (WhatsApp: images of 5 MB; other pictures are not shown there; a PDF may be larger than we keep)."""


class FileLinks:
    """Makes and checks addresses. The key is made of the provider's token, which both processes have; an old one still works."""

    def __init__(self, settings: TwilioSettings, clock: Callable[[], datetime]) -> None:
        self._settings, self._clock = settings, clock

    def link(self, attachment_id: str) -> str:
        """An address of a file that works for WORKS."""
        until = str(int((self._clock() + WORKS).timestamp()))
        signature = _sign(self._settings.auth_token, attachment_id, until)
        return f"{self._settings.public_url}{PATH}/{attachment_id}?u={until}&s={signature}"

    def allows(self, attachment_id: str, until: str, signature: str) -> bool:
        """Whether an address was made here and still works."""
        right = [hmac.compare_digest(_sign(token, attachment_id, until), signature) for token in self._settings.tokens]
        return any(right) and until.isdecimal() and int(until) >= self._clock().timestamp()


def _sign(token: str, attachment_id: str, until: str) -> str:
    key = hmac.digest(token.encode(), PURPOSE, hashlib.sha256)
    return hmac.digest(key, f"{attachment_id}\n{until}".encode(), hashlib.sha256).hex()


class OutgoingFiles:
    """`GET /api/twilio/files/{id}`: only what staff sent to a citizen, and only with such an address."""

    def __init__(self, store: Store, media: Media, links: FileLinks) -> None:
        self._store, self._media, self._links = store, media, links

    def add(self, app: web.Application) -> None:
        """Register the route."""
        app.router.add_get(f"{PATH}/{{id}}", self._give)

    async def _give(self, request: web.Request) -> web.Response:
        found = request.match_info["id"]
        if not self._links.allows(found, request.query.get("u", ""), request.query.get("s", "")):
            log.warning("twilio.file_refused")
            raise web.HTTPForbidden
        stored = await self._media.load(found) if await self._of_staff(found) else None
        if stored is None:
            raise web.HTTPNotFound
        headers = {
            "Content-Disposition": f"inline; filename*=UTF-8''{quote(stored.name)}",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "no-store",
        }
        return web.Response(body=stored.data, content_type=stored.mime, headers=headers)

    async def _of_staff(self, attachment_id: str) -> bool:
        async with self._store.read() as session:
            author = await session.scalar(
                select(Message.author).join(Attachment, Attachment.message_id == Message.id).where(Attachment.id == attachment_id)
            )
        return author == Author.HUMAN.value
