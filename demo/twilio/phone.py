"""The page of the telephone, with its texts filled in."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web

from demo.twilio.samples import SAMPLES

HERE = Path(__file__).parent
TEXTS = HERE / "data" / "telefoon.yaml"
FILES = {"telefoon.css": "text/css", **{name: "text/javascript" for name in ("telefoon.js", "gesprek.js", "knoppen.js")}}
POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; "
          "form-action 'none'; base-uri 'none'; frame-ancestors 'none'")


def add(app: web.Application) -> None:
    """Add the addresses."""
    app.router.add_get("/", page)
    app.router.add_get("/telefoon/{name}", asset)
    app.router.add_get("/fake/samples/{name}", sample)


def texts() -> dict[str, Any]:
    """The texts of the page."""
    found: dict[str, Any] = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))
    return found


def _text(found: Mapping[str, Any], key: str) -> str:
    value: Any = found
    for part in key.split("."):
        value = value[part]
    return str(value)


async def page(request: web.Request) -> web.Response:
    """The page."""
    found = texts()
    template = (HERE / "pages" / "telefoon.html").read_text(encoding="utf-8")
    filled = re.sub(r"\{\{([a-z_.]+)\}\}", lambda match: html.escape(_text(found, match[1])), template)
    # Inside a script element only `<` can do harm.
    filled = filled.replace("{{*}}", json.dumps(found, ensure_ascii=False).replace("<", "\\u003c"))
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer",
               "X-Content-Type-Options": "nosniff"}
    return web.Response(text=filled, content_type="text/html", headers=headers)


async def asset(request: web.Request) -> web.Response:
    """Style and scripts."""
    name = request.match_info["name"]
    if name not in FILES:
        raise web.HTTPNotFound
    text = (HERE / "pages" / name).read_text(encoding="utf-8")
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return web.Response(text=text, content_type=FILES[name], headers=headers)


async def sample(request: web.Request) -> web.Response:
    """A small file to send, as the control takes it."""
    make = SAMPLES.get(request.match_info["name"])
    if make is None:
        raise web.HTTPNotFound
    file = make()
    return web.json_response({"type": file.kind, "name": file.name, "content": base64.b64encode(file.content).decode()})
