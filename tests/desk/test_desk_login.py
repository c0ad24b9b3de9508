"""How staff get in and how long: claims that give no rights, a log-in that ends, a cookie that changes, and no demo elsewhere."""

from __future__ import annotations

import base64
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import select
from yarl import URL

from channels.balie.guard import COOKIE, Guard
from channels.balie.login_routes import LoginRoutes
from channels.balie.oidc_routes import OidcRoutes
from loket.answers.texts import Texts
from loket.directory import Directory
from loket.handoff import teams
from loket.handoff.presence import PresenceBook
from loket.identity.attempts import Attempts
from loket.identity.logins import PendingLogins
from loket.identity.oidc import RelyingParty
from loket.identity.oidc_provider import ProviderSettings
from loket.identity.sessions import IDLE, LONGEST, OVERLAP, ROTATE_AFTER
from loket.identity.staff import StaffAccounts
from loket.identity.vault import Vault
from loket.store.schema import Staff
from tests.conversations.support import Process
from tests.identity.provider import CLIENT_ID, SECRET, HostileProvider
from tests.services.ports import free_port

DATA = Path("data")
DIRECTORY, TEXTS = Directory.load(DATA / "verwijsindex"), Texts.load(DATA / "antwoorden")
GOOD: dict[str, Any] = {"name": "Fatima Demirci", "organisation": "gemeente", "role": "casemanager", "teams": ["loket", "nee"]}
PASSWORD = "een-zin-om-te-proberen"


@pytest.fixture
def template(migrated_sqlite: Path) -> Path:
    """One database: what is tested here is the log-in, not the store."""
    return migrated_sqlite


@dataclass
class House:
    """The log-in of the desk as it is served, and the browser of somebody."""

    process: Process
    accounts: StaffAccounts
    provider: HostileProvider
    http: aiohttp.ClientSession
    url: str

    async def at(self, path: str, **kwargs: Any) -> tuple[int, dict[str, Any]]:
        """What the browser gets: status and body."""
        headers = {"Origin": self.url}
        method = "POST" if "json" in kwargs else "GET"
        async with self.http.request(method, f"{self.url}/api/balie/{path}", headers=headers, **kwargs) as answer:
            return answer.status, await answer.json()

    async def log_in(self, **claims: Any) -> str:
        """Away to the provider and back; returns where the browser ends: `/balie`, or with a fragment what went wrong."""
        given = {name: value for name, value in {**GOOD, **claims}.items() if value is not None}
        self.provider.claims = lambda right: {**right, **given}
        async with self.http.get(f"{self.url}/api/balie/oidc/begin", allow_redirects=False) as away:
            asked = away.headers["Location"]
        async with self.http.get(asked, allow_redirects=False) as there:
            back = there.headers["Location"]
        async with self.http.get(back, allow_redirects=False) as here:
            return here.headers["Location"]

    @property
    def cookie(self) -> str:
        """Of the log-in; empty without one."""
        found = self.http.cookie_jar.filter_cookies(URL(self.url)).get(COOKIE)
        return found.value if found else ""


async def running(process: Process, provider: HostileProvider, demo: bool) -> AsyncIterator[House]:
    """The routes on a port."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    await teams.ensure(process.store, teams.read_teams(DATA))
    accounts = StaffAccounts(process.store, Attempts(process.store), process.clock)
    guard = Guard(accounts.sessions, TEXTS, url)
    party = RelyingParty(ProviderSettings(provider.issuer, CLIENT_ID, SECRET))
    vault = Vault([base64.urlsafe_b64encode(os.urandom(32)).decode()])
    logins = PendingLogins(process.store, vault, "medewerkers", process.clock)
    oidc = OidcRoutes(party, logins, accounts, guard, DIRECTORY, url, False)
    app = web.Application()
    oidc.add(app)
    LoginRoutes(accounts, PresenceBook(process.store, process.clock), guard, DIRECTORY, url, demo, oidc).add(app)
    server = TestServer(app, port=port)
    await server.start_server()
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        yield House(process, accounts, provider, http, url)
    await party.close()
    await server.close()


@pytest_asyncio.fixture
async def provider() -> AsyncIterator[HostileProvider]:
    """Of the organisation."""
    async with HostileProvider() as found:
        yield found


@pytest_asyncio.fixture
async def house(process: Process, provider: HostileProvider) -> AsyncIterator[House]:
    """Not a demonstration."""
    async for found in running(process, provider, demo=False):
        yield found


@pytest_asyncio.fixture
async def demonstration(process: Process, provider: HostileProvider) -> AsyncIterator[House]:
    """With accounts that have a password."""
    async for found in running(process, provider, demo=True):
        yield found


async def test_right_claims_give_what_they_say(house: House) -> None:
    assert await house.log_in() == "/balie"
    status, body = await house.at("me")
    user = body["user"]
    assert (status, user["name"], user["role"], user["organisation"]) == (200, "Fatima Demirci", "casemanager", "gemeente")
    assert user["teams"] == ["loket"], "a team that nobody made is left out"
    # The next day the provider says less: so she may do less.
    assert await house.log_in(role="medewerker", teams=[]) == "/balie"
    _, body = await house.at("me")
    assert (body["user"]["role"], body["user"]["teams"]) == ("medewerker", [])


WRONG: tuple[dict[str, Any], ...] = (
    {"role": "superbeheerder"}, {"role": ""}, {"role": None}, {"organisation": "verzonnen"}, {"organisation": None},
    {"name": ""}, {"teams": "loket"}, {"teams": [1]}, {"role": ["beheerder"]},
)  # fmt: skip


async def test_claims_that_give_no_rights_let_nobody_in(house: House) -> None:
    for wrong in WRONG:
        assert await house.log_in(**wrong) == "/balie#inloggen/claims", wrong
        assert not house.cookie and (await house.at("me"))[0] == 401
    async with house.process.store.read() as session:
        assert not list(await session.scalars(select(Staff))), "no account is made either"


async def test_a_token_for_somebody_else_lets_nobody_in(house: House) -> None:
    assert await house.log_in(aud="ander") == "/balie#inloggen/invalid"
    assert not house.cookie


async def test_who_does_nothing_is_logged_out(house: House) -> None:
    await house.log_in()
    house.process.clock.turn(seconds=IDLE.total_seconds() - 60)
    assert (await house.at("me"))[0] == 200  # to ask that is to do something
    house.process.clock.turn(seconds=IDLE.total_seconds() + 1)
    status, body = await house.at("me")
    assert (status, body["code"]) == (401, "not_logged_in")


async def test_an_open_page_that_nobody_touches_keeps_nothing(house: House) -> None:
    await house.log_in()
    logged_in = await house.accounts.sessions.find(house.cookie)
    assert logged_in is not None
    house.process.clock.turn(seconds=IDLE.total_seconds() - 60)
    assert await house.accounts.sessions.seen(logged_in)
    house.process.clock.turn(seconds=61)
    assert not await house.accounts.sessions.seen(logged_in)
    assert (await house.at("me"))[0] == 401


async def test_who_comes_back_too_late_must_log_in_again(house: House) -> None:
    await house.log_in()
    logged_in = await house.accounts.sessions.find(house.cookie)
    assert logged_in is not None and await house.accounts.sessions.active(logged_in)
    house.process.clock.turn(seconds=IDLE.total_seconds() + 1)
    # The page that was open all the time tells that the mouse moves
    assert not await house.accounts.sessions.active(logged_in)
    assert (await house.at("me"))[0] == 401


async def test_after_a_working_day_it_ends_whatever_is_done(house: House) -> None:
    await house.log_in()
    hour = 3600
    for _ in range(int(LONGEST.total_seconds() // hour) - 1):
        house.process.clock.turn(seconds=hour)
        assert (await house.at("me"))[0] == 200
    house.process.clock.turn(seconds=hour + 1)
    assert (await house.at("me"))[0] == 401


async def test_the_cookie_changes_and_the_one_before_ends(house: House) -> None:
    await house.log_in()
    first = house.cookie
    assert (await house.at("me"))[0] == 200 and house.cookie == first
    house.process.clock.turn(seconds=ROTATE_AFTER.total_seconds() + 1)
    assert (await house.at("me"))[0] == 200
    second = house.cookie
    assert second != first
    # A request that was under way still counts; a minute later the old one is worth nothing, the new one is.
    assert await house.accounts.sessions.find(first) is not None
    house.process.clock.turn(seconds=OVERLAP.total_seconds() + 1)
    assert await house.accounts.sessions.find(first) is None
    assert await house.accounts.sessions.find(second) is not None


async def test_logging_in_again_is_a_new_session(house: House) -> None:
    await house.log_in()
    first = house.cookie
    await house.log_in()
    assert house.cookie not in ("", first)


PEOPLE = [{"username": "sanne", "name": "Sanne", "organisation": "gemeente", "role": "medewerker", "teams": ["loket"]}]


async def test_passwords_are_for_the_demonstration(demonstration: House) -> None:
    await demonstration.accounts.ensure(PEOPLE, {"sanne": PASSWORD}, demo=True)
    assert (await demonstration.at("login"))[1] == {"oidc": True, "password": True}
    status, body = await demonstration.at("login", json={"username": "sanne", "password": PASSWORD})
    assert (status, body["user"]["name"]) == (200, "Sanne")


async def test_outside_the_demonstration_no_password_opens_anything(house: House) -> None:
    await house.accounts.ensure(PEOPLE, {"sanne": PASSWORD}, demo=True)  # as a demonstration left it
    await house.accounts.ensure(PEOPLE, {"sanne": PASSWORD}, demo=False)
    assert (await house.at("login"))[1] == {"oidc": True, "password": False}
    status, body = await house.at("login", json={"username": "sanne", "password": PASSWORD})
    assert (status, body["code"]) == (403, "no_passwords") and not house.cookie
    async with house.process.store.read() as session:
        assert await session.scalar(select(Staff).where(Staff.username == "sanne")) is None, "the account itself is gone"
