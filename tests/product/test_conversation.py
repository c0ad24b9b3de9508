"""Whole conversations of a citizen with the really started product."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from sqlalchemy import select
from yarl import URL

from loket.conversations.model import MAX_TEXT
from loket.store import Store
from loket.store.schema import Message
from tests.product.support import Desk, conversations, expect, pattern, press, turn
from verbonden.client import CitizenClient
from verbonden.running import RunningProduct


@pytest_asyncio.fixture
async def citizen(product: RunningProduct) -> AsyncIterator[CitizenClient]:
    """A citizen who has read the welcome."""
    async with CitizenClient(product.url) as client:
        await client.until(lambda: client.messages)
        yield client


@pytest_asyncio.fixture
async def desk(product: RunningProduct) -> AsyncIterator[Desk]:
    """Fatima, logged in."""
    async with Desk(product.url, "fatima", product.accounts["fatima"]) as found:
        yield found


@pytest.mark.parametrize("conversation", conversations())
async def test_conversation(citizen: CitizenClient, conversation: dict[str, Any]) -> None:
    for given in conversation["beurten"]:
        said = await turn(citizen, given)
        assert said, "nobody answered"
        await expect(citizen, said, given)
    assert [m["seq"] for m in citizen.messages.values()] == sorted(citizen.messages)


async def test_the_welcome_comes_first_and_says_that_it_is_a_computer(citizen: CitizenClient) -> None:
    first = citizen.messages[1]
    assert first["author"] == "bot" and "computer" in first["text"] and citizen.state["state"] == "bot"


async def test_typed_commands_are_words(citizen: CitizenClient, product: RunningProduct) -> None:
    await citizen.ask("/mens")
    store = Store.connect(product.database_url)
    try:
        async with store.read() as session:
            stored = await session.scalar(
                select(Message).where(Message.conversation_id == citizen.conversation, Message.author == "citizen")
            )
    finally:
        await store.close()
    assert stored is not None and stored.text == "/mens" and stored.payload is None
    assert stored.understanding is not None and stored.understanding["uitkomsten"], "it went through the understanding"


VAGUE = (
    "ik krijg geen geld meer",
    "formulier",
    "brief over mijn kind",
    "een verklaring",
    "mijn uitkering stopt",
    "geld voor kind",
    "pas kwijt",
    "toelage",
    "ik moet geld terugbetalen",
    "kaart kwijt",
)


async def test_what_is_not_clear_is_asked_about_once_with_buttons(product: RunningProduct) -> None:
    """Which words are not clear depends on the training; that none of these is would be a defect of its own."""
    question = pattern("verduidelijk.organisatie")
    for words in VAGUE:
        async with CitizenClient(product.url) as citizen:
            said = await citizen.ask(words)
            if not question.search(said[0]["text"]):
                continue
            titles = [button["title"] for button in said[0]["buttons"]]
            assert len(titles) >= 3 and titles[-2:] == ["Iets anders", "Ik wil een mens"]
            assert not question.search((await citizen.ask(words))[0]["text"]), "never twice in a row"
            chosen = await press(citizen, titles[0])
            assert chosen[0]["links"] or chosen[0]["phones"], "the choice is answered"
            return
    pytest.fail("nothing was asked about")


async def test_a_wrong_factor_and_an_unknown_number_take_the_same_words_and_time(citizen: CitizenClient) -> None:
    loop, took, texts = asyncio.get_running_loop(), [], []
    for number in ("ZAAK-2026-0000000010", "ZAAK-2026-8888888888"):
        await citizen.ask(f"Hoe ver is {number}?")
        began = loop.time()
        said = await citizen.ask("03-03-1993")
        took.append(loop.time() - began)
        texts.append([(m["text"], m["buttons"]) for m in said])
    assert texts[0] == texts[1]
    assert abs(took[0] - took[1]) < 0.55, "less than one step of the fixed waiting time"


# -- the connection ------------------------------------------------------------------------------------------------


async def test_a_reconnect_replays_what_was_missed_and_nothing_twice(citizen: CitizenClient) -> None:
    await citizen.ask("Hallo")
    before = dict(citizen.messages)
    client_id = await citizen.send("Hoe vraag ik een paspoort aan?")
    await citizen.until(lambda: client_id in citizen.accepted)
    await citizen.disconnect()
    await asyncio.sleep(1)
    replayed: list[int] = []

    class Recorder(dict[int, dict[str, Any]]):
        def __setitem__(self, seq: int, message: dict[str, Any]) -> None:
            replayed.append(seq)
            super().__setitem__(seq, message)

    citizen.messages = Recorder(citizen.messages)
    await citizen.connect()
    await citizen.until(lambda: citizen.after(citizen.accepted[client_id]))
    assert set(before) < set(citizen.messages) and all(citizen.messages[seq]["text"] == m["text"] for seq, m in before.items())
    assert replayed == sorted(set(replayed)) and min(replayed) > max(before)
    await citizen.send("Hoe vraag ik een paspoort aan?", client_id)  # the client did not hear that it was accepted
    await citizen.ask("Dank u")
    mine = [m["text"] for m in citizen.messages.values() if m["author"] == "citizen"]
    assert mine == ["Hallo", "Hoe vraag ik een paspoort aan?", "Dank u"]


def shown(citizen: CitizenClient) -> list[dict[str, Any]]:
    """All that a tab shows, but for how far a message was when it came there."""
    return [{**message, "delivery": None} for _, message in sorted(citizen.messages.items())]


async def test_a_second_tab_shows_the_same_conversation(citizen: CitizenClient, product: RunningProduct, desk: Desk) -> None:
    tab = CitizenClient(product.url)
    tab.http.cookie_jar.update_cookies({c.key: c.value for c in citizen.http.cookie_jar}, URL(product.url))
    async with tab:
        assert tab.conversation == citizen.conversation
        await citizen.ask("Hallo")
        await tab.until(lambda: set(tab.messages) == set(citizen.messages), 10)
        await tab.ask("Ik wil een mens spreken")
        await citizen.until(lambda: set(tab.messages) == set(citizen.messages) and citizen.state["state"] == "queued", 10)
        assert shown(tab) == shown(citizen)
        detail = await desk.claim(citizen.conversation)
        epoch = {"epoch": detail["item"]["epoch"], "outcome": "answered"}
        assert (await desk.post(f"conversations/{citizen.conversation}/close", epoch))[0] == 200
        await asyncio.gather(*(c.until(lambda c=c: c.state["state"] == "closed", 10) for c in (tab, citizen)))
        # A message after closing opens a follow-up; the other tab moves with it.
        await tab.ask("Hallo")
        await citizen.until(lambda: set(tab.messages) == set(citizen.messages) and citizen.state["state"] == "bot", 10)
        await citizen.ask("Dank u")
        await tab.until(lambda: set(tab.messages) == set(citizen.messages), 10)


@pytest.mark.parametrize("cookies", [{}, {"verbonden_session": "made-up"}])
async def test_without_a_session_the_socket_closes_with_4401(product: RunningProduct, cookies: dict[str, str]) -> None:
    async with aiohttp.ClientSession(cookies=cookies) as http:
        async with http.ws_connect(f"{product.url}/api/web/ws", headers={"Origin": product.url}) as socket:
            frame = await socket.receive(10)
            assert frame.type is aiohttp.WSMsgType.CLOSE and socket.close_code == 4401


@pytest.mark.parametrize("origin", ["https://example.org", "null", "", "http://127.0.0.1"])
async def test_another_site_can_not_speak_for_a_citizen(citizen: CitizenClient, product: RunningProduct, origin: str) -> None:
    headers = {"Origin": origin} if origin else {}
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await citizen.http.ws_connect(f"{product.url}/api/web/ws", headers=headers)
    assert refused.value.status == 403
    if origin:
        for path in ("web/session", "balie/login"):
            body = {"username": "a", "password": "b"}
            async with citizen.http.post(f"{product.url}/api/{path}", json=body, headers=headers) as answer:
                assert answer.status == 403


async def test_the_cookie_is_the_credential_and_no_script_reads_it(product: RunningProduct) -> None:
    async with aiohttp.ClientSession() as http:
        async with http.post(
            f"{product.url}/api/web/session", json={"language": "nl"}, headers={"Origin": product.url}
        ) as answer:
            cookie, body = answer.headers["Set-Cookie"], await answer.json()
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    secret = cookie.partition("=")[2].partition(";")[0]
    assert len(secret) >= 43 and secret not in json.dumps(body) and body["session"] not in secret


# -- what is refused -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "code"), [("   ", "empty"), ("a" * (MAX_TEXT + 1), "too_long")])
async def test_what_is_refused_says_why(citizen: CitizenClient, text: str, code: str) -> None:
    client_id = await citizen.send(text)
    await citizen.until(lambda: client_id in citizen.refused)
    assert citizen.refused[client_id]["code"] == code and citizen.refused[client_id]["text"]
    assert await citizen.ask("Hallo"), "the conversation goes on"
    assert len([m for m in citizen.messages.values() if m["author"] == "citizen"]) == 1


async def test_a_button_that_was_not_offered_is_refused(citizen: CitizenClient) -> None:
    said = await citizen.ask("Hallo")
    for seq, payload in ((said[0]["seq"], '/kies{"product": "grofvuil"}'), (1, "/mens"), (999, "/mens"), (2, "/mens")):
        client_id = await citizen.press(seq, payload)
        await citizen.until(lambda i=client_id: i in citizen.refused)
        assert citizen.refused[client_id]["text"]
    assert citizen.state["state"] == "bot"
    assert await press(citizen, "Ik wil een mens")
    await citizen.until(lambda: citizen.state["state"] == "queued")


@pytest.mark.parametrize(
    "frame",
    [
        "geen json", "[]", '"x"', "null", "{}", '{"type": "bestaat_niet"}', '{"type": "message"}',
        '{"type": "message", "id": "a b", "text": "x"}', '{"type": "message", "id": "a", "text": "\\ud800 \\u0000"}',
        '{"type": "button", "id": "b", "seq": "1", "payload": "/mens"}', '{"type": "button", "id": "c", "seq": 1, "payload": {}}',
        '{"type": "button", "id": "d", "seq": 99999999999999999999, "payload": "/mens"}', '{"type": "button", "id": "e"}',
        '{"type": "ack", "seq": 99999999999999999999}', '{"type": "ack", "seq": "x"}', '{"type": {"a": 1}}',
        '{"type": "message", "id": "f", "text": {"a": ["\\u0000"]}}', "[" * 5000,
    ],
)  # fmt: skip
async def test_nonsense_on_the_socket_does_not_end_it(citizen: CitizenClient, frame: str) -> None:
    socket = citizen._socket
    assert socket is not None
    await socket.send_str(frame)
    assert await citizen.ask("Hallo")
    assert citizen._socket is socket and citizen.connected


async def test_too_many_at_once_is_refused_with_words(citizen: CitizenClient) -> None:
    ids = [await citizen.send(f"Hallo {number}") for number in range(16)]
    await citizen.until(lambda: all(i in citizen.accepted or i in citizen.refused for i in ids))
    refused = [i for i in ids if i in citizen.refused]
    assert 1 <= len(refused) <= 5 and {citizen.refused[i]["code"] for i in refused} == {"too_fast"}
    last = max(citizen.accepted.values())
    await citizen.until(lambda: sum(m["author"] == "bot" for m in citizen.messages.values()) >= 1 + len(ids) - len(refused))
    mine = [m["text"] for m in citizen.messages.values() if m["author"] == "citizen"]
    assert mine == [f"Hallo {n}" for n in range(16) if ids[n] in citizen.accepted] and last <= max(citizen.messages)


async def test_what_is_secret_is_not_shown_back(citizen: CitizenClient) -> None:
    await citizen.ask(f"Mijn BSN is 999990007 en {uuid.uuid4().hex[:4]}")
    mine = next(m["text"] for m in citizen.messages.values() if m["author"] == "citizen")
    assert "[BSN]" in mine and "999990007" not in mine
