"""On the open socket of a citizen a store that fails is told in the words of the protocol, or the socket closes; both pass."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientWebSocketResponse, WSCloseCode, WSMsgType, web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import text
from structlog.testing import capture_logs

from channels.balie.push import ENDED, DeskPush
from channels.gateway import masked
from channels.pace import Pace
from channels.store_away import add_even_geduld
from channels.web.access import Access
from channels.web.connection import Services
from channels.web.hub import Hub
from channels.web.routes import add_routes
from channels.web.sessions import WebSessions
from loket.answers.compose import Composer
from loket.bus import Bus
from loket.conversations.model import Author, Button, Rendered
from loket.conversations.preview import Preview
from loket.identity.sessions import StaffSessions
from tests.conversations.support import Process

ORIGIN = "http://localhost"
Client = TestClient[web.Request, web.Application]


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Nothing is written of what fails on purpose: the console of structlog takes seconds for a fault of SQLAlchemy."""
    with capture_logs():
        yield


@pytest_asyncio.fixture
async def client(process: Process, composer: Composer, bus: Bus) -> AsyncIterator[Client]:
    """A browser with a session."""
    hub = Hub(process.store, bus, process.clock)
    services = Services(process.store, process.inbox, bus, hub, composer, "V", Pace(), Preview(masked, hub.retell))
    app = web.Application()
    add_even_geduld(app, composer.texts)
    app["sockets"] = set()
    add_routes(app, services, WebSessions(process.store, process.inbox, composer, process.clock), Access(ORIGIN, frozenset()))
    async with TestClient(TestServer(app)) as found:
        assert (await found.post("/api/web/session", headers={"Origin": ORIGIN})).status == 200
        yield found


async def rename(process: Process, table: str, to: str) -> None:
    """A table that is not there: whatever asks for it fails, on both databases."""
    async with process.store.write() as session:
        await session.execute(text(f"alter table {table} rename to {to}"))


async def open_socket(client: Client) -> ClientWebSocketResponse:
    """The socket of the chat, from the beginning."""
    return await client.ws_connect("/api/web/ws?after=0", headers={"Origin": ORIGIN})


async def test_a_button_is_refused_with_busy_and_works_when_the_store_is_back(client: Client, process: Process) -> None:
    conversation = (await (await client.post("/api/web/session", headers={"Origin": ORIGIN})).json())["conversation"]
    said = await process.inbox.say(conversation, Author.BOT, Rendered("Kies", (Button("Ja", "/ja"),)), 0)
    assert said is not None
    async with await open_socket(client) as socket:
        for kind in ("welcome", "message", "message"):
            assert (await socket.receive_json(timeout=10))["type"] == kind
        press = {"type": "button", "id": "x", "seq": said.seq, "payload": "/ja"}

        await rename(process, "message", "away")
        await socket.send_json(press)
        refused = await socket.receive_json(timeout=10)
        assert (refused["type"], refused["id"], refused["code"]) == ("refused", "x", "busy")

        await rename(process, "away", "message")
        await socket.send_json(press)
        assert (await socket.receive_json(timeout=10))["type"] == "accepted"


@pytest.mark.parametrize("table", ["conversation", "message"])
async def test_a_welcome_that_fails_closes_the_socket_and_the_browser_may_come_back(
    client: Client, process: Process, table: str
) -> None:
    await rename(process, table, "away")
    async with await open_socket(client) as socket:
        while (frame := await socket.receive(timeout=10)).type is WSMsgType.TEXT:
            pass
        assert (frame.type, socket.close_code) == (WSMsgType.CLOSE, WSCloseCode.TRY_AGAIN_LATER)
    await rename(process, "away", table)
    async with await open_socket(client) as socket:
        assert (await socket.receive_json(timeout=10))["type"] == "welcome"


async def test_the_desk_says_again_that_somebody_is_active(process: Process, composer: Composer, bus: Bus) -> None:
    sessions = StaffSessions(process.store, process.clock)
    desk: Any = SimpleNamespace(store=process.store, acts=SimpleNamespace(now=process.clock))
    push = DeskPush(desk, sessions, bus, composer.directory, "V", ORIGIN)
    member: Any = SimpleNamespace(session_id=str(uuid.uuid4()), member=SimpleNamespace(id="fatima"))
    closed = list[int]()

    class Socket:
        """Notes that it is closed."""

        async def close(self, code: int) -> None:
            """Closed with this code."""
            closed.append(code)

    socket: Any = Socket()
    await rename(process, "staff_session", "away")
    await push._heard(socket, {"type": "active"}, member)
    assert closed == [], "a store that is away ends no log-in"
    await rename(process, "away", "staff_session")
    await push._heard(socket, {"type": "active"}, member)
    assert closed == [ENDED], "nobody has this log-in"
