"""HTTP routes of the web chat: the session and its socket."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import WSCloseCode, web

from channels.web.access import COOKIE as COOKIE
from channels.web.access import PROTOCOL, Access
from channels.web.access import same_origin as same_origin
from channels.web.connection import FRAME_BYTES, NO_SESSION, CitizenConnection, Services
from channels.pace import Network, TooMany, client_address
from channels.web.sessions import LIFETIME, WebSessions
from loket import metrics

LANGUAGES = frozenset({"nl", "en", "tr", "ar", "pl", "uk", "de"})


def add_routes(
    app: web.Application, services: Services, sessions: WebSessions, access: Access, proxies: Sequence[Network] = ()
) -> None:
    """Register `/api/web/session` and `/api/web/ws`."""

    async def open_session(request: web.Request) -> web.Response:
        access.check(request, reading=True)
        known = await sessions.find(access.secret(request))
        if known is not None:
            return web.json_response({"session": known.id, "conversation": known.conversation_id})
        if not await services.pace.session(client_address(request, proxies)):
            metrics.count("refused", what="sessions")
            words = services.composer.text("geweigerd.te_snel").text
            return web.json_response({"code": "too_fast", "text": words}, status=429, headers={"Retry-After": "60"})
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
        connection = CitizenConnection(services, session, response, int(after) if after.isdecimal() and len(after) < 10 else 0)
        request.app["sockets"].add(response)
        try:
            with services.pace.socket(session.id, client_address(request, proxies)):
                await connection.serve()
        except TooMany:
            metrics.count("refused", what="sockets")
            await response.close(code=WSCloseCode.TRY_AGAIN_LATER)
        finally:
            request.app["sockets"].discard(response)
        return response

    app.on_response_prepare.append(access.allow)
    app.router.add_route("OPTIONS", "/api/web/{path:.*}", access.preflight)
    app.router.add_post("/api/web/session", open_session)
    app.router.add_get("/api/web/ws", socket)
