"""What a citizen's open page is sent: each message once and in order, from the store only when this process does not know it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import pytest

from channels.gateway import masked
from channels.pace import Pace
from channels.web.connection import CitizenConnection, Services
from channels.web.hub import Hub
from channels.web.sessions import Session
from loket.answers.compose import Composer
from loket.bus import Bus
from loket.conversations.model import Rendered
from loket.conversations.preview import Preview
from loket.store.schema import Message, WebSession
from tests.conversations.support import Process


class Page:
    """The socket of a page: keeps what it is sent."""

    def __init__(self) -> None:
        self.closed, self.shown = False, list[int]()

    async def send_json(self, body: dict[str, Any], dumps: object) -> None:
        """Sent to the page."""
        if body["type"] == "message":
            self.shown.append(body["message"]["seq"])

    async def shows(self, *numbers: int) -> None:
        """Wait until these messages, and no others, are shown in this order. Raises TimeoutError."""
        with suppress(TimeoutError):
            async with asyncio.timeout(5):
                while self.shown != [*numbers]:
                    await asyncio.sleep(0.01)
        assert self.shown == [*numbers]


async def answered(process: Process, conversation: str, *answers: str) -> list[Message]:
    """A question of the citizen and its answers, as they were stored."""
    await process.receive(conversation, "Hallo")
    work = await process.inbox.take(conversation)
    assert work is not None
    return (await process.inbox.settle(work, [Rendered(answer) for answer in answers], None))[1]


async def test_the_store_is_asked_only_for_what_this_process_did_not_store(
    process: Process, composer: Composer, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation, page, hub = await process.open(), Page(), Hub(process.store, bus, process.clock)
    async with process.store.write() as session:
        now = process.clock()
        session.add(WebSession(id="page", secret_hash="x", conversation_id=conversation, created_at=now, seen_at=now))
    services = Services(process.store, process.inbox, bus, hub, composer, "V", Pace(), Preview(masked, hub.retell))
    connection = CitizenConnection(services, Session("page", conversation), page, 0)  # type: ignore[arg-type]
    hub.add(conversation, connection)
    pushing = asyncio.create_task(connection._push())

    def ring(message: Message, row: Message | None) -> None:
        bus.publish({"kind": "message", "conversation": conversation, "seq": message.seq}, row=row)

    one, two = await answered(process, conversation, "Een", "Twee")
    ring(one, one)
    await page.shows(1, 2, 3)  # the question came in elsewhere: it must be looked up, and with it all the rest
    ring(two, two)

    three, four = await answered(process, conversation, "Drie", "Vier")
    ring(three, None)
    await page.shows(1, 2, 3, 4, 5, 6)

    question = await process.receive(conversation, "Nog iets")
    bus.publish({"kind": "message", "conversation": conversation, "seq": question.seq})
    await page.shows(1, 2, 3, 4, 5, 6, 7)
    work = await process.inbox.take(conversation)
    assert work is not None
    five, six = (await process.inbox.settle(work, [Rendered("Vijf"), Rendered("Zes")], None))[1]
    monkeypatch.setattr(process.store, "read", None)
    bus.publish({"kind": "wake", "conversation": conversation})
    for message in (four, five, six):  # the first one is on the page already
        ring(message, message)
    await page.shows(1, 2, 3, 4, 5, 6, 7, 8, 9)
    pushing.cancel()
