"""What a citizen does with a conversation as a whole, with the really started product: keep it, delete it, choose a language."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest_asyncio
from redis import asyncio as redis

from tests.product.support import TEXTS, Desk
from verbonden.client import CitizenClient
from verbonden.running import RunningProduct

BSN = "999990019"
SCRIPT = "<script>alert(1)</script>"


@pytest_asyncio.fixture
async def citizen(product: RunningProduct) -> AsyncIterator[CitizenClient]:
    """A citizen who has read the welcome."""
    async with CitizenClient(product.url) as client:
        await client.until(lambda: client.messages)
        yield client


async def post(citizen: CitizenClient, product: RunningProduct, path: str, **body: Any) -> tuple[int, dict[str, Any]]:
    """A request of the citizen's page."""
    headers = {"Origin": product.url}
    async with citizen.http.post(f"{product.url}/api/web/{path}", json=body, headers=headers) as answer:
        return answer.status, await answer.json() if answer.content_type == "application/json" else {}


async def trackers(product: RunningProduct, conversation: str) -> list[str]:
    """Under which keys the bot engine remembers a conversation."""
    client = redis.from_url(product.redis_url)
    try:
        return [key async for key in client.scan_iter(match=f"*tracker:{conversation}*")]
    finally:
        await client.aclose()


async def test_a_transcript_is_masked_and_can_do_nothing(citizen: CitizenClient, product: RunningProduct) -> None:
    await citizen.ask(f"Mijn BSN is {BSN} {SCRIPT}")
    async with citizen.http.get(f"{product.url}/api/web/transcript?form=html") as answer:
        page = await answer.text()
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "[BSN]" in page and BSN not in page
    assert "&lt;script&gt;" in page and "<script" not in page
    assert "default-src 'none'" in page
    async with citizen.http.get(f"{product.url}/api/web/transcript?form=json") as answer:
        data = json.loads(await answer.text())
    assert [m["seq"] for m in data["messages"]] == sorted(citizen.messages)
    assert "[BSN]" in str(data) and BSN not in str(data)


async def test_deleting_takes_everything_away(citizen: CitizenClient, product: RunningProduct) -> None:
    await citizen.ask("Heb ik recht op huurtoeslag?")
    conversation = citizen.conversation
    assert await trackers(product, conversation), "the bot remembers it, else this test shows nothing"
    assert (await post(citizen, product, "delete"))[0] == 204
    assert not await trackers(product, conversation)
    await citizen.until(lambda: not citizen.connected)
    async with citizen.http.get(f"{product.url}/api/web/transcript") as answer:
        assert answer.status == 401
    # The desk sees an empty conversation, and why it is empty.
    async with Desk(product.url, "fatima", product.accounts["fatima"]) as desk:
        reason = {"reason": "De inwoner belt: waar is mijn gesprek?"}
        status, detail = await desk.post(f"conversations/{conversation}/open", reason)
    assert status == 200, detail
    assert [m["text"] for m in detail["messages"]] == [TEXTS.line("gewist.notitie")]


async def test_deleting_what_a_human_has_is_asked_twice(citizen: CitizenClient, product: RunningProduct) -> None:
    await citizen.ask("ik wil een mens")
    status, told = await post(citizen, product, "delete")
    assert (status, told["code"]) == (409, "human_busy") and "mens" in told["text"]
    assert (await post(citizen, product, "delete", anyway=True))[0] == 204


async def test_easy_dutch_is_shorter_with_a_sentence_on_each_line(citizen: CitizenClient, product: RunningProduct) -> None:
    question = "Hoe vraag ik een nieuw paspoort aan?"
    [ordinary] = await citizen.ask(question)
    assert (await post(citizen, product, "language", language="makkelijk"))[0] == 204
    await citizen.until(lambda: citizen.state.get("language") == "makkelijk")
    [easy] = await citizen.ask(question)
    assert len(easy["text"]) < len(ordinary["text"])
    assert all(line.count(". ") == 0 for line in easy["text"].splitlines())
    assert easy["links"] == ordinary["links"] and easy["phones"] == ordinary["phones"]


async def test_another_language_is_confirmed_in_it(citizen: CitizenClient, product: RunningProduct) -> None:
    assert (await post(citizen, product, "language", language="tr"))[0] == 204
    await citizen.until(lambda: any(m["language"] == "tr" for m in citizen.messages.values()))
    assert (await post(citizen, product, "language", language="xx"))[0] == 400


async def test_another_site_gets_nothing_unless_it_is_known(product: RunningProduct) -> None:
    """No session, no socket, no answer that a page of that site could read; and our own cookie does not help it."""
    stranger = {"Origin": "https://kwaad.example"}
    async with aiohttp.ClientSession() as http:
        async with http.post(f"{product.url}/api/web/session", json={}, headers=stranger) as answer:
            assert answer.status == 403 and "Access-Control-Allow-Origin" not in answer.headers
        async with http.options(f"{product.url}/api/web/delete", headers=stranger) as answer:
            assert answer.status == 403
        async with http.get(f"{product.url}/api/web/transcript", headers=stranger) as answer:
            assert answer.status == 403


async def test_a_known_site_has_a_token_and_no_cookie(product: RunningProduct, embedder: str) -> None:
    origin = {"Origin": embedder}
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        async with http.post(f"{product.url}/api/web/session", json={}, headers=origin) as answer:
            opened = await answer.json()
            assert answer.headers["Access-Control-Allow-Origin"] == embedder
            assert "Access-Control-Allow-Credentials" not in answer.headers and "Set-Cookie" not in answer.headers
        url = f"{product.url}/api/web/transcript"
        async with http.get(url, headers=origin) as answer:
            assert answer.status == 401
        token = {**origin, "Authorization": f"Bearer {opened['secret']}"}
        async with http.get(url, headers=token) as answer:
            assert answer.status == 200
        # The token is for that site only: without its origin it opens nothing.
        async with http.get(url, headers={"Authorization": token["Authorization"]}) as answer:
            assert answer.status == 401
        async with http.ws_connect(
            f"{product.url}/api/web/ws", headers=origin, protocols=("verbonden", opened["secret"])
        ) as socket:
            assert socket.protocol == "verbonden"
            assert (await socket.receive_json())["type"] == "welcome"
