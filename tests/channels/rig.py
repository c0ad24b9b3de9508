"""Our side of SMS and WhatsApp on a real database, and the fake provider over real HTTP, without the bot engine."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import select

from channels.gateway import masked
from channels.lanes import Delivery
from channels.pace import Pace
from channels.registry import Registry
from channels.telephone import Telephone, build_telephone
from channels.web.channel import WebChannel
from demo.twilio.account import Account
from demo.twilio.app import create_app
from demo.twilio.provider import PROVIDER, Provider
from demo.twilio.store import Store as FakeStore
from loket.answers.compose import Composer
from loket.bus import Bus
from loket.conversations import journal
from loket.conversations.inbox import Inbox, utcnow
from loket.conversations.journal import Entry
from loket.conversations.model import Author, Rendered
from loket.media import Media
from loket.settings import Settings
from loket.store import Store
from loket.store.partners import PartnerAddress, ProviderMessage
from loket.store.schema import Conversation, Message, Outbox

SID, TOKEN, OLD = "AC" + "a" * 32, "b" * 32, "c" * 32
SMS, WHATSAPP, CITIZEN = "+3197010200001", "+3197010200002", "+31612345678"
PUBLIC = "https://verbonden.example"
DATA = Path("data")


@dataclass
class Rig:
    """Everything of one test."""

    provider: Provider
    fake_url: str
    own_url: str
    http: aiohttp.ClientSession
    store: Store
    inbox: Inbox
    composer: Composer
    telephone: Telephone
    delivery: Delivery
    bus: Bus

    async def fake(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        """A call of the fake's control; fails when it is refused."""
        async with self.http.request(
            method, f"{self.fake_url}/fake/{path}", json=None if method == "GET" else body
        ) as answer:
            found: dict[str, Any] = await answer.json()
            assert answer.status < 300, found
            return found

    async def text(self, text: str, channel: str = "sms", **more: Any) -> str:
        """A citizen texts, and it is stored; the sid."""
        sent = await self.fake("POST", "inbound", channel=channel, **{"from": CITIZEN, **more}, text=text)
        sid = str(sent["sid"])
        await self.until(lambda: self.by_sid(sid), "the message is stored")
        return sid

    async def by_sid(self, sid: str) -> Message | None:
        """The stored message of a citizen."""
        async with self.store.read() as session:
            found: Message | None = await session.scalar(select(Message).where(Message.provider_id == sid))
            return found

    async def thread(self, channel: str = "sms", number: str = CITIZEN) -> list[dict[str, Any]]:
        """What the citizen sees of us, in order."""
        found = await self.fake("GET", f"thread?channel={channel}&number={number.replace('+', '%2B')}")
        return [message for message in found["messages"] if not message["from_citizen"]]

    async def rows(self, kind: Any) -> list[Any]:
        """All rows of a table."""
        async with self.store.read() as session:
            return list(await session.scalars(select(kind)))

    async def address(self, channel: str = "sms", number: str = CITIZEN) -> PartnerAddress:
        """The citizen's address."""
        async with self.store.read() as session:
            return (
                await session.scalars(
                    select(PartnerAddress).where(PartnerAddress.channel == channel, PartnerAddress.has(number))
                )
            ).one()

    async def conversation(self, channel: str = "sms") -> Conversation:
        """The citizen's conversation."""
        address = await self.address(channel)
        async with self.store.read() as session:
            return await session.get_one(Conversation, address.conversation_id)

    async def messages(self, conversation_id: str) -> list[Message]:
        """All messages of a conversation."""
        async with self.store.read() as session:
            found = select(Message).where(Message.conversation_id == conversation_id).order_by(Message.seq)
            return list(await session.scalars(found))

    async def say(self, text: str | Rendered, channel: str = "sms", author: Author = Author.BOT) -> int:
        """Something for the citizen, in the outbox; the id of the message."""
        rendered = Rendered(text) if isinstance(text, str) else text
        conversation_id = (await self.conversation(channel)).id
        async with self.store.write() as session:
            row = await journal.locked(session, conversation_id)
            return (await journal.append(session, row, Entry(author, rendered.text, rendered.content()), utcnow())).id

    async def deliver(self) -> None:
        """Send what is due, until nothing is."""
        while await self.delivery.round():
            for lane in self.delivery.lanes:
                if hasattr(lane, "settle"):
                    await lane.settle()

    async def hurry(self) -> None:
        """What waits for a later moment is due now."""
        async with self.store.write() as session:
            for row in await session.scalars(select(Outbox).where(Outbox.state == "pending")):
                row.next_at = utcnow()
        await self.deliver()

    async def message(self, message_id: int) -> Message:
        """One message as it is now."""
        async with self.store.read() as session:
            return await session.get_one(Message, message_id)

    async def delivered(self, message_id: int, state: str) -> Message:
        """Wait until a message is so far."""
        async def so_far() -> bool:
            if (await self.message(message_id)).delivery == state:
                return True
            await self.deliver()  # as a gateway does all the time: the pace of the sender may have put something off
            return False

        await self.until(so_far, f"message {message_id} is {state}")
        return await self.message(message_id)

    async def until(self, true: Callable[[], Any], what: str) -> Any:
        """Wait until something is so."""
        deadline = asyncio.get_running_loop().time() + 45
        while True:
            found = true()
            if asyncio.iscoroutine(found):
                found = await found
            if found:
                return found
            assert asyncio.get_running_loop().time() < deadline, f"never: {what}"
            await asyncio.sleep(0.02)

    async def taken(self) -> None:
        """Wait until all that was accepted is handled."""
        assert self.telephone.acceptance is not None
        await self.telephone.acceptance.settle()

    async def parts(self) -> list[ProviderMessage]:
        """What we noted of messages at the provider."""
        return await self.rows(ProviderMessage)


@asynccontextmanager
async def running_rig(
    database_url: str, bus: Bus, composer: Composer, tmp_path: Path, *, service: str = "", **more: str
) -> AsyncIterator[Rig]:
    """Start it all on free ports, quick and without faults."""
    ours = web.Application()
    async with aiohttp.ClientSession() as http:
        account = Account(SID, TOKEN, OLD, sms=SMS, whatsapp=WHATSAPP, service=service)
        fake_app = create_app(account, FakeStore(), "", seed=1)
        async with TestServer(fake_app) as fake:
            provider = fake_app[PROVIDER]
            provider.base = str(fake.make_url("")).rstrip("/")
            settings = Settings("127.0.0.1", 0, PUBLIC, database_url, "NORMAL", "", "", "", DATA, tmp_path, tmp_path, True)
            environment = {
                "TWILIO_ACCOUNT_SID": SID,
                "TWILIO_AUTH_TOKEN": TOKEN,
                "TWILIO_AUTH_TOKEN_OLD": OLD,
                "TWILIO_API_URL": provider.base,
                "TWILIO_SMS_NUMBER": SMS,
                "TWILIO_WHATSAPP_NUMBER": WHATSAPP,
                "TWILIO_MESSAGING_SERVICE_SID": service,
                **more,
            }
            store = Store.connect(database_url)
            telephone = build_telephone(settings, store, utcnow, environment)
            channels = Registry(WebChannel(bus), *telephone.channels)
            holder = f"test.{uuid.uuid4().hex[:8]}"
            inbox = Inbox(store, masked, holder, utcnow, channels.pause)
            media = Media(store, masked, utcnow)
            onward = telephone.onward(store, utcnow, PUBLIC)
            telephone.receive(store, inbox, media, composer, onward, bus, masked, utcnow, channels.short, Pace(), holder)
            telephone.add(ours)
            assert telephone.webhooks is not None
            telephone.webhooks.seconds = 15  # the machine of the tests may be busy
            delivery = Delivery(store, channels, bus, "test", utcnow)
            async with TestServer(ours) as own:
                own_url = str(own.make_url("")).rstrip("/")
                rig = Rig(provider, provider.base, own_url, http, store, inbox, composer, telephone, delivery, bus)
                hook = {"url": f"{PUBLIC}/api/twilio/inbound", "fallback": ""}
                await rig.fake("PATCH", "settings", webhook={"sms": hook, "whatsapp": hook}, opt_out="uit")
                object.__setattr__(account, "deliver_to", own_url)
                await rig.fake("PUT", "faults", step=0)
                yield rig
                for lane in delivery.lanes:
                    await lane.stop()
                await telephone.stop()
                await store.close()


def hours(number: float) -> timedelta:
    """So many hours."""
    return timedelta(hours=number)
