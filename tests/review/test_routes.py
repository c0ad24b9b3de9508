"""The routes of the review list: log-in, CSRF, roles, and refusals in words, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from channels.balie.review_routes import ReviewRoutes
from channels.balie.routes import DeskRoutes
from channels.gateway import masked
from loket.answers.compose import Composer
from loket.bus import Bus
from loket.conversations.desk import Desk
from loket.handoff.summary import Summariser
from loket.identity.attempts import Attempts
from loket.identity.staff import StaffAccounts
from loket.review.review import ReviewList
from tests.conversations.support import Process
from tests.review.conftest import Turn, understood

PEOPLE = [{"username": role, "name": f"De {role}", "organisation": "gemeente", "role": role}
          for role in ("casemanager", "teamleider", "beheerder", "medewerker")]  # fmt: skip
ANSWER = {"uitkomst": "antwoord", "organisaties": ["toeslagen"], "product": "huurtoeslag"}


@dataclass
class Person:
    """A browser of someone who is logged in."""

    http: TestClient[web.Request, web.Application]
    csrf: str

    async def get(self, path: str) -> tuple[int, Any]:
        async with self.http.get(f"/api/balie/{path}") as answer:
            return answer.status, await answer.json()

    async def post(self, path: str, body: Any, csrf: str | None = None) -> tuple[int, Any]:
        headers = {"X-CSRF-Token": self.csrf if csrf is None else csrf}
        async with self.http.post(f"/api/balie/{path}", json=body, headers=headers) as answer:
            return answer.status, await answer.json()


@dataclass
class Counter:
    """The desk's server with its accounts."""

    server: TestServer
    accounts: StaffAccounts
    clients: list[TestClient[web.Request, web.Application]]

    async def log_in(self, username: str) -> Person:
        client = TestClient(self.server)
        self.clients.append(client)
        headers = {"Origin": f"http://{self.server.host}:{self.server.port}"}
        async with client.post("/api/balie/login", json={"username": username, "password": "geheim"}, headers=headers) as answer:
            return Person(client, (await answer.json())["csrf"])


@pytest_asyncio.fixture
async def counter(process: Process, composer: Composer, summariser: Summariser, bus: Bus) -> AsyncIterator[Counter]:
    accounts = StaffAccounts(process.store, Attempts(process.store))
    await accounts.ensure(PEOPLE, {person["username"]: "geheim" for person in PEOPLE}, demo=True)
    desk = Desk(process.store, composer, summariser, bus, masked, process.clock, lambda channel: False)
    app = web.Application()
    app["sockets"] = set()
    routes = DeskRoutes(desk, accounts, bus, composer.directory, composer.texts, "Verbonden", "http://loket.test")
    routes.add(app)
    review = ReviewList(process.store, composer.directory, process.clock)
    ReviewRoutes(review, bus, composer.directory, routes.guard, routes.problem).add(app)
    server = TestServer(app)
    await server.start_server()
    found = Counter(server, accounts, [])
    yield found
    for client in found.clients:
        await client.close()
    await server.close()


@pytest.mark.parametrize("role", ["casemanager", "teamleider", "beheerder"])
async def test_see_answer_correct(counter: Counter, turn: Turn, role: str) -> None:
    conversation = await turn("geen geld", understanding=understood(score=0.2), fact="onbegrepen")
    person = await counter.log_in(role)
    status, page = await person.get("review")
    [item] = page["items"]
    assert status == 200 and page["counts"] == {"open": 1, "answered": 0, "dismissed": 0} and page["next"] is None
    assert item["text"] == "geen geld" and item["thought"]["organisaties"][0]["naam"] == "Dienst Toeslagen"
    status, done = await person.post(f"review/{item['id']}", {"state": "answered", "answer": ANSWER})
    assert status == 200 and done["item"]["answer"]["product"]["naam"] == "Huurtoeslag" and done["item"]["by"] == f"De {role}"
    status, done = await person.post(f"conversations/{conversation}/correct", {"seq": 1, "uitkomst": "klacht"})
    assert status == 200 and done["item"]["reasons"][-1] == "verbeterd"
    status, page = await person.get("review?state=answered")
    assert [i["answer"]["uitkomst"] for i in page["items"]] == ["klacht"]


async def test_a_medewerker_gets_nothing_of_citizens(counter: Counter, turn: Turn) -> None:
    conversation = await turn("geheim verhaal", fact="onbegrepen")
    person = await counter.log_in("medewerker")
    answers = [
        await person.get("review"),
        await person.post("review/1", {"state": "answered", "answer": ANSWER}),
        await person.post("review/1", {"state": "dismissed"}),
        await person.post(f"conversations/{conversation}/correct", {"seq": 1, **ANSWER}),
    ]
    for status, body in answers:
        assert (status, body["code"]) == (403, "role") and "geheim" not in str(body)


async def test_without_log_in_or_token_nothing_happens(counter: Counter, turn: Turn) -> None:
    conversation = await turn("Vraag", fact="onbegrepen")
    stranger = Person(TestClient(counter.server), "x")
    counter.clients.append(stranger.http)
    for status, body in (await stranger.get("review"), await stranger.post("review/1", {"state": "dismissed"})):
        assert (status, body["code"]) == (401, "not_logged_in")
    person = await counter.log_in("teamleider")
    for path, given in (("review/1", {"state": "dismissed"}), (f"conversations/{conversation}/correct", {"seq": 1, **ANSWER})):
        for csrf in ("", "wrong"):
            assert (await person.post(path, given, csrf))[0] == 403
    assert (await person.get("review"))[1]["counts"]["open"] == 1


async def test_refusals_are_in_words(counter: Counter, turn: Turn) -> None:
    conversation = await turn("Vraag", fact="onbegrepen")
    first, second = await counter.log_in("teamleider"), await counter.log_in("casemanager")
    [item] = (await first.get("review"))[1]["items"]
    path = f"review/{item['id']}"
    for wrong in (
        {},
        {"state": "answered"},
        {"state": "open"},
        {"state": "answered", "answer": {**ANSWER, "organisaties": ["x"]}},
    ):
        assert (await first.post(path, wrong))[0] == 400
    assert (await first.get("review?state=raar"))[0] == 400 and (await first.get("review?after=x"))[0] == 400
    assert (await first.post(path, {"state": "dismissed"}))[0] == 200
    status, body = await second.post(path, {"state": "answered", "answer": ANSWER})
    assert (status, body["code"]) == (409, "review_taken") and body["text"].startswith("De teamleider ")
    assert (await second.post(path, {"state": "answered", "seen": "dismissed", "answer": ANSWER}))[0] == 200
    for gone in ("review/999", f"conversations/{conversation}/correct", "conversations/none/correct"):
        status, body = await first.post(gone, {"state": "dismissed", "seq": 77, **ANSWER})
        assert (status, body["code"]) == (404, "review_gone")


@pytest.mark.parametrize("role", ["medewerker", "beheerder"])
async def test_the_choices_are_the_whole_verwijsindex(counter: Counter, composer: Composer, role: str) -> None:
    status, choices = await (await counter.log_in(role)).get("review/choices")
    assert status == 200 and "buiten_bereik" in choices["uitkomsten"]
    assert {o["id"] for o in choices["organisaties"]} == set(composer.directory.organisations)
    assert {p["id"] for p in choices["producten"]} == set(composer.directory.products)
