"""`/health/live` and `/health/ready`, for whoever keeps the processes running."""

from __future__ import annotations

import asyncio

import structlog
from aiohttp import web
from sqlalchemy import text

from channels.watching import Standing
from loket.store import Store

log = structlog.get_logger(__name__)
PATIENCE = 3.0
"""Seconds; a part that does not answer in that time is not there. Kubernetes waits a second by itself: give its probes four."""


async def reachable(store: Store) -> bool:
    """Whether the database answers, and has our tables."""
    try:
        async with asyncio.timeout(PATIENCE), store.read() as session:
            await session.execute(text("select 1 from conversation limit 1"))
    except Exception as error:
        log.warning("health.database", error=type(error).__name__)
        return False
    return True


def add_health(app: web.Application, standing: Standing) -> None:
    """Register the routes."""

    async def live(request: web.Request) -> web.Response:
        """This process answers; nothing else is asked, so that a part that is down restarts no gateway."""
        return web.json_response({"live": True})

    async def ready(request: web.Request) -> web.Response:
        """Ready means: a message can be accepted and kept. Bus and bot may be down without loss; they are told."""
        state = await standing.parts()
        return web.json_response(state, status=200 if state["database"] else 503)

    app.router.add_get("/health/live", live)
    app.router.add_get("/health/ready", ready)
