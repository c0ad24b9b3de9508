"""A running demo server for its own tests, and what is needed to replay recorded exchanges against it."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import aiohttp
import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer
from multidict import CIMultiDict

from demo.zaaksysteem.app import create_app
from demo.zaaksysteem.clients import READ, WRITE, Client
from demo.zaaksysteem.seed import seed
from demo.zaaksysteem.seed_keys import key_of
from demo.zaaksysteem.store import Store

RECORDINGS = Path(__file__).parent / "recordings"

STAFF = Client("all", "a-secret-of-at-least-32-characters!", READ | WRITE, "zeer_geheim")
READER = Client("readonly", "b-secret-of-at-least-32-characters!", READ, "zaakvertrouwelijk")
NO_CATALOGUE = Client("zrconly", "c-secret-of-at-least-32-characters!", frozenset({"zaken.lezen"}), "zaakvertrouwelijk")
NO_RIGHTS = Client("norights", "d-secret-of-at-least-32-characters!", frozenset())
TOKEN = "token-of-the-contact-register"
CLIENTS = [STAFF, READER, NO_CATALOGUE, NO_RIGHTS]

_PERMIT = key_of("zaaktype", "parkeervergunning")
_STEPS = [
    "52f35456-4469-4e4a-95b1-cf89a19d617c",
    "32cc3d04-9d3f-4290-945f-daa0210e16ec",
    "8ec14481-3960-40c1-b9ea-aa5a9969281c",
    "82ba22ac-35e5-495b-bed2-1f6df4cd473a",
]
SAME_AS = {
    "ccf4860f-b3f2-4e84-9257-b08d53431c18": key_of("zaak", "ZAAK-2026-0000000003"),
    "c4f94377-9bba-4ed2-8e2f-79a65b4da0c0": key_of("zaak", "ZAAK-2026-0000000001"),
    "c2ac5679-c9bc-41e7-90f9-49e84fb84593": key_of("zaak", "ZAAK-2026-0000000001"),
    "7642f0ea-819c-4d5b-9835-aba4a54a4eb5": key_of("zaak", "ZAAK-2026-0000000001"),
    "468f34cf-9246-4285-9c26-61d1330f9fc8": key_of("zaak", "ZAAK-2026-0000000002"),
    "2a432fbb-d305-4f96-a7c1-82b94d0e1ad2": key_of("zaak", "ZAAK-2026-0000000008"),
    "a8daf220-187d-409d-8c18-3503ef25cae8": _PERMIT,
    "0620b78c-6589-47bd-93f3-fe8cf83e6b3a": key_of("resultaattype", _PERMIT, "Verleend"),
    "fcc19875-1579-489b-8f73-371f9a950102": key_of("resultaattype", _PERMIT, "Geweigerd"),
    "999990639": "999990007",
    "999993653": "999990457",
    **{recorded: key_of("statustype", _PERMIT, number) for number, recorded in enumerate(_STEPS, start=1)},
}
"""What stands in the recordings, and what is the same thing in the demo."""


def token(client: Client = STAFF, **claims: Any) -> str:
    """A valid ``Authorization`` header; a claim of None is left out."""
    content = {"iss": client.client_id, "client_id": client.client_id, "iat": int(time.time()), **claims}
    kept = {name: value for name, value in content.items() if value is not None}
    return "Bearer " + jwt.encode(kept, client.secret, algorithm="HS256")


@dataclass
class Answer:
    """An answer of the demo."""

    status: int
    headers: CIMultiDict[str]
    body: Any


@dataclass
class Server:
    """A running demo server."""

    url: str
    store: Store
    app: web.Application

    async def call(
        self,
        method: str,
        path: str,
        *,
        authorization: str | None = "",
        body: Any = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Call it, by default as staff with all headers that are needed.

        Args:
            method: HTTP method.
            path: with query, or a whole address.
            authorization: header; None for none, empty for staff.
            body: JSON, or text as it is.
            headers: instead of the usual ones.
        """
        sent = {"Accept": "application/json", "Accept-Crs": "EPSG:4326", "Content-Crs": "EPSG:4326"}
        if headers is not None:
            sent = dict(headers)
        if authorization is not None:
            sent["Authorization"] = authorization or token()
        data = None
        if body is not None:
            data = body if isinstance(body, str) else json.dumps(body)
            sent.setdefault("Content-Type", "application/json")
        url = path if path.startswith("http") else self.url + path
        skip = {"User-Agent"} | ({"Accept"} - set(sent))
        async with (
            aiohttp.ClientSession(skip_auto_headers=skip) as session,
            session.request(method, url, headers=sent, data=data) as answer,
        ):
            text = await answer.text()
            parsed = json.loads(text) if text and "json" in answer.headers.get("Content-Type", "") else text
            return Answer(answer.status, answer.headers.copy(), parsed)

    async def replay(self, request: dict[str, Any], authorization: str | None = "") -> Answer:
        """Send a recorded request, with the recorded things replaced by the demo's."""
        port = self.url.rsplit(":", 1)[1]
        text = json.dumps(request).replace(":8001", f":{port}").replace("%3A8001", f"%3A{port}")
        for recorded, ours in SAME_AS.items():
            text = text.replace(recorded, ours)
        changed = json.loads(text)
        headers = {name: value for name, value in changed["headers"].items() if name != "Authorization"}
        return await self.call(
            changed["method"], changed["url"], authorization=authorization, body=changed["body"], headers=headers
        )


@asynccontextmanager
async def running_server() -> AsyncIterator[Server]:
    """A fresh demo server on a free port."""
    store = Store()
    seed(store, date.today())
    app = create_app(store, CLIENTS, [TOKEN])
    running = TestServer(app)
    await running.start_server()
    try:
        yield Server(str(running.make_url("")).rstrip("/"), store, app)
    finally:
        await running.close()


def recorded(file: str) -> dict[str, dict[str, Any]]:
    """Recorded exchanges by name."""
    exchanges = json.loads((RECORDINGS / file).read_text(encoding="utf-8"))
    return {exchange["name"]: exchange for exchange in exchanges}


def same_shape(ours: Any, theirs: Any, where: str = "") -> list[str]:
    """Differences in keys and JSON types; null may stand for anything, and of lists the first items are compared."""
    if ours is None or theirs is None:
        return []
    if isinstance(ours, dict) and isinstance(theirs, dict):
        found = [f"{where}: missing {name}" for name in theirs.keys() - ours.keys()]
        found += [f"{where}: unexpected {name}" for name in ours.keys() - theirs.keys()]
        for name in ours.keys() & theirs.keys():
            found += same_shape(ours[name], theirs[name], f"{where}.{name}")
        return found
    if isinstance(ours, list) and isinstance(theirs, list):
        return same_shape(ours[0], theirs[0], f"{where}[0]") if ours and theirs else []
    return [] if type(ours) is type(theirs) else [f"{where}: {type(ours).__name__} is not {type(theirs).__name__}"]
