"""Where a Notificaties API delivers: `POST /api/nrc/callback`. Checks, keeps, answers; the rest is for the worker."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import datetime

import structlog
from aiohttp import web
from pydantic import ValidationError

from loket.notifications.intake import Notified, keep
from loket.store import Store

log = structlog.get_logger(__name__)
PATH = "/api/nrc/callback"
VARIABLE = "VERBONDEN_NRC_AUTHORIZATION"
"""Environment variable: the whole value of the `Authorization` header, as given in `auth` of the abonnement."""

MAX_BYTES = 16 * 1024
"""A notification is about 600 bytes (measured)."""


class Callback:
    """The subscriber's endpoint. Without a configured value everybody is refused."""

    def __init__(self, store: Store, authorization: str, clock: Callable[[], datetime]) -> None:
        self._store, self._authorization, self._clock = store, authorization.encode(), clock

    def add(self, app: web.Application) -> None:
        """Register the route."""
        app.router.add_post(PATH, self._receive)

    async def _receive(self, request: web.Request) -> web.Response:
        given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._authorization) or not self._authorization:
            return web.Response(status=403)
        if (request.content_length or 0) > MAX_BYTES:
            return web.Response(status=413)
        body = await request.content.read(MAX_BYTES + 1)
        if len(body) > MAX_BYTES:
            return web.Response(status=413)
        try:
            notified = Notified.model_validate_json(body)
        except ValidationError as error:
            log.warning("nrc.malformed", fields=[".".join(map(str, e["loc"])) for e in error.errors(include_input=False)])
            return web.Response(status=400)
        await keep(self._store, notified, self._clock())
        return web.Response(status=204)
