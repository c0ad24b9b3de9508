"""`GET /metrics` for Prometheus: for programs on a private network, or with a token."""

from __future__ import annotations

import hmac
import ipaddress

from aiohttp import web

from loket import metrics


class MetricsRoute:
    """Gives the metrics.

    Args:
        token: VERBONDEN_METRICS_TOKEN: who sends it as a bearer gets them. Without one, whoever calls from this machine or a
            private network directly, not through a proxy, may have them.
    """

    def __init__(self, token: str = "") -> None:
        self._token = token

    def add(self, app: web.Application) -> None:
        """Register the route."""
        app.router.add_get("/metrics", self._give)

    async def _give(self, request: web.Request) -> web.Response:
        if not self._may(request):
            raise web.HTTPForbidden
        return web.Response(body=metrics.rendered(), headers={"Content-Type": metrics.CONTENT_TYPE})

    def _may(self, request: web.Request) -> bool:
        if self._token:
            given = request.headers.get("Authorization", "").removeprefix("Bearer ")
            return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self._token.encode())
        if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
            return False
        try:
            return ipaddress.ip_address(request.remote or "").is_private
        except ValueError:
            return False
