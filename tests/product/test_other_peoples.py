"""Every object of a citizen, asked for by who has nothing to do with it: another team, another citizen, nobody at all (IDOR)."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest_asyncio

from tests.contract.test_openapi import DESCRIBED
from tests.media.samples import PDF
from tests.product.support import Desk
from verbonden.client import CitizenClient
from verbonden.running import RunningProduct

SECRET = f"geheim{secrets.token_hex(5)}"
FACTOR = {"number": "ZAAK-2026-0000000002", "factor": "30 juli 1991"}
BODIES: dict[str, Any] = {
    "claim": {"epoch": 1}, "requeue": {"epoch": 1}, "reopen": {"epoch": 1}, "return": {"epoch": 1}, "accept": {"epoch": 1},
    "withdraw": {"epoch": 1}, "close": {"epoch": 1, "outcome": "other"}, "refuse": {"epoch": 1, "reason": "Dit is niet van ons."},
    "transfer": {"epoch": 1, "kind": "team", "to": "loket"}, "messages": {"id": "x", "text": "Dag"}, "lookup": FACTOR,
    "notes": {"id": "x", "text": "Dag"}, "limits": {"text": "Dag"},
    "correct": {"seq": 2, "uitkomst": "antwoord", "product": "paspoort"},
    "callback": {"number": "0612345678", "from": "2099-01-04T09:00:00Z", "until": "2099-01-04T11:00:00Z"},
    "take": {"version": 1}, "answered": {"note": ""}, "no_answer": {"note": ""},
}  # fmt: skip
OPENS = "/api/balie/conversations/{id}/open"
"""With a reason that is kept anybody of staff may read: that is meant (tests/desk/test_desk_access.py)."""


@dataclass
class Owned:
    """What there is of one citizen."""

    conversation: str
    file: str
    callback: int


@pytest_asyncio.fixture
async def owned(product: RunningProduct) -> AsyncIterator[Owned]:
    """A citizen with a conversation that a colleague took, a file in it, and a promised call."""
    async with CitizenClient(product.url) as citizen, Desk(product.url, "fatima", product.accounts["fatima"]) as fatima:
        await citizen.until(lambda: citizen.messages)
        await citizen.ask(f"Ik woon in de {SECRET}straat")
        await citizen.ask("ik wil een mens")
        await citizen.until(lambda: citizen.state["state"] == "queued")
        await fatima.claim(citizen.conversation)
        headers = {"Origin": product.url, "X-Message-Id": str(uuid.uuid4()), "X-File-Name": f"{SECRET}.pdf"}
        async with citizen.http.post(f"{product.url}/api/web/files", data=PDF, headers=headers) as answer:
            assert answer.status == 200
        attachments = [each for m in (await fatima.detail(citizen.conversation))["messages"] for each in m["attachments"]]
        _, offers = await fatima.get(f"callbacks/offers?conversation={citizen.conversation}")
        window = {key: offers["items"][0][key] for key in ("from", "until")}
        body = {"number": "0612345678", "question": SECRET, **window}
        status, asked = await fatima.post(f"conversations/{citizen.conversation}/callback", body)
        assert status == 200, asked
        yield Owned(citizen.conversation, attachments[0]["id"], asked["item"]["id"])
        async with citizen.http.post(f"{product.url}/api/web/delete", json={"anyway": True}, headers=headers) as answer:
            assert answer.status == 204


def calls(owned: Owned) -> list[tuple[str, str, dict[str, Any]]]:
    """Every described call on an object of the desk: method, address, body."""
    found = []
    for path, methods in DESCRIBED["paths"].items():
        if not path.startswith("/api/balie/") or path == OPENS or not {"{id}", "{callback}"} & set(path.split("/")):
            continue
        object_id = owned.file if "/media/" in path else owned.conversation
        address = path.replace("{id}", object_id).replace("{callback}", str(owned.callback))
        found += [(method, address, BODIES.get(path.rsplit("/", 1)[1], {})) for method in methods]
    return found


async def refused(http: aiohttp.ClientSession, url: str, headers: dict[str, str], owned: Owned) -> set[int]:
    """The statuses of all calls; none of them may be answered, nor say anything of what is there."""
    statuses, answered = set(), []
    for method, address, body in calls(owned):
        given = {**headers, "X-Message-Id": "x"}
        async with http.request(method, url + address, json=body if method == "post" else None, headers=given) as answer:
            text = await answer.text()
            statuses.add(answer.status)
            if answer.status < 400 or answer.status >= 500 or SECRET in text or "0612345678" in text:
                answered.append((method, address, answer.status, text[:200]))
    assert not answered
    return statuses


async def test_another_team_gets_nothing(owned: Owned, product: RunningProduct) -> None:
    assert len(calls(owned)) >= 25
    async with Desk(product.url, "lotte", product.accounts["lotte"]) as lotte:
        headers = {"X-CSRF-Token": lotte.csrf, "Origin": product.url}
        statuses = await refused(lotte.http, product.url, headers, owned)
    assert 403 in statuses and not statuses & {401}


async def test_who_is_not_logged_in_and_who_forges_a_request_gets_nothing(owned: Owned, product: RunningProduct) -> None:
    async with aiohttp.ClientSession() as http:
        assert await refused(http, product.url, {"Origin": product.url, "X-CSRF-Token": "x"}, owned) == {401}
    async with Desk(product.url, "fatima", product.accounts["fatima"]) as fatima:
        posts = [(method, address, body) for method, address, body in calls(owned) if method == "post"]
        for token in ({}, {"X-CSRF-Token": "geraden"}):
            for _, address, body in posts:
                headers = {"Origin": "https://kwaad.nl", **token}
                async with fatima.http.post(product.url + address, json=body, headers=headers) as answer:
                    assert answer.status == 403, address


async def test_another_citizen_gets_nothing(owned: Owned, product: RunningProduct) -> None:
    async with CitizenClient(product.url) as other:
        await other.until(lambda: other.messages)
        headers = {"Origin": product.url}
        assert await refused(other.http, product.url, headers, owned) == {401}, "a citizen is nobody at the desk"
        for path, methods in DESCRIBED["paths"].items():
            if not path.startswith("/api/web/") or path.endswith(("/ws", "/delete", "/files")):
                continue
            for method in methods:
                named = {"conversation": owned.conversation, "session": owned.conversation, "id": owned.conversation}
                body = {**named, "language": "nl", "number": "0687654321", "score": 5}
                async with other.http.request(method, product.url + path, params=named, json=body if method == "post" else None,
                                              headers=headers) as answer:
                    text = await answer.text()
                    assert SECRET not in text and owned.conversation not in text and "0612345678" not in text, path
