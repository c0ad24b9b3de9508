"""HTTP routes of the web chat."""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web

from channels.web.connection import FRAME_BYTES, CitizenConnection, Services
from channels.web.sessions import LIFETIME, WebSessions

COOKIE = "verbonden_session"
NO_SESSION = 4401
LANGUAGES = frozenset({"nl", "en", "tr", "ar", "pl", "uk", "de"})


def same_origin(request: web.Request, public_url: str) -> bool:
    """Whether the page that opened this connection is ours: a cookie alone would let any site speak for a citizen."""
    origin = request.headers.get("Origin", "")
    return bool(origin) and (origin == public_url.rstrip("/") or urlsplit(origin).netloc == request.host)


def add_routes(app: web.Application, services: Services, sessions: WebSessions, public_url: str) -> None:
    """Register `/api/web/...`."""
    secure = public_url.startswith("https://")

    async def open_session(request: web.Request) -> web.Response:
        if request.headers.get("Origin") and not same_origin(request, public_url):
            raise web.HTTPForbidden
        known = await sessions.find(request.cookies.get(COOKIE, ""))
        if known is not None:
            return web.json_response({"session": known.id, "conversation": known.conversation_id})
        try:
            body = await request.json() if request.can_read_body else {}
        except (ValueError, RecursionError):
            body = {}
        language = body.get("language") if isinstance(body, dict) and body.get("language") in LANGUAGES else "nl"
        secret, session = await sessions.open(str(language))
        answer = web.json_response({"session": session.id, "conversation": session.conversation_id})
        answer.set_cookie(COOKIE, secret, max_age=int(LIFETIME.total_seconds()), httponly=True, secure=secure, samesite="Lax", path="/")
        return answer

    async def socket(request: web.Request) -> web.StreamResponse:
        if not same_origin(request, public_url):
            raise web.HTTPForbidden
        response = web.WebSocketResponse(compress=False, heartbeat=25, max_msg_size=FRAME_BYTES)
        session = await sessions.find(request.cookies.get(COOKIE, ""))
        await response.prepare(request)
        if session is None:
            await response.close(code=NO_SESSION)
            return response
        after = request.query.get("after", "0")
        connection = CitizenConnection(services, session, response, int(after) if after.isdigit() and len(after) < 10 else 0)
        request.app["sockets"].add(response)
        try:
            await connection.serve()
        finally:
            request.app["sockets"].discard(response)
        return response

    app.router.add_post("/api/web/session", open_session)
    app.router.add_get("/api/web/ws", socket)
