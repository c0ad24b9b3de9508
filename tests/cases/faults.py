"""A man in the middle that makes real network faults: resets, silence, slow and broken answers.

The case system behind it is real and stays as it is; the faults exist only here, in the tests.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

Fault = Callable[[web.Request], Awaitable[web.StreamResponse]]

_HOP = {"Transfer-Encoding", "Content-Length", "Connection", "Date", "Server"}


@dataclass
class Proxy:
    """A running proxy.

    Attributes:
        url: its address.
        plan: what happens to the next requests, one entry each; None lets one pass.
        always: what happens to every request when the plan is empty; None lets them pass.
        only: the faults hit only requests with this in their path.
        seen: method and path with query of every request.
        headers: the headers of every request.
    """

    url: str = ""
    plan: list[Fault | None] = field(default_factory=list)
    always: Fault | None = None
    only: str = ""
    seen: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


@asynccontextmanager
async def proxy_to(target: str) -> AsyncIterator[Proxy]:
    """Start a proxy in front of a case system."""
    proxy = Proxy()
    session = aiohttp.ClientSession(auto_decompress=False)

    async def handle(request: web.Request) -> web.StreamResponse:
        proxy.seen.append(f"{request.method} {request.path_qs}")
        proxy.headers.append(dict(request.headers))
        fault: Fault | None = None
        if proxy.only in request.path:
            fault = proxy.plan.pop(0) if proxy.plan else proxy.always
        if fault is not None:
            return await fault(request)
        # The Host stays that of the proxy: a case system makes its addresses from it.
        headers = {name: value for name, value in request.headers.items() if name not in _HOP}
        url = target + request.raw_path
        async with session.request(request.method, url, headers=headers, data=await request.read()) as answer:
            kept = {name: value for name, value in answer.headers.items() if name not in _HOP}
            return web.Response(status=answer.status, headers=kept, body=await answer.read())

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    server = TestServer(app)
    await server.start_server()
    proxy.url = str(server.make_url("")).rstrip("/")
    try:
        yield proxy
    finally:
        await session.close()
        await server.close()


async def reset(request: web.Request) -> web.StreamResponse:
    """The connection breaks before any answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def silence(request: web.Request) -> web.StreamResponse:
    """No answer at all."""
    await asyncio.sleep(30)
    return web.Response()


async def drip(request: web.Request) -> web.StreamResponse:
    """An answer that keeps coming and never ends."""
    response = web.StreamResponse()
    await response.prepare(request)
    for _ in range(300):
        await response.write(b" ")
        await asyncio.sleep(0.05)
    return response


async def cut_off(request: web.Request) -> web.StreamResponse:
    """Half an answer, then the connection breaks."""
    response = web.StreamResponse(headers={"Content-Length": "1000", "Content-Type": "application/json"})
    await response.prepare(request)
    await response.write(b'{"count": 1, "results": [')
    assert request.transport is not None
    request.transport.close()
    return response


def status(code: int, text: str = "Internal Server Error", kind: str = "text/plain") -> Fault:
    """An answer with this status."""

    async def fault(request: web.Request) -> web.StreamResponse:
        return web.Response(status=code, text=text, content_type=kind)

    return fault


def text(body: str, kind: str = "application/json") -> Fault:
    """Status 200 with this body."""
    return status(200, body, kind)
