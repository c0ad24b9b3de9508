"""A citizen on a telephone logs in with DigiD: a link by SMS or WhatsApp, a real browser, and the answer on the telephone."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, expect
from sqlalchemy import select, update

from loket.conversations.inbox import utcnow
from loket.identity import trust
from loket.store import Store
from loket.store.login import OneTimeToken
from loket.store.partners import PartnerAddress
from loket.store.schema import Conversation
from tests.browser import accessibility
from tests.browser.citizen import ANSWER_SECONDS
from tests.browser.words import page_title
from tests.product.support import TEXTS
from tests.product.test_telephone import Phone, short
from verbonden.running import RunningProduct

PATIENCE = ANSWER_SECONDS * 1000
PERSONAL = ("karim", "amrani", "wasmachine", "bijstand", "huurtoeslag", "zaak-20", "0000000002", "0000000015", "999990457")
"""What would say something about Karim (demo/zaaksysteem/README.md); the names of organisations and dates do not."""

LINK = re.compile(r"https?://\S+/i/[\w-]+")


@dataclass
class Telephone:
    """A citizen's telephone, and the store to see what is known of its conversation."""

    phone: Phone
    store: Store

    async def conversation(self) -> Conversation:
        """As it is now."""
        async with self.store.read() as session:
            number, channel = PartnerAddress.has(self.phone.number), PartnerAddress.channel == self.phone.channel
            address = (await session.scalars(select(PartnerAddress).where(number, channel))).one()
            return await session.get_one(Conversation, address.conversation_id)

    async def level(self) -> str:
        """The level of trust that counts now."""
        return trust.current(await self.conversation(), utcnow())

    async def link(self, question: str) -> str:
        """Ask something; returns the link that comes."""
        await self.phone.send(question)
        found = await self.phone.until("/i/")
        links = LINK.findall("\n".join(message["text"] for message in found))
        return str(links[-1])

    async def after(self, count: int, *words: str) -> list[dict[str, Any]]:
        """Wait until messages with these words came after the first `count`; returns those."""
        async with asyncio.timeout(ANSWER_SECONDS * 3):
            while True:
                found = (await self.phone.got())[count:]
                whole = "\n".join(message["text"] for message in found)
                if found and all(word in whole for word in words):
                    return found
                await asyncio.sleep(0.1)

    async def listed(self) -> dict[str, Any]:
        """The newest list to choose from. Right after the start the provider may have no templates of lists yet: ask again."""
        for _ in range(6):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(ANSWER_SECONDS / 2):
                    while not (lists := [one for one in await self.phone.got() if (one["shown"] or {}).get("items")]):
                        await asyncio.sleep(0.1)
                    return lists[-1]
            await self.ask("hoe ver is mijn zaak", "wasmachine")
        raise AssertionError(await self.phone.got())

    async def ask(self, text: str, *words: str, **more: Any) -> list[dict[str, Any]]:
        """Say something; returns what is answered to it, with these words."""
        count = len(await self.phone.got())
        await self.phone.send(text, **more)
        return await self.after(count, *words)


Open = Callable[[str, str], Telephone]


@pytest_asyncio.fixture
async def telephone(product: RunningProduct) -> AsyncIterator[Open]:
    """`telephone(channel, number)`."""
    store = Store.connect(product.database_url)
    async with aiohttp.ClientSession() as http:
        yield lambda channel, number: Telephone(Phone(product.twilio_url, number, channel, http), store)
    await store.close()


@pytest_asyncio.fixture
async def page(new_context: Callable[..., Awaitable[BrowserContext]]) -> Page:
    """The browser of the telephone."""
    found = await (await new_context()).new_page()
    await found.set_viewport_size({"width": 375, "height": 667})
    return found


async def log_in(page: Page, link: str, name: str) -> None:
    """Open the link, and log in as one of the demo citizens."""
    await page.goto(link)
    await page.locator("form button").click()
    await page.get_by_role("button", name=name).click(timeout=PATIENCE)
    await expect(page.get_by_role("heading", name=page_title("ingelogd"))).to_be_visible(timeout=PATIENCE)


def nothing_personal(messages: list[dict[str, Any]]) -> None:
    """An SMS can be read by whoever sees the telephone."""
    for message in messages:
        assert not [word for word in PERSONAL if word in message["text"].lower()], message["text"]
        assert message["segments"] <= 3, message["text"]


async def test_by_sms_the_cases_are_told_without_what_they_are_about(telephone: Open, page: Page) -> None:
    karim, other = telephone("sms", "+31612340017"), telephone("sms", "+31612340028")
    # Given somebody who asks how far it is, and somebody else with a link for another conversation
    link, not_his = await karim.link("hoe ver is mijn zaak"), await other.link("ik wil inloggen")
    asked, theirs = len(await karim.phone.got()), len(await other.phone.got())
    # When the link is opened, the page says on which telephone the answer comes; to look uses nothing up
    await page.goto(link)
    await expect(page.locator("main")).to_contain_text("eindigt op 17")
    await accessibility.check(page, "the page of the link")
    await log_in(page, link, "Karim Amrani")
    # Then the page says how to go on, and the answer is on the telephone
    await accessibility.check(page, "logged in by a link")
    await expect(page.locator("main")).to_contain_text("UITLOGGEN")
    told = await karim.after(asked, short("digid.welkom"), short("zaken.kies_een"))
    assert await karim.level() == "digid"
    listed = told[-1]["text"]
    assert "1. Dienst Toeslagen, van" in listed and "2. Gemeente Demodam, van" in listed
    # And a case is chosen by number, and then the other one, without a word of what they are about
    first = await karim.ask("1", "Dienst Toeslagen")
    late = await karim.ask("en die andere?", "Gemeente Demodam", "te laat")
    more = await karim.ask("wanneer dan?", "te laat")
    nothing_personal([*told, *first, *late, *more])
    # And nothing of it is with the other telephone
    assert await other.level() == "anoniem" and len(await other.phone.got()) == theirs
    # And the link is used up, the other's too old after a quarter of an hour, and an invented one unknown
    await page.goto(link)
    await expect(page.get_by_role("heading", name=page_title("link_gebruikt"))).to_be_visible()
    async with other.store.write() as session:
        mine = OneTimeToken.conversation_id == (await other.conversation()).id
        row = (await session.scalars(select(OneTimeToken).where(mine))).one()
        assert row.expires_at - row.created_at == timedelta(minutes=15)
        await session.execute(update(OneTimeToken).where(mine).values(expires_at=utcnow()))
    await page.goto(not_his)
    await expect(page.get_by_role("heading", name=page_title("link_te_oud"))).to_be_visible()
    await page.goto(f"{link[:-4]}Xx-_")
    await expect(page.get_by_role("heading", name=page_title("link_onbekend"))).to_be_visible()
    # When Karim logs out, nothing is told any more
    await karim.ask("UITLOGGEN", short("digid.uitgelogd"))
    assert await karim.level() == "anoniem"
    nothing_personal(await karim.ask("wanneer dan?", short("digid.opnieuw")))


async def test_by_whatsapp_a_case_is_chosen_from_a_list(telephone: Open, page: Page) -> None:
    karim = telephone("whatsapp", "+31612340039")
    link = await karim.link("ik wil inloggen met digid")
    asked = len(await karim.phone.got())
    await log_in(page, link, "Karim Amrani")
    # Then the cases come as a list to choose from, with titles that fit
    await karim.after(asked, TEXTS.line("digid.welkom"), "wasmachine", "huurtoeslag")
    listed = await karim.listed()
    items = listed["shown"]["items"]
    assert [item["item"] for item in items] == ["Bezwaar huurtoeslag (15)", "Bijzondere bijstand (2)", items[-1]["item"]]
    # When one is pressed, it is told in full; and then the other one
    item = {"id": items[1]["id"], "title": items[1]["item"]}
    await karim.ask(item["title"], "ZAAK-2026-0000000002", "te laat", item=item, reply_to=listed["sid"])
    await karim.ask("en die andere?", "ZAAK-2026-0000000015")
    assert await karim.level() == "digid"


async def test_who_stops_reads_how_to_get_another_link(telephone: Open, page: Page) -> None:
    sanne = telephone("sms", "+31612340040")
    await page.goto(await sanne.link("inloggen"))
    await page.locator("form button").click()
    await page.get_by_role("button", name="Stoppen").click(timeout=PATIENCE)
    await expect(page.get_by_role("heading", name=page_title("gestopt_link"))).to_be_visible(timeout=PATIENCE)
    await expect(page.locator("main")).to_contain_text("INLOGGEN")
    await expect(page.locator("main a")).to_have_count(0)  # the conversation is on the telephone
    await accessibility.check(page, "stopped after a link")
    assert await sanne.level() == "anoniem"
