"""What Open Zaak tells a Notificaties API: a notification after each write, with the same body.

The demo has no Notificaties API in between: it delivers to one subscriber itself.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web

from demo.zaaksysteem.endpoint import STORE
from demo.zaaksysteem.render import PATHS

ATTEMPTS = 6
"""With waits of 1, 2, 4 ... seconds between them."""

_KINDS = {path: kind for kind, path in PATHS.items() if kind in {"zaak", "status", "rol", "resultaat"}}
_WRITTEN = re.compile(r"(?P<path>/zaken/api/v1/[a-z]+)(?:/(?P<uuid>[0-9a-f-]{36}))?")


@dataclass(frozen=True)
class Subscriber:
    """Where notifications go.

    Attributes:
        url: ``callbackUrl``.
        authorization: value of the ``Authorization`` header (``auth`` of an abonnement).
    """

    url: str
    authorization: str = field(repr=False)


def notify(app: web.Application, subscriber: Subscriber) -> None:
    """Send a notification to the subscriber after every successful write of the Zaken API."""
    queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    @web.middleware
    async def after_write(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        response = await handler(request)
        if request.method in {"POST", "PATCH"} and response.status in {200, 201} and isinstance(response, web.Response):
            body = _notification(request, response)
            if body is not None:
                queue.put_nowait(body)
        return response

    async def deliver(_: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(_deliver(queue, subscriber))
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    app.middlewares.append(after_write)
    app.cleanup_ctx.append(deliver)


def _notification(request: web.Request, response: web.Response) -> dict[str, Any] | None:
    found = _WRITTEN.fullmatch(request.path)
    kind = _KINDS.get(found["path"]) if found else None
    if kind is None or not isinstance(response.body, bytes):
        return None  # a search is a POST too, and writes nothing
    written = json.loads(response.body)
    case_url = written["url"] if kind == "zaak" else written["zaak"]
    store = request.app[STORE]
    zaak = store.get("zaak", case_url.rsplit("/", 1)[1]) or {}
    zaaktype = store.get("zaaktype", zaak["zaaktype"]) or {}
    origin = f"{request.scheme}://{request.host}"
    return {
        "kanaal": "zaken",
        "hoofdObject": case_url,
        "resource": kind,
        "resourceUrl": written["url"],
        # The documentation lists create, update and destroy; a PATCH was measured to say this.
        "actie": "create" if request.method == "POST" else "partial_update",
        "aanmaakdatum": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        "kenmerken": {
            "bronorganisatie": zaak["bronorganisatie"],
            "zaaktype": f"{origin}{PATHS['zaaktype']}/{zaak['zaaktype']}",
            "zaaktype.catalogus": f"{origin}{PATHS['catalogus']}/{zaaktype['catalogus']}",
            "vertrouwelijkheidaanduiding": zaak["vertrouwelijkheidaanduiding"],
        },
    }


async def _deliver(queue: asyncio.Queue[dict[str, Any]], subscriber: Subscriber) -> None:
    headers = {"Authorization": subscriber.authorization}
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as http:
        while True:
            body = await queue.get()
            for attempt in range(ATTEMPTS):
                try:
                    async with http.post(subscriber.url, json=body, headers=headers) as answer:
                        if answer.status < 500:
                            break
                except (aiohttp.ClientError, TimeoutError):
                    pass
                await asyncio.sleep(2**attempt)
