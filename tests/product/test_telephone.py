"""SMS and WhatsApp in the really started product, with the fake provider as the citizen's telephone."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest_asyncio

from tests.media import samples
from tests.product.support import TEXTS, Desk
from verbonden.running import RunningProduct

PATIENCE = 150.0
"""Seconds. What a killed process was sending is taken up after `channels.delivery.HOLD`."""


class Phone:
    """A citizen's telephone: texts, and reads what comes."""

    def __init__(self, url: str, number: str, channel: str, http: aiohttp.ClientSession) -> None:
        self.url, self.number, self.channel, self.http = url, number, channel, http

    async def send(self, text: str, **more: Any) -> None:
        """Send a message."""
        body = {"channel": self.channel, "from": self.number, "text": text, **more}
        async with self.http.post(f"{self.url}/fake/inbound", json=body) as answer:
            assert answer.status == 201, await answer.text()

    async def got(self) -> list[dict[str, Any]]:
        """What came so far, in order."""
        query = f"channel={self.channel}&number={quote(self.number)}"
        async with self.http.get(f"{self.url}/fake/thread?{query}") as answer:
            return [message for message in (await answer.json())["messages"] if not message["from_citizen"]]

    async def accepted(self) -> None:
        """Wait until everything that was sent is with the product."""
        query = f"channel={self.channel}&number={quote(self.number)}"
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while True:
            async with self.http.get(f"{self.url}/fake/thread?{query}") as answer:
                mine = [message for message in (await answer.json())["messages"] if message["from_citizen"]]
            if mine and all(message["delivered"] for message in mine):
                return
            assert asyncio.get_running_loop().time() < deadline, mine
            await asyncio.sleep(0.1)

    async def until(self, *words: str) -> list[dict[str, Any]]:
        """Wait until messages with these words came."""
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while True:
            found = await self.got()
            whole = "\n".join(message["text"] for message in found).lower()
            if all(word.lower() in whole for word in words):
                return found
            assert asyncio.get_running_loop().time() < deadline, f"{words} did not come, but: {whole}"
            await asyncio.sleep(0.2)


@pytest_asyncio.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """A session for the telephones."""
    async with aiohttp.ClientSession() as session:
        yield session


def short(key: str) -> str:
    """The short form of a text."""
    return TEXTS.render(key, short=True).text


async def test_a_question_by_sms_in_two_messages_has_one_answer_and_a_choice_by_number(
    product: RunningProduct, http: aiohttp.ClientSession
) -> None:
    phone = Phone(product.twilio_url, "+31610000001", "sms", http)
    # Given a question in a burst
    await phone.send("ik heb een vraag over")
    await phone.send("huurtoeslag aanvragen")
    # Then it is introduced once and answered once, with choices
    found = await phone.until(short("kanaal.eerste"), "Dienst Toeslagen")
    assert len(found) == 2 and "1. " in found[1]["text"]
    assert all(message["segments"] <= 3 for message in found)
    # When the human is chosen by number
    lines = [line for line in found[1]["text"].splitlines() if "mens" in line.lower()]
    await phone.send(lines[0].split(".")[0])
    # Then a human is called, and the place in the queue comes on request only
    found = await phone.until(short("mens.overdracht"))
    assert "nummer" not in found[-1]["text"].lower()


async def test_a_human_answers_on_whatsapp_and_the_bot_is_silent(product: RunningProduct, http: aiohttp.ClientSession) -> None:
    phone = Phone(product.twilio_url, "+31610000002", "whatsapp", http)
    async with Desk(product.url, "fatima", product.accounts["fatima"]) as desk:
        asked = "ik wil graag een mens spreken"
        await phone.send(asked)
        await phone.until(TEXTS.render("mens.overdracht").text)
        _, listed = await desk.get("conversations?view=waiting")
        item = next(item for item in listed["items"] if item["channel"] == "whatsapp" and item["last_text"] == asked)
        await desk.claim(item["id"])
        await phone.until("Fatima")
        status, limits = await desk.post(f"conversations/{item['id']}/limits", {"text": "Goedemiddag"})
        assert status == 200 and limits["window_open"]
        seq = await desk.say(item["id"], "Goedemiddag, ik kijk met u mee.")
        found = await phone.until("ik kijk met u mee")
        await phone.send("fijn, dank u wel")

        async def read() -> bool:
            messages = (await desk.detail(item["id"]))["messages"]
            heard = any(m["author"] == "citizen" and "dank u wel" in m["text"] for m in messages)
            return heard and next(m for m in messages if m["seq"] == seq)["delivery"] == "read"

        deadline = asyncio.get_running_loop().time() + PATIENCE
        while not await read():
            assert asyncio.get_running_loop().time() < deadline
            await asyncio.sleep(0.2)
        assert len(await phone.got()) == len(found), "the bot says nothing"


async def test_a_conversation_of_whatsapp_goes_on_in_the_browser_once(
    product: RunningProduct, http: aiohttp.ClientSession
) -> None:
    phone = Phone(product.twilio_url, "+31610000003", "whatsapp", http)
    await phone.send("waar vraag ik een paspoort aan")
    await phone.until("gemeente")
    await phone.send("ga verder op de website")
    found = await phone.until("/verder/")
    link = next(word for message in found for word in message["text"].split() if "/verder/" in word)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        # A look at the link uses nothing up, and another site can not press the button
        async with browser.get(link) as page:
            assert page.status == 200 and "<form" in await page.text()
        async with browser.post(link, headers={"Origin": "https://elders.example"}) as refused:
            assert refused.status == 403
        async with browser.post(link, headers={"Origin": product.url}, allow_redirects=False) as gone:
            assert gone.status == 303
        # The whole conversation is there
        async with browser.post(f"{product.url}/api/web/session", json={}, headers={"Origin": product.url}) as session:
            assert session.status == 200
        ws = await browser.ws_connect(f"{product.url}/api/web/ws?after=0", headers={"Origin": product.url})
        texts: list[str] = []
        while not any(TEXTS.render("verder.hier").text == text for text in texts):
            event = await asyncio.wait_for(ws.receive_json(), PATIENCE)
            if event["type"] == "message":
                texts.append(event["message"]["text"])
        assert any("paspoort" in text for text in texts)
        await ws.close()
    async with http.post(link, headers={"Origin": product.url}, allow_redirects=False) as again:
        assert again.status == 410


async def test_a_photo_reaches_the_desk_to_be_saved_and_is_shown_nowhere(
    product: RunningProduct, http: aiohttp.ClientSession
) -> None:
    phone = Phone(product.twilio_url, "+31610000004", "whatsapp", http)
    photo = {"type": "image/jpeg", "name": "brief.jpg", "content": base64.b64encode(samples.JPEG).decode()}
    await phone.send("ik wil een mens", files=[photo])
    await phone.until(TEXTS.render("mens.overdracht").text)
    async with Desk(product.url, "fatima", product.accounts["fatima"]) as desk:
        _, listed = await desk.get("conversations?view=waiting")
        item = next(item for item in listed["items"] if item["channel"] == "whatsapp" and item["last_text"] == "ik wil een mens")
        await desk.claim(item["id"])

        async def kept() -> dict[str, Any] | None:
            files = [file for m in (await desk.detail(item["id"]))["messages"] for file in m["attachments"]]
            return next((file for file in files if file["state"] == "stored"), None)

        deadline = asyncio.get_running_loop().time() + PATIENCE
        while (file := await kept()) is None:
            assert asyncio.get_running_loop().time() < deadline
            await asyncio.sleep(0.2)
        async with desk.http.get(f"{product.url}/api/balie/media/{file['id']}") as answer:
            assert answer.status == 200 and await answer.read() == samples.JPEG
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    async with http.get(f"{product.url}/api/balie/media/{file['id']}") as refused:
        assert refused.status == 401


async def test_metrics_are_for_this_machine_and_hold_no_numbers_of_people(
    product: RunningProduct, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{product.url}/metrics") as answer:
        text = await answer.text()
        assert answer.status == 200 and "verbonden_messages_in_total" in text and "+316" not in text
    async with http.get(f"{product.url}/metrics", headers={"X-Forwarded-For": "8.8.8.8"}) as refused:
        assert refused.status == 403
