"""What is asked while the store is away (PostgreSQL restarts, a disk is full) gets an answer in words, and is asked again."""

from __future__ import annotations

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from loket.answers.texts import Texts

log = structlog.get_logger(__name__)
AGAIN_SECONDS = 5
"""Seconds after which it is worth asking again: PostgreSQL restarts in about as many."""

AWAY_STATES = ("08", "40", "53", "55", "57", "58")
"""Classes of SQLSTATE that pass by themselves: no connection, taken back, no room, in use, told to stop, trouble of the system
(https://www.postgresql.org/docs/current/errcodes-appendix.html)."""

_BEGUN = web.RequestKey("answer_begun", bool)


def is_away(error: SQLAlchemyError) -> bool:
    """Whether a failure is the database's of this moment: away, full or too busy. A statement or a value of ours that can not
    be is a fault of ours, whenever it is asked again."""
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    cause = error.orig.__cause__ if error.orig is not None else None
    if isinstance(error, OperationalError) or error.connection_invalidated:
        return True
    if isinstance(error, InterfaceError):
        return not isinstance(cause, ValueError)  # asyncpg calls a value that does not fit an error of the interface
    # What asyncpg is told by the server has no class of its own in SQLAlchemy, but for a few.
    return str(getattr(error.orig, "sqlstate", None) or "")[:2] in AWAY_STATES


def add_even_geduld(app: web.Application, texts: Texts) -> None:
    """From here on 503 with `geweigerd.opslag_weg` and Retry-After for a database that is away, under `/api/`.

    The webhooks have answers of their own for it, and so have sockets: where an answer was begun, no other can follow.
    """

    async def begun(request: web.Request, _response: web.StreamResponse) -> None:
        request[_BEGUN] = True

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except SQLAlchemyError as error:
            if not request.path.startswith("/api/") or request.get(_BEGUN) or not is_away(error):
                raise
            log.exception("store.away")
            body = {"code": "store_away", "text": texts.line("geweigerd.opslag_weg")}
            return web.json_response(body, status=503, headers={"Retry-After": str(AGAIN_SECONDS)})

    app.on_response_prepare.append(begun)
    app.middlewares.append(middleware)
