"""What the tests of news share: a case system that announces its writes, and what hears of them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
from sqlalchemy import func, select

from demo.zaaksysteem.seed_keys import key_of
from loket.cases.registry import CaseSystems
from loket.cases.second_factor import SecondFactor
from loket.conversations.model import Rendered
from loket.notifications.consent import ON, ConsentBot
from loket.notifications.stamp import stamp
from loket.notifications.worker import NewsWorker
from loket.store.news import Notification
from tests.conversations.support import Process
from tests.zaaksysteem.rig import Server

AUTH = "Bearer the-value-of-this-test"
NUMBER = "ZAAK-2026-0000000001"
CASE = key_of("zaak", NUMBER)
PERMIT = key_of("zaaktype", "parkeervergunning")
BODY = {
    "kanaal": "zaken",
    "hoofdObject": f"http://zaken.test/zaken/api/v1/zaken/{CASE}",
    "resource": "status",
    "resourceUrl": "http://zaken.test/zaken/api/v1/statussen/20f3e531-245e-41fb-ac62-26397eb72f54",
    "actie": "create",
    "aanmaakdatum": "2026-11-22T03:55:16.617882Z",
    "kenmerken": {"bronorganisatie": "002220647", "vertrouwelijkheidaanduiding": "openbaar"},
}


@dataclass
class Rig:
    """A case system that announces its writes, and what hears of them."""

    process: Process
    demo: Server
    systems: CaseSystems
    worker: NewsWorker
    bot: ConsentBot
    callback: str

    async def post(self, body: Any = BODY, auth: str | None = AUTH) -> int:
        """Deliver a notification ourselves."""
        data = body if isinstance(body, bytes) else None
        headers = {"Authorization": auth} if auth is not None else {}
        async with (
            aiohttp.ClientSession() as http,
            http.post(self.callback, headers=headers, data=data, json=None if data is not None else body) as answer,
        ):
            return answer.status

    async def kept(self) -> int:
        """How many notifications are kept."""
        async with self.process.store.read() as session:
            return int(await session.scalar(select(func.count()).select_from(Notification)) or 0)

    async def press(self, conversation: str, payload: str) -> list[dict[str, Any]]:
        """The citizen presses a button and the bot answers."""
        row = await self.process.conversation(conversation)
        context = {"conversation": conversation, "facts": row.facts, "trust": row.trust}
        return (await self.bot.answer("s", "m", "", payload, context, False)).utterances

    async def subscribed(self) -> str:
        """A conversation that found the case and said yes."""
        found = (await self.systems.by_number(NUMBER, SecondFactor.birth_date(datetime(1980, 3, 12).date()))).found[0]
        conversation = await self.process.open()
        await self.process.receive(conversation, f"Hoe ver is {NUMBER}?")
        work = await self.process.inbox.take(conversation)
        assert work is not None
        case = {"nummer": NUMBER, "stand": "x", "uuid": found.uuid, "systeem": found.system_id, "stempel": stamp(found)}
        await self.process.inbox.settle(
            work, [Rendered("Zo staat het")], None, {"zaken": {"1": case}}, None, {"trust": "kenmerk"}
        )
        assert await self.press(conversation, ON) == [{"parts": [{"key": "nieuws.aan"}]}]
        return conversation

    async def move(self, number: int = 3) -> None:
        """Staff moves the case; returns once the demo has delivered that."""
        before = await self.kept()
        answer = await self.demo.call(
            "POST",
            "/zaken/api/v1/statussen",
            body={
                "zaak": f"{self.demo.url}/zaken/api/v1/zaken/{CASE}",
                "statustype": f"{self.demo.url}/catalogi/api/v1/statustypen/{key_of('statustype', PERMIT, number)}",
                "datumStatusGezet": datetime.now(UTC).isoformat(),
            },
        )
        assert answer.status == 201, answer.body
        async with asyncio.timeout(10):
            while await self.kept() == before:
                await asyncio.sleep(0.02)

    async def run(self) -> int:
        """One round of the worker; how many messages were sent."""
        await self.worker.settle()
        return await self.worker.tell()

    async def news(self, conversation: str) -> list[str]:
        """The messages of the system in a conversation."""
        return [m.text for m in await self.process.messages(conversation) if m.author == "system"]


class NoBot:
    """Nothing but the two buttons may be asked in these tests."""

    async def answer(self, *_: Any) -> Any:
        raise AssertionError("the buttons need no bot")

    async def understand(self, text: str) -> dict[str, Any]:
        raise AssertionError("the buttons need no bot")
