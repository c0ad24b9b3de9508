"""A running fake, an account's server that takes its webhooks, and the provider's own client library pointed at the fake."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from demo.twilio.account import Account
from demo.twilio.app import create_app
from demo.twilio.provider import PROVIDER, Provider
from demo.twilio.store import Store

SID, TOKEN, OLD_TOKEN = "AC" + "a1" * 16, "b2" * 16, "c3" * 16
KEY, KEY_SECRET = "SK" + "d4" * 16, "e5" * 16
SERVICE = "MG" + "f6" * 16
SMS, WHATSAPP = "+3197010200001", "+3197010200002"
CITIZEN = "+31612345678"
PUBLIC = "https://verbonden.example.nl"
AUTHORIZATION = {"Authorization": aiohttp.encode_basic_auth(SID, TOKEN)}
PATIENCE = 15.0


@dataclass
class Call:
    """A webhook that arrived.

    Attributes:
        path: with the query.
        parameters: of the form.
        headers: as they came.
        body: as it came.
    """

    path: str
    parameters: dict[str, str]
    headers: dict[str, str]
    body: str

    @property
    def genuine(self) -> bool:
        """Whether the provider's own library accepts the signature."""
        given: Any = self.parameters if self.parameters else self.body
        return bool(RequestValidator(TOKEN).validate(PUBLIC + self.path, given, self.headers.get("X-Twilio-Signature", "")))


@dataclass
class Receiver:
    """The account's own server.

    Attributes:
        calls: what arrived, in order.
        answer: makes the answer to a call.
    """

    calls: list[Call] = field(default_factory=list)
    answer: Callable[[Call], web.Response] = lambda _: web.Response(text="<Response/>", content_type="text/xml")

    async def handle(self, request: web.Request) -> web.Response:
        """Take a call."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        call = Call(request.path_qs, form, dict(request.headers), await request.text() if not form else "")
        self.calls.append(call)
        return self.answer(call)

    def inbound(self) -> list[Call]:
        """Messages of citizens."""
        return [call for call in self.calls if call.path == "/in"]

    def states(self, sid: str) -> list[str]:
        """States of a message, as they were told."""
        return [call.parameters["MessageStatus"] for call in self.calls if call.parameters.get("MessageSid") == sid
                and "MessageStatus" in call.parameters]


@dataclass
class Rig:
    """The fake with all around it."""

    provider: Provider
    receiver: Receiver
    url: str
    http: aiohttp.ClientSession

    def client(self, user: str = SID, password: str = TOKEN) -> Client:
        """The provider's own library, pointed at the fake."""
        client = Client(user, password, SID)
        for domain in (client.api, client.content, client.messaging):
            domain.base_url = self.url
        return client

    async def fake(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        """A call of the control; fails when it is refused."""
        async with self.http.request(method, f"{self.url}/fake/{path}", json=None if method == "GET" else body) as answer:
            found: dict[str, Any] = await answer.json()
            assert answer.status < 300, found
            return found

    async def text(self, text: str, channel: str = "sms", **more: Any) -> str:
        """A citizen texts; the sid."""
        sent = await self.fake("POST", "inbound", channel=channel, **{"from": CITIZEN, **more}, text=text)
        return str(sent["sid"])

    async def api(self, method: str, path: str, **form: Any) -> tuple[int, dict[str, Any]]:
        """A call of the API with the right credentials; status and JSON."""
        url = f"{self.url}/2010-04-01/Accounts/{SID}/{path}"
        async with self.http.request(method, url, data=form or None, headers=AUTHORIZATION) as answer:
            return answer.status, await answer.json() if answer.content_type == "application/json" else {}

    async def until(self, true: Callable[[], Any], what: str) -> Any:
        """Wait until something is so."""
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while not (found := true()):
            assert asyncio.get_running_loop().time() < deadline, f"never: {what}"
            await asyncio.sleep(0.01)
        return found


@asynccontextmanager
async def running_rig(*, service: bool = False) -> AsyncIterator[Rig]:
    """Start it all on free ports, quick and without faults."""
    receiver = Receiver()
    ours = web.Application()
    ours.router.add_route("*", "/{any:.*}", receiver.handle)
    async with TestServer(ours) as server:
        account = Account(
            SID, TOKEN, OLD_TOKEN, {KEY: KEY_SECRET}, SMS, WHATSAPP, SERVICE if service else "", f"{PUBLIC}/in", f"{PUBLIC}/in",
            str(server.make_url("")).rstrip("/"),
        )
        app = create_app(account, Store(), "", seed=1)
        async with TestServer(app) as fake, aiohttp.ClientSession() as http:
            provider = app[PROVIDER]
            provider.base = str(fake.make_url("")).rstrip("/")
            rig = Rig(provider, receiver, provider.base, http)
            await rig.fake("PUT", "faults", step=0)
            yield rig
