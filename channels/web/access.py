"""Who may speak for a citizen: a page of ours with a cookie, or a page of a known other site with the session in a header.

A page of another site can not use a cookie: browsers do not send it (SameSite, third-party cookies are going away), and if
they did, any site could speak for a citizen. So it gets the secret of the session itself, and sends it as a bearer token;
for a WebSocket, which can have no headers, as a subprotocol. It never stands in an address: addresses end up in logs.
See docs/adr, "Embedding on another site".
"""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import hdrs, web

COOKIE = "verbonden_session"
PROTOCOL = "verbonden"
"""The subprotocol that is spoken; the one offered after it is the secret."""

BEARER = "Bearer "
PREFLIGHT_SECONDS = "7200"


def same_origin(request: web.Request, public_url: str) -> bool:
    """Whether the page that opened this connection is ours."""
    origin = request.headers.get(hdrs.ORIGIN, "")
    return bool(origin) and (origin == public_url.rstrip("/") or urlsplit(origin).netloc == request.host)


class Access:
    """Knows our own origin and those of the sites that may embed the chat.

    Args:
        public_url: how people reach us.
        embed_origins: other origins, `https://host`.
    """

    def __init__(self, public_url: str, embed_origins: frozenset[str] = frozenset()) -> None:
        self._own, self._embed = public_url.rstrip("/"), embed_origins
        self.secure = public_url.startswith("https://")

    def own(self, request: web.Request) -> bool:
        """Whether the page that asks is ours: a cookie alone would let any site speak for a citizen."""
        return same_origin(request, self._own)

    def embedded(self, request: web.Request) -> bool:
        """Whether the page that asks is of another site that may embed the chat."""
        return request.headers.get(hdrs.ORIGIN, "") in self._embed and not self.own(request)

    def check(self, request: web.Request, *, reading: bool = False) -> None:
        """Raises HTTPForbidden unless the page that asks may. Browsers send no origin with a `reading` of our own pages."""
        if self.own(request) or self.embedded(request) or (reading and hdrs.ORIGIN not in request.headers):
            return
        raise web.HTTPForbidden

    def secret(self, request: web.Request) -> str:
        """What proves the session; empty when there is nothing. The cookie never counts for another site."""
        if not self.embedded(request):
            return request.cookies.get(COOKIE, "")
        header = request.headers.get(hdrs.AUTHORIZATION, "")
        if header.startswith(BEARER):
            return header.removeprefix(BEARER)
        offered = [each.strip() for each in request.headers.get(hdrs.SEC_WEBSOCKET_PROTOCOL, "").split(",")]
        return offered[1] if len(offered) == 2 and offered[0] == PROTOCOL else ""

    async def allow(self, request: web.Request, response: web.StreamResponse) -> None:
        """For `app.on_response_prepare`: lets the page of a known other site read the answers of `/api/web/`."""
        if not request.path.startswith("/api/web/"):
            return
        response.headers.add(hdrs.VARY, hdrs.ORIGIN)
        if self.embedded(request):
            response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = request.headers[hdrs.ORIGIN]

    async def preflight(self, request: web.Request) -> web.Response:
        """What a browser asks before it lets a page of another site send JSON or a token."""
        if not self.embedded(request):
            raise web.HTTPForbidden
        return web.Response(
            status=204,
            headers={
                hdrs.ACCESS_CONTROL_ALLOW_METHODS: "GET, POST",
                hdrs.ACCESS_CONTROL_ALLOW_HEADERS: "authorization, content-type, x-file-name, x-message-id",
                hdrs.ACCESS_CONTROL_MAX_AGE: PREFLIGHT_SECONDS,
            },
        )
