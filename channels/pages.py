"""The pages and scripts of the two front ends, with strict headers and no third parties."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "media-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
FOR_ANY_SITE = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
"""For what another site loads to embed the chat: the script, the themes and the texts, which hold nothing of anybody."""

EMBEDDED = re.compile(r"verbonden-chat\.js|thema-[\w-]+\.css")
NOTHING = "%00"
"""In no address of ours; PostgreSQL refuses a text with it, SQLite ends one there."""

YEAR = "public, max-age=31536000, immutable"


@web.middleware
async def security_headers(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Strict headers on every answer, errors included."""
    try:
        if NOTHING in request.raw_path:
            raise web.HTTPBadRequest
        response = await handler(request)
    except web.HTTPException as error:
        error.headers.update(HEADERS)
        raise
    if not response.prepared:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)  # a download has a stricter policy of its own
        if request.path.startswith("/api/"):
            response.headers["Cache-Control"] = "no-store"
    return response


def add_pages(app: web.Application, dist: Path, data: Path, name: str, changed: Callable[[], Mapping[str, str]]) -> None:
    """Register `/`, `/balie`, `/config.json` and the built assets. `changed`: texts that replace the file's, by dotted key."""
    texts = _texts(data / "antwoorden" / "scherm.yaml")

    async def config(request: web.Request) -> web.Response:
        return web.json_response({"name": name, "texts": {**texts, **changed()}}, headers=FOR_ANY_SITE)

    def page(filename: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handler(request: web.Request) -> web.StreamResponse:
            path = dist / filename
            if not path.is_file():
                raise web.HTTPServiceUnavailable(text="De schermen zijn nog niet gebouwd: make web")
            return web.FileResponse(path, headers={"Cache-Control": "no-cache"})

        return handler

    async def asset(request: web.Request) -> web.StreamResponse:
        path = (dist / request.match_info["path"]).resolve()
        if not path.is_file() or not path.is_relative_to(dist.resolve()):
            raise web.HTTPNotFound
        hashed = path.parent.name == "assets"
        others = FOR_ANY_SITE if EMBEDDED.fullmatch(path.name) else {}
        return web.FileResponse(path, headers={"Cache-Control": YEAR if hashed else "no-cache", **others})

    app.router.add_get("/config.json", config)
    app.router.add_get("/", page("index.html"))
    app.router.add_get("/balie", page("balie.html"))
    app.router.add_get("/leiding", page("leiding.html"))
    app.router.add_get("/{path:[^/]+\\.(?:js|css|svg|png|ico|webmanifest|html|txt)}", asset)
    app.router.add_get("/{path:assets/.+}", asset)


def _texts(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    return yaml.safe_load(path.read_text(encoding="utf-8"))  # type: ignore[no-any-return]
