"""Where the desk fetches a file of a message: to save, never to run in our page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import quote

import structlog
from aiohttp import web

from loket.conversations.desk import Desk
from loket.handoff.access import Access
from loket.identity.staff import LoggedIn
from loket.media import Media

log = structlog.get_logger(__name__)
Handler = Callable[[web.Request, LoggedIn], Awaitable[web.StreamResponse]]
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


class MediaRoutes:
    """`GET /api/balie/media/{id}`."""

    def __init__(
        self,
        media: Media,
        desk: Desk,
        guard: Callable[[Handler], Callable[[web.Request], Awaitable[web.StreamResponse]]],
        problem: Callable[[int, str], web.Response],
    ) -> None:
        self._media, self._desk, self._guard, self._problem = media, desk, guard, problem
        self._access = Access(desk.store)

    def add(self, app: web.Application) -> None:
        """Register the route."""
        app.router.add_get("/api/balie/media/{id}", self._guard(self._give))

    async def _give(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        stored = await self._media.load(request.match_info["id"])
        if stored is None:
            return self._problem(404, "media_gone")
        await self._access.require(stored.conversation_id, logged_in.member, self._desk.acts.now())
        await self._desk.record_reading(await self._desk.conversation(stored.conversation_id), logged_in.member)
        log.info("media.given", attachment=request.match_info["id"], staff=logged_in.member.id)
        return web.Response(
            body=stored.data,
            content_type=stored.mime,
            headers={
                "Content-Disposition": f"attachment; filename*=UTF-8''{quote(stored.name)}",
                "Content-Security-Policy": SANDBOX,
                "Cross-Origin-Resource-Policy": "same-origin",
            },
        )
