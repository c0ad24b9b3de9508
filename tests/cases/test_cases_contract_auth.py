"""Traps of the contract, section 2: authentication, headers, one base URL."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import aiohttp
import jwt
import pytest
from aiohttp import web

from demo.zaaksysteem.clients import Client, Clients
from demo.zaaksysteem.problems import Problem
from loket.cases.registry import CaseSystems
from loket.cases.second_factor import SecondFactor
from loket.cases.token import RENEW_AFTER, JwtAuthorization
from tests.cases.faults import proxy_to, status
from tests.cases.support import (
    NUMBER,
    READER,
    Demo,
    configuration,
    registry,
    system,
)

SANNE = SecondFactor.birth_date(date(1980, 3, 12))
SANNE_BSN = "999990007"
ROSA_BSN = "999992211"
SECRET = READER.secret


def test_token_has_the_claims_that_are_required_and_a_capital_in_bearer() -> None:
    scheme, _, token = JwtAuthorization("us", SECRET, clock=lambda: 1_000_000.0).header().partition(" ")
    assert scheme == "Bearer"
    assert jwt.get_unverified_header(token)["alg"] == "HS256"
    claims = jwt.decode(token, SECRET, algorithms=["HS256"], options={"verify_iat": False})
    assert claims["client_id"] == "us"
    assert claims["user_id"] == "verbonden"
    # In the past, for a server whose clock is behind.
    assert 0 < 1_000_000 - claims["iat"] < 300


def test_token_is_reused_and_renewed_in_time() -> None:
    now = 0.0
    authorization = JwtAuthorization("us", SECRET, clock=lambda: now)
    first = authorization.header()
    now = RENEW_AFTER - 1
    assert authorization.header() == first
    now = RENEW_AFTER + 1
    assert authorization.header() != first
    now = 5.0  # the clock was set back
    assert authorization.header() != first


def test_clock_two_hours_slow_is_learned_from_the_server() -> None:
    server = datetime.now(UTC)
    authorization = JwtAuthorization("us", SECRET, clock=lambda: server.timestamp() - 7200)
    clients = Clients([Client("us", SECRET)])
    with pytest.raises(Problem) as refused:
        clients.authenticate(authorization.header())
    assert refused.value.code == "jwt-expired"
    assert authorization.refused("jwt-expired", server.strftime("%a, %d %b %Y %H:%M:%S GMT"))
    assert clients.authenticate(authorization.header()).client_id == "us"


def test_other_refusals_are_not_about_the_clock() -> None:
    authorization = JwtAuthorization("us", SECRET)
    for code in ("invalid-jwt-signature", "permission_denied", "invalid-client-identifier", ""):
        assert not authorization.refused(code, None)


@pytest.mark.asyncio
async def test_expired_token_is_renewed_once_within_the_call(demo: Demo, tmp_path: Path) -> None:
    async with proxy_to(demo.url) as proxy:
        systems = registry(tmp_path, proxy.url)
        expired = status(403, '{"code": "jwt-expired"}', "application/json")
        proxy.plan = [expired]
        assert len((await systems.by_number(NUMBER % 1, SANNE)).found) == 1
        proxy.always = expired
        proxy.seen.clear()
        assert (await systems.by_number(NUMBER % 1, SANNE)).unavailable == ["Demodam"]
        assert len(proxy.seen) == 2
        await systems.close()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("client_id", "secret", "reason"),
    [
        (READER.client_id, "x" * 40, "invalid-jwt-signature"),
        ("nobody", SECRET, "invalid-client-identifier"),
    ],
)
async def test_a_refused_token_is_told_to_the_administrator(
    demo: Demo, tmp_path: Path, client_id: str, secret: str, reason: str
) -> None:
    path = configuration(tmp_path, system(demo.url))
    systems = CaseSystems.from_file(path, {"CLIENT": client_id, "SECRET": secret})
    (check,) = await systems.check()
    assert check.problem == reason
    assert check.misconfigured
    assert secret not in repr(check)
    await systems.close()


@pytest.mark.asyncio
async def test_every_call_has_the_headers_that_the_system_insists_on(demo: Demo, tmp_path: Path) -> None:
    async with proxy_to(demo.url) as proxy:
        systems = registry(tmp_path, proxy.url)
        await systems.by_number(NUMBER % 1, SANNE)
        await systems.by_person(SANNE_BSN)
        for line, headers in zip(proxy.seen, proxy.headers, strict=True):
            assert headers["Accept"] == "application/json"
            assert headers["Authorization"].startswith("Bearer ")
            path = line.split("?")[0]
            if "/zaken/api/v1/zaken" in path:
                assert headers["Accept-Crs"] == "EPSG:4326"
            if "_zoek" in path:
                assert headers["Content-Crs"] == "EPSG:4326"
                assert headers["Content-Type"] == "application/json"
            # A trailing slash is an HTML 404.
            assert not path.endswith("/")
            assert "If-None-Match" not in headers
        await systems.close()


@pytest.mark.asyncio
async def test_base_url_may_end_with_a_slash_and_is_used_for_everything(demo: Demo, tmp_path: Path) -> None:
    # "localhost" is the same server, but its addresses differ: all calls must go to the same name.
    localhost = demo.url.replace("127.0.0.1", "localhost") + "/"
    systems = registry(tmp_path, localhost)
    (case,) = (await systems.by_number(NUMBER % 1, SANNE)).found
    assert case.url.startswith(localhost)
    assert case.history_complete
    await systems.close()


@pytest.mark.asyncio
async def test_addresses_of_another_host_are_never_called_and_noticed(demo: Demo, tmp_path: Path) -> None:
    """A gateway that does not pass on the host name: a filter by such an address finds nothing, without an error."""
    async with proxy_to(demo.url) as proxy:

        async def other_host(request: web.Request) -> web.StreamResponse:
            headers = {k: v for k, v in request.headers.items() if k not in {"Host", "Content-Length"}}
            url = demo.url + request.raw_path
            async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
                return web.Response(body=await answer.read(), content_type="application/json")

        proxy.plan = [other_host]
        systems = registry(tmp_path, proxy.url)
        (case,) = (await systems.by_number(NUMBER % 1, SANNE)).found
        assert not case.url.startswith(proxy.url)
        assert not case.history_complete
        assert case.status is not None
        # Every call of the client went through the proxy, none straight to the address in the answer.
        straight = [line for line in demo.asked.lines if line not in proxy.seen]
        assert straight == []
        await systems.close()
