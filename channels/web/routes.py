"""HTTP routes of the web chat: the session and its socket."""

from __future__ import annotations

from aiohttp import web

from channels.web.access import COOKIE as COOKIE
from channels.web.access import PROTOCOL, Access
from channels.web.access import same_origin as same_origin
from channels.web.connection import FRAME_BYTES, NO_SESSION, CitizenConnection, Services
from channels.web.sessions import LIFETIME, WebSessions

LANGUAGES = frozenset({"nl", "en", "tr", "ar", "pl", "uk", "de"})


def add_routes(app: web.Application, services: Services, sessions: WebSessions, access: Access) -> None:
    """Register `/api/web/session` and `/api/web/ws`."""

    async def open_session(request: web.Request) -> web.Response:
        access.check(request, reading=True)
        known = await sessions.find(access.secret(request))
        if known is not None:
            return web.json_response({"session": known.id, "conversation": known.conversation_id})
        try:
            body = await request.json() if request.can_read_body else {}
        except (ValueError, RecursionError):
            body = {}
        language = body.get("language") if isinstance(body, dict) and body.get("language") in LANGUAGES else "nl"
        secret, session = await sessions.open(str(language))
        told = {"session": session.id, "conversation": session.conversation_id}
        if access.embedded(request):
            return web.json_response({**told, "secret": secret})
        answer = web.json_response(told)
        answer.set_cookie(
            COOKIE, secret, max_age=int(LIFETIME.total_seconds()), httponly=True, secure=access.secure, samesite="Lax", path="/"
        )
        return answer

    async def socket(request: web.Request) -> web.StreamResponse:
        access.check(request)
        response = web.WebSocketResponse(compress=False, heartbeat=25, max_msg_size=FRAME_BYTES, protocols=(PROTOCOL,))
        session = await sessions.find(access.secret(request))
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

    app.on_response_prepare.append(access.allow)
    app.router.add_route("OPTIONS", "/api/web/{path:.*}", access.preflight)
    app.router.add_post("/api/web/session", open_session)
    app.router.add_get("/api/web/ws", socket)
