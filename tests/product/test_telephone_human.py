"""A citizen with a telephone and a human at the desk, in the really started product: a call that is promised, files, a rating."""

from __future__ import annotations

import asyncio
import sqlite3
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest

from benchmarks.stored import rows
from loket.handoff.opening import AMSTERDAM
from tests.media import samples
from tests.product.support import TEXTS, Desk
from tests.product.test_telephone import PATIENCE, Phone, http
from verbonden.running import RunningProduct

__all__ = ["http"]


def words(key: str, channel: str, **values: str) -> str:
    """The beginning of a text, up to what is filled in."""
    names = dict.fromkeys(TEXTS.texts[key].names(), "\0")
    return TEXTS.render(key, channel == "sms", **(names | values)).text.split("\0")[0].strip()


async def eventually(true: Callable[[], Awaitable[Any]], what: str) -> Any:
    """Wait until something is so."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while not (found := await true()):
        assert asyncio.get_running_loop().time() < deadline, f"never: {what}"
        await asyncio.sleep(0.2)
    return found


async def waiting(desk: Desk, channel: str, text: str) -> str:
    """The id of the conversation that waits with this as its last words."""

    async def found() -> str | None:
        _, listed = await desk.get("conversations?view=waiting")
        ids = [item["id"] for item in listed["items"] if item["channel"] == channel and item["last_text"] == text]
        return ids[0] if ids else None

    return str(await eventually(found, f"{text!r} waits at the desk"))


@asynccontextmanager
async def nobody_there(product: RunningProduct) -> AsyncIterator[date]:
    """An administrator has closed for today, and nobody is at the desk; the day."""
    today = datetime.now(AMSTERDAM).date()
    async with Desk(product.url, "bram", product.accounts["bram"]) as administrator:

        async def put(bijzonder: list[dict[str, str]] | None) -> None:
            """Days that differ; None: the hours of the file."""
            _, shown = await administrator.get("beheer/openingstijden")
            value = None if bijzonder is None else {**shown["value"], "bijzonder": bijzonder}
            body = {"key": "alles", "value": value, "seen": shown["version"]}
            status, answer = await administrator.post("beheer/openingstijden", body)
            assert status == 200, answer

        await put([{"dag": day.isoformat(), "tijden": "dicht"} for day in (today, today + timedelta(days=1))])
        with sqlite3.connect(product.database_url.removeprefix("sqlite:///"), timeout=30) as database:
            database.execute("delete from presence")  # of the tests before; it would end by itself after a while
        try:
            yield today
        finally:
            await put(None)


@pytest.mark.parametrize(("channel", "number"), [("sms", "+31610000021"), ("whatsapp", "+31610000022")])
async def test_after_hours_a_citizen_asks_to_be_called_and_the_desk_has_number_moment_and_question(
    product: RunningProduct, http: aiohttp.ClientSession, channel: str, number: str
) -> None:
    phone = Phone(product.twilio_url, number, channel, http)
    question = f"mijn uitkering is gestopt en ik weet niet waarom, {channel}"
    async with nobody_there(product) as today:
        # Given a citizen who hears that nobody is there, and would rather be called than wait
        await phone.send("ik wil een mens spreken")
        await phone.until(words("open.dicht", channel))
        if channel == "whatsapp":

            async def offered() -> list[dict[str, Any]]:
                return [item for message in await phone.got() if message["shown"] for item in message["shown"]["items"]]

            call = (await eventually(offered, "the ways on can be tapped"))[0]
            await phone.send(call["item"], item={"id": call["id"], "title": call["item"]})
        else:
            await phone.send("bel mij terug")
        await phone.until(words("terugbellen.vraag_nummer_dit", channel))
        await phone.send("ja")
        # When the first moment that is offered is chosen
        await phone.until(words("terugbellen.vraag_moment", channel))
        await phone.send("1")
        await phone.until(words("terugbellen.vraag_waarover", channel))
        await phone.send(question)
        await phone.until(words("terugbellen.klaar", channel))
    # Then the desk has all of it, for a day on which there is somebody
    async with Desk(product.url, "fatima", product.accounts["fatima"]) as desk:

        async def listed() -> dict[str, Any] | None:
            _, body = await desk.get("callbacks")
            return next((one for one in body["items"] if one["question"] == question), None)

        promised = await eventually(listed, "the call is at the desk")
        assert promised["channel"] == channel and promised["number"].endswith(number[-2:])
        assert promised["from"] < promised["until"]
        assert datetime.fromisoformat(promised["from"]).astimezone(AMSTERDAM).date() > today


@pytest.mark.parametrize(("channel", "number", "score"), [("sms", "+31610000023", 4), ("whatsapp", "+31610000024", 2)])
async def test_a_citizen_rates_the_help_after_the_desk_has_closed(
    product: RunningProduct, http: aiohttp.ClientSession, channel: str, number: str, score: int
) -> None:
    phone = Phone(product.twilio_url, number, channel, http)
    asked = "ik wil nu een mens spreken"
    await phone.send(asked)
    await phone.until(words("mens.overdracht", channel))
    async with Desk(product.url, "fatima", product.accounts["fatima"]) as desk:
        conversation = await waiting(desk, channel, asked)
        epoch = (await desk.claim(conversation))["item"]["epoch"]
        await phone.until("Fatima")
        body = {"epoch": epoch, "outcome": "answered", "note": "uitgelegd"}
        status, answer = await desk.post(f"conversations/{conversation}/close", body)
        assert status == 200, answer
        await phone.until(words("beoordeling.vraag", channel))
        await phone.send(str(score))
        await phone.until(words("beoordeling.dank" if score > 2 else "beoordeling.dank_laag", channel))
        database = Path(product.database_url.removeprefix("sqlite:///"))
        (rating,) = rows(database, f"select score from rating where conversation_id = '{conversation}'")
        assert rating["score"] == score
        assert (await desk.detail(conversation))["item"]["state"] == "closed"


async def send_file(desk: Desk, conversation: str, data: bytes, name: str) -> tuple[int, Any]:
    """Staff send a file; status and body."""
    headers = {
        "X-CSRF-Token": desk.csrf, "Origin": desk.url, "X-Message-Id": str(uuid.uuid4()), "X-File-Name": quote(name),
    }
    url = f"{desk.url}/api/balie/conversations/{conversation}/files"
    async with desk.http.post(url, data=data, headers=headers) as answer:
        return answer.status, await answer.json()


async def test_staff_send_a_pdf_on_whatsapp_and_hear_why_it_can_not_be_by_sms(
    product: RunningProduct, http: aiohttp.ClientSession
) -> None:
    asked = "ik wil een mens die mij het formulier stuurt"
    phone, other = (
        Phone(product.twilio_url, number, channel, http)
        for number, channel in (("+31610000025", "whatsapp"), ("+31610000026", "sms"))
    )
    async with Desk(product.url, "fatima", product.accounts["fatima"]) as desk:
        for one in (phone, other):
            await one.send(asked)
            await one.until(words("mens.overdracht", one.channel))
        conversation = await waiting(desk, "whatsapp", asked)
        # Only who has the conversation may send
        status, body = await send_file(desk, conversation, samples.PDF, "formulier.pdf")
        assert status == 409, body
        await desk.claim(conversation)
        for data, code in ((samples.EXE, "file_kind"), (b"", "file_empty"), (samples.OGG, "file_kind")):
            status, body = await send_file(desk, conversation, data, "formulier.pdf")
            assert (status, body["code"]) == (422, code) and body["text"]
        status, body = await send_file(desk, conversation, samples.PDF, "formulier.pdf")
        assert status == 200, body

        async def arrived() -> list[dict[str, Any]]:
            return [file for message in await phone.got() for file in message["files"]]

        (file,) = await eventually(arrived, "the file arrives")
        async with http.get(f"{product.twilio_url}/cdn/{file['sid']}") as answer:
            assert await answer.read() == samples.PDF

        async def seen() -> bool:
            messages = (await desk.detail(conversation))["messages"]
            return [m["delivery"] for m in messages if m["seq"] == body["seq"]] == ["read"]

        await eventually(seen, "the desk sees that it was read")
        by_sms = await waiting(desk, "sms", asked)
        await desk.claim(by_sms)
        status, body = await send_file(desk, by_sms, samples.PDF, "formulier.pdf")
        assert (status, body["code"]) == (422, "file_not_here") and "WhatsApp" in body["text"]
