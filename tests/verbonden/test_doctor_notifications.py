"""`verbonden doctor` on news of cases: our callback, and whether a Notificaties API knows us; `--subscribe` makes that so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import jwt
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from channels.nrc import PATH, VARIABLE
from verbonden.doctor.findings import Finding, Level
from verbonden.doctor.notifications import examine_notifications

AUTH, CLIENT, SECRET = "Bearer onze-eigen-waarde", "verbonden", "een-geheim-van-minstens-32-tekens!"


class Notificaties:
    """A Notificaties API (1.0) with its list of abonnementen, and our callback beside it."""

    def __init__(self) -> None:
        self.abonnementen: list[dict[str, Any]] = []
        self.status = 0
        self.stranger = 403
        app = web.Application()
        app.router.add_get("/api/v1/abonnement", self._list)
        app.router.add_post("/api/v1/abonnement", self._create)
        app.router.add_post(PATH, self._callback)
        self.server = TestServer(app)

    @property
    def url(self) -> str:
        """Of the server, without a slash at the end."""
        return str(self.server.make_url("")).rstrip("/")

    def _allowed(self, request: web.Request) -> None:
        scheme, _, token = request.headers["Authorization"].partition(" ")
        claims = jwt.decode(token, SECRET, algorithms=["HS256"])
        assert scheme == "Bearer" and claims["client_id"] == CLIENT

    async def _list(self, request: web.Request) -> web.Response:
        self._allowed(request)
        return web.json_response(self.abonnementen, status=self.status or 200)

    async def _create(self, request: web.Request) -> web.Response:
        self._allowed(request)
        body = await request.json()
        assert set(body) == {"callbackUrl", "auth", "kanalen"} and len(body["callbackUrl"]) <= 200
        assert body["kanalen"] == [{"naam": "zaken", "filters": {}}]
        self.abonnementen.append({**body, "url": f"{self.url}/api/v1/abonnement/1"})
        return web.json_response(self.abonnementen[-1], status=201)

    async def _callback(self, request: web.Request) -> web.Response:
        return web.Response(status=204 if request.headers.get("Authorization") == AUTH else self.stranger)


@pytest_asyncio.fixture
async def nrc() -> AsyncIterator[Notificaties]:
    """Running, and knows nobody."""
    found = Notificaties()
    await found.server.start_server()
    yield found
    await found.server.close()


async def examined(nrc: Notificaties, changed: dict[str, str] | None = None, *, subscribe: bool = False) -> dict[str, Finding]:
    """The findings by subject, with some settings changed."""
    given = {"VERBONDEN_PUBLIC_URL": nrc.url, VARIABLE: AUTH, "NOTIFICATIES_URL": f"{nrc.url}/api/v1/",
             "NOTIFICATIES_CLIENT_ID": CLIENT, "NOTIFICATIES_SECRET": SECRET, **(changed or {})}
    return {finding.subject: finding async for finding in examine_notifications(given, subscribe=subscribe)}


async def test_who_is_not_subscribed_is_told_and_subscribed_once(nrc: Notificaties) -> None:
    found = await examined(nrc)
    assert found["notifications"].level is Level.GOOD
    assert found["registration"].level is Level.WRONG and "--subscribe" in found["registration"].advice
    assert nrc.abonnementen == [], "only to look changes nothing"
    for _ in range(2):
        assert (await examined(nrc, subscribe=True))["registration"].level is Level.GOOD
    (only,) = nrc.abonnementen
    assert only["callbackUrl"] == f"{nrc.url}{PATH}" and only["auth"] == AUTH
    assert (await examined(nrc))["registration"].level is Level.GOOD


@pytest.mark.parametrize(
    ("others", "advice"),
    [
        ([{"callbackUrl": "https://ander.example/api", "auth": "x", "kanalen": [{"naam": "zaken"}]}], "--subscribe"),
        ([{"callbackUrl": "OURS", "auth": AUTH, "kanalen": [{"naam": "documenten"}]}], "--subscribe"),
        ([{"callbackUrl": "OURS", "auth": "Bearer een-oude-waarde", "kanalen": [{"naam": "zaken"}]}], "Remove it"),
    ],
)
async def test_what_does_not_count(nrc: Notificaties, others: list[dict[str, Any]], advice: str) -> None:
    nrc.abonnementen = [{**one, "callbackUrl": one["callbackUrl"].replace("OURS", f"{nrc.url}{PATH}")} for one in others]
    found = (await examined(nrc))["registration"]
    assert found.level is Level.WRONG and advice in found.advice
    assert "waarde" not in found.sentence + found.advice, "no value of a header is shown"


async def test_what_is_wrong_is_told(nrc: Notificaties) -> None:
    nrc.status = 403
    assert "notificaties.consumeren" in (await examined(nrc))["registration"].advice
    assert (await examined(nrc, {"NOTIFICATIES_SECRET": ""}))["registration"].level is Level.WRONG
    assert "NOTIFICATIES_URL" in (await examined(nrc, {"NOTIFICATIES_URL": "http://127.0.0.1:9"}))["registration"].advice
    nrc.stranger = 204
    assert (await examined(nrc))["notifications"].level is Level.WRONG
    assert {f.level for f in (await examined(nrc, {VARIABLE: ""})).values()} == {Level.NOTE}
