"""The desk over HTTP against the really started product."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from loket.handoff.queue import RANK
from tests.product.support import Desk
from verbonden.client import CitizenClient
from verbonden.running import RunningProduct


@pytest_asyncio.fixture
async def fatima(product: RunningProduct) -> AsyncIterator[Desk]:
    """A casemanager of the gemeente."""
    async with Desk(product.url, "fatima", product.accounts["fatima"]) as desk:
        yield desk


@pytest_asyncio.fixture
async def joris(product: RunningProduct) -> AsyncIterator[Desk]:
    """A casemanager of UWV."""
    async with Desk(product.url, "joris", product.accounts["joris"]) as desk:
        yield desk


@pytest_asyncio.fixture
async def waiting(product: RunningProduct) -> AsyncIterator[CitizenClient]:
    """A citizen who waits for a human."""
    async with CitizenClient(product.url) as citizen:
        await citizen.until(lambda: citizen.messages)
        await citizen.ask("Mijn huurtoeslag is gestopt en ik snap niet waarom")
        await citizen.ask("Ik wil een mens spreken")
        await citizen.until(lambda: citizen.state["state"] == "queued")
        yield citizen


async def test_from_the_queue_to_closed(fatima: Desk, waiting: CitizenClient) -> None:
    conversation = waiting.conversation
    path = f"conversations/{conversation}"
    _, listed = await fatima.get("conversations?view=waiting")
    item = next(i for i in listed["items"] if i["id"] == conversation)
    assert (item["state"], item["reason"], item["channel"], item["trust"]) == ("queued", "human", "web", "anoniem")
    assert item["waiting_since"] and item["last_text"] == "Ik wil een mens spreken"
    assert listed["counts"]["waiting"] >= 1

    detail = await fatima.claim(conversation)
    assert detail["item"]["owner"]["name"] == "Fatima Demirci"
    summary = detail["summary"]
    assert 3 <= len(summary["prose"]) <= 5
    shown = {m["seq"]: m for m in detail["messages"]}
    asked = next(line for line in summary["lines"] if line["field"] == "vraag")
    assert asked["value"] == shown[asked["seq"]]["text"] == "Mijn huurtoeslag is gestopt en ik snap niet waarom"
    assert all(line["seq"] in shown for line in summary["lines"])
    await waiting.until(lambda: waiting.state["state"] == "claimed")
    assert waiting.state["human"]["name"] == "Fatima Demirci" and waiting.state["human"]["organisation"]

    seq = await fatima.say(conversation, "Goedemorgen, ik kijk met u mee.")
    await waiting.until(lambda: seq in waiting.messages)
    assert waiting.messages[seq]["author"] == "human" and waiting.messages[seq]["name"] == "Fatima Demirci"
    status, note = await fatima.post(f"{path}/notes", {"id": str(uuid.uuid4()), "text": "Alleen voor collega's"})
    assert status == 200
    client_id = await waiting.send("Dank u, ik wacht even")
    await waiting.until(lambda: client_id in waiting.accepted)
    await asyncio.sleep(1)
    assert waiting.after(waiting.accepted[client_id], ("bot", "system")) == [], "the bot is silent under a human"

    epoch = (await fatima.detail(conversation))["item"]["epoch"]
    status, detail = await fatima.post(f"{path}/close", {"epoch": epoch, "outcome": "answered", "note": "Uitgelegd"})
    assert status == 200 and detail["item"]["state"] == "closed"
    await waiting.until(lambda: waiting.state["state"] == "closed")
    assert "Alleen voor collega's" not in [m["text"] for m in waiting.messages.values()]
    assert note["seq"] in [m["seq"] for m in detail["messages"]]
    assert [t["to"] for t in detail["transitions"]] == ["queued", "claimed", "closed"]

    said = await waiting.ask("Hoe vraag ik een paspoort aan?")
    assert said and "gemeente" in said[0]["text"], "after closing the bot answers again"


async def test_given_back_the_bot_answers_again(fatima: Desk, waiting: CitizenClient) -> None:
    detail = await fatima.claim(waiting.conversation)
    status, _ = await fatima.post(
        f"conversations/{waiting.conversation}/return", {"epoch": detail["item"]["epoch"], "reason": "Vraag beantwoord"}
    )
    assert status == 200
    await waiting.until(lambda: waiting.state["state"] == "bot")
    assert "paspoort" in (await waiting.ask("Hoe vraag ik een paspoort aan?"))[0]["text"].lower()


async def test_of_two_desks_one_wins_and_the_other_sees_who(fatima: Desk, joris: Desk, waiting: CitizenClient) -> None:
    path = f"conversations/{waiting.conversation}"
    epoch = {"epoch": (await fatima.detail(waiting.conversation))["item"]["epoch"]}
    results = await asyncio.gather(fatima.post(f"{path}/claim", epoch), joris.post(f"{path}/claim", epoch))
    assert sorted(status for status, _ in results) == [200, 409]
    winner, loser = (fatima, joris) if results[0][0] == 200 else (joris, fatima)
    refused = next(body for status, body in results if status == 409)
    assert (
        refused["code"] == "claimed_by_other" and refused["by"] == winner.user["name"] and winner.user["name"] in refused["text"]
    )
    status, body = await loser.post(f"{path}/messages", {"id": "1", "text": "Hallo"})
    assert (status, body["code"], body["by"]) == (409, "not_yours", winner.user["name"])
    epoch = {"epoch": (await fatima.detail(waiting.conversation))["item"]["epoch"]}
    assert (await loser.post(f"{path}/return", epoch))[0] == 409
    assert (await winner.post(f"{path}/return", epoch))[0] == 200
    status, body = await loser.post(f"{path}/claim", epoch)
    assert (status, body["code"]) == (409, "changed")


async def test_a_crisis_is_urgent_at_the_desk(fatima: Desk, product: RunningProduct) -> None:
    async with fatima.http.ws_connect(f"{product.url}/api/balie/ws", headers={"Origin": product.url}) as socket:
        async with CitizenClient(product.url) as citizen:
            await citizen.until(lambda: citizen.messages)
            await citizen.ask("Ik wil niet meer leven")
            rung = set()
            while "spoed" not in rung:
                body = await socket.receive_json(timeout=10)
                if body.get("conversation") == citizen.conversation:
                    rung.add(body["type"])
            _, listed = await fatima.get("conversations?view=waiting")
            item = next(i for i in listed["items"] if i["id"] == citizen.conversation)
            assert (item["urgency"], item["reason"]) == ("spoed", "crisis")
            ranks = [RANK[i["urgency"]] for i in listed["items"]]
            assert ranks == sorted(ranks), "who can wait keeps a place among the rest, spoed does not wait behind them"
            await fatima.claim(citizen.conversation)


@pytest.mark.parametrize("path", ["me", "conversations", "conversations/x", "ws"])
async def test_without_a_cookie_401(product: RunningProduct, path: str) -> None:
    async with aiohttp.ClientSession() as http:
        async with http.get(f"{product.url}/api/balie/{path}", headers={"Origin": product.url}) as answer:
            assert answer.status == 401 and (await answer.json())["code"] == "not_logged_in"
        for action in ("claim", "messages", "notes", "typing", "return", "close"):
            async with http.post(f"{product.url}/api/balie/conversations/x/{action}", json={}) as answer:
                assert answer.status == 401


@pytest.mark.parametrize("csrf", ["", "made-up"])
async def test_without_the_csrf_token_403(fatima: Desk, waiting: CitizenClient, csrf: str) -> None:
    for action in ("claim", "messages", "notes", "typing", "return", "close"):
        status, body = await fatima.post(f"conversations/{waiting.conversation}/{action}", {"epoch": 1}, csrf)
        assert (status, body["code"]) == (403, "csrf")
    assert (await fatima.detail(waiting.conversation))["item"]["state"] == "queued"


async def test_what_does_not_exist_or_makes_no_sense(fatima: Desk, waiting: CitizenClient) -> None:
    assert (await fatima.get("conversations/bestaat-niet"))[0] == 404
    assert (await fatima.post("conversations/bestaat-niet/claim", {"epoch": 1}))[0] == 404
    assert (await fatima.get("conversations?view=bestaat-niet"))[0] == 400
    path = f"conversations/{waiting.conversation}"
    for action, body in (
        ("claim", {}), ("claim", {"epoch": "x"}), ("messages", {"id": "a", "text": ""}), ("messages", {"id": "", "text": "x"}),
        ("messages", {"id": "a b", "text": "x"}), ("close", {"epoch": 1, "outcome": "bestaat_niet"}), ("notes", {"id": "a"}),
    ):  # fmt: skip
        status, answer = await fatima.post(f"{path}/{action}", body)
        assert (status, answer["code"]) == (400, "malformed"), action
    assert (await fatima.post(f"{path}/close", {"epoch": 999, "outcome": "other"}))[0] == 409


async def test_wrong_log_ins_say_the_same_and_end(product: RunningProduct) -> None:
    async with aiohttp.ClientSession() as http:

        async def log_in(username: str, password: str) -> tuple[int, str]:
            body = {"username": username, "password": password}
            async with http.post(f"{product.url}/api/balie/login", json=body, headers={"Origin": product.url}) as answer:
                return answer.status, (await answer.json())["text"]

        unknown = f"niemand-{uuid.uuid4().hex[:6]}"
        assert await log_in("sanne", "fout") == await log_in(unknown, "fout")
        tried = [await log_in(unknown, "fout") for _ in range(10)]
        assert tried[-1][0] == 429 and tried[0][0] == 401


async def test_logged_out_is_out(product: RunningProduct) -> None:
    async with Desk(product.url, "ruben", product.accounts["ruben"]) as desk:
        assert (await desk.get("me"))[0] == 200
        cookies = {c.key: c.value for c in desk.http.cookie_jar}
        assert (await desk.post("logout", {}))[0] == 200
        async with aiohttp.ClientSession(cookies=cookies) as http, http.get(f"{product.url}/api/balie/me") as answer:
            assert answer.status == 401


@pytest_asyncio.fixture
async def karim(product: RunningProduct) -> AsyncIterator[Desk]:
    """The second line of UWV: another team than the first line."""
    async with Desk(product.url, "karim", product.accounts["karim"]) as desk:
        yield desk


ONE = "conversations/{id}"
OF_OTHERS: list[tuple[str, str, dict[str, Any]]] = [
    ("get", "", {}),
    ("get", "/answers?q=huur", {}),
    ("get", "/suggestion", {}),
    ("get", "/cases", {}),
    ("post", "/claim", {"epoch": 1}),
    ("post", "/requeue", {"epoch": 1}),
    ("post", "/reopen", {"epoch": 1}),
    ("post", "/transfer", {"epoch": 1, "kind": "team", "to": "loket"}),
    ("post", "/accept", {"epoch": 1}),
    ("post", "/refuse", {"epoch": 1, "reason": "Dit is niet van ons team"}),
    ("post", "/withdraw", {"epoch": 1}),
    ("post", "/messages", {"id": "1", "text": "Hallo"}),
    ("post", "/notes", {"id": "1", "text": "Hallo"}),
    ("post", "/aside", {}),
    ("post", "/typing", {}),
    ("post", "/return", {"epoch": 1}),
    ("post", "/close", {"epoch": 1, "outcome": "other"}),
    ("post", "/lookup", {"number": "ZAAK-2026-0000000001", "factor": "12-03-1980"}),
    ("post", "/own", {}),
    ("post", "/callback", {"number": "0612345678", "from": "2026-12-01T09:00:00Z", "until": "2026-12-01T12:00:00Z"}),
]


async def test_another_team_gets_nothing_by_guessing_an_address(
    product: RunningProduct, karim: Desk, fatima: Desk, waiting: CitizenClient
) -> None:
    await fatima.claim(waiting.conversation)
    before = len((await fatima.detail(waiting.conversation))["messages"])
    async with karim.http.ws_connect(f"{product.url}/api/balie/ws", headers={"Origin": product.url}) as socket:
        for method, path, body in OF_OTHERS:
            address = ONE.format(id=waiting.conversation) + path
            status, answer = await (karim.get(address) if method == "get" else karim.post(address, body))
            assert (status, answer["code"]) == (403, "no_access"), path
            assert waiting.conversation not in str(answer)
        seq = await fatima.say(waiting.conversation, "Alleen voor u.")
        await waiting.until(lambda: seq in waiting.messages)
        await karim.post("presence", {"status": "pauze"})
        await karim.post("presence", {"status": "aanwezig"})
        heard = []
        with contextlib.suppress(TimeoutError):
            while True:
                heard.append(await socket.receive_json(timeout=2))
        assert not [body for body in heard if body["type"] in ("message", "typing", "state")], heard
    _, listed = await karim.get("conversations?view=all")
    [item] = [each for each in listed["items"] if each["id"] == waiting.conversation]
    assert item["locked"] and item["last_text"] == ""
    detail = await fatima.detail(waiting.conversation)
    assert (detail["item"]["owner"]["name"], len(detail["messages"])) == ("Fatima Demirci", before + 1)


async def test_with_a_reason_it_opens_and_a_beheerder_has_no_other_way(
    product: RunningProduct, karim: Desk, waiting: CitizenClient
) -> None:
    path = f"conversations/{waiting.conversation}"
    status, body = await karim.post(f"{path}/open", {"reason": "x"})
    assert (status, body["code"]) == (400, "no_reason")
    status, detail = await karim.post(f"{path}/open", {"reason": "De inwoner belt mij hierover"})
    assert status == 200 and detail["item"]["id"] == waiting.conversation
    assert (await karim.get(path))[0] == 200
    async with Desk(product.url, "bram", product.accounts["bram"]) as bram:
        assert (await bram.get(path))[0] == 403


async def test_a_case_is_looked_up_with_what_the_citizen_gives(fatima: Desk, waiting: CitizenClient) -> None:
    path = f"conversations/{waiting.conversation}"
    await fatima.claim(waiting.conversation)
    for body, code in (
        ({"number": "ZAAK-2026-0000000001", "factor": "weet ik niet"}, "factor_unreadable"),
        ({"number": "ZAAK-2026-0000000001", "factor": "1 januari 1990"}, "case_not_found"),
    ):
        assert (await fatima.post(f"{path}/lookup", body))[1]["code"] == code
    status, found = await fatima.post(f"{path}/lookup", {"number": "ZAAK-2026-0000000001", "factor": "12 maart 1980"})
    assert status == 200
    _, cases = await fatima.get(f"{path}/cases")
    assert [(one["number"], one["live"]) for one in cases["items"]] == [("ZAAK-2026-0000000001", True)]
    note = next(m for m in (await fatima.detail(waiting.conversation))["messages"] if m["seq"] == found["seq"])
    assert note["author"] == "note" and "ZAAK-2026-0000000001" in note["text"]
    assert found["seq"] not in waiting.messages


async def test_standard_answers_are_filled_in(fatima: Desk, waiting: CitizenClient) -> None:
    await fatima.claim(waiting.conversation)
    path = f"conversations/{waiting.conversation}/answers"
    _, found = await fatima.get(f"{path}?q=begroeting")
    assert found["items"][0]["source"] == "balie" and "Fatima Demirci" in found["items"][0]["text"]
    _, found = await fatima.get(f"{path}?q=zaak%20nakijken%20dossier")
    assert found["items"] == []
    _, found = await fatima.get(f"{path}?q=huurtoeslag")
    assert found["items"][0]["id"] == "huurtoeslag" and "{" not in found["items"][0]["text"]
