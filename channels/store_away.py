"""What is asked while the store is away (PostgreSQL restarts, a disk is full) gets an answer in words, and is asked again."""

from __future__ import annotations

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from sqlalchemy.exc import DBAPIError

from loket.answers.texts import Texts

log = structlog.get_logger(__name__)
AGAIN_SECONDS = 5
"""Seconds after which it is worth asking again: PostgreSQL restarts in about as many."""


def even_geduld(texts: Texts) -> Middleware:
    """A middleware: 503 with `geweigerd.opslag_weg` and Retry-After for a failure of the database under `/api/`.

    Sockets and the webhooks of the provider have answers of their own for it.
    """

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except DBAPIError as error:
            if not request.path.startswith("/api/"):
                raise
            log.error("store.away", error=type(error).__name__)
            body = {"code": "store_away", "text": texts.line("geweigerd.opslag_weg")}
            return web.json_response(body, status=503, headers={"Retry-After": str(AGAIN_SECONDS)})

    return middleware
