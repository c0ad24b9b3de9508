"""What the client does when a case system is slow, broken or down: really broken connections, a really running system."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from loket.cases.breaker import CircuitBreaker
from loket.cases.errors import Misconfigured, Unavailable
from loket.cases.registry import CaseSystems
from loket.cases.second_factor import SecondFactor
from loket.cases.token import JwtAuthorization
from loket.cases.transport import Limits, Transport
from tests.cases.faults import Fault, Proxy, cut_off, drip, proxy_to, reset, silence, status, text
from tests.cases.support import ENVIRONMENT, READER, Demo, configuration, system

pytestmark = pytest.mark.asyncio

SANNE = SecondFactor.birth_date(date(1980, 3, 12))
NUMBER = "ZAAK-2026-0000000001"
BSN = "999990007"
QUICK = "{verbinden: 0.5, poging: 0.3, totaal: 0.8, pogingen: 3}"


@asynccontextmanager
async def behind(demo: Demo, folder: Path, *more: str) -> AsyncIterator[tuple[Proxy, CaseSystems]]:
    """The demo case system behind a proxy, with short time-outs, and other systems beside it."""
    async with proxy_to(demo.url) as proxy:
        path = configuration(folder, system(proxy.url, tijd=QUICK), *more)
        registry = CaseSystems.from_file(path, ENVIRONMENT)
        try:
            yield proxy, registry
        finally:
            await registry.close()


@pytest.mark.parametrize("fault", [reset, silence, cut_off, status(500), status(502), status(503)])
async def test_one_fault_is_overcome_by_asking_again(demo: Demo, tmp_path: Path, fault: Fault) -> None:
    async with behind(demo, tmp_path) as (proxy, systems):
        proxy.plan = [fault]
        result = await systems.by_number(NUMBER, SANNE)
        assert [case.number for case in result.found] == [NUMBER]
        assert result.unavailable == []
        assert proxy.seen[0] == proxy.seen[1]


async def test_a_search_is_a_read_and_is_asked_again_with_its_body(demo: Demo, tmp_path: Path) -> None:
    async with behind(demo, tmp_path) as (proxy, systems):
        proxy.plan = [reset]
        assert len((await systems.by_person(BSN)).found) == 2
        assert len(proxy.seen) == 2
        assert json.loads(demo.asked.bodies[0])["rol__omschrijvingGeneriek"] == "initiator"


@pytest.mark.parametrize("fault", [reset, silence, drip, cut_off, status(500)])
async def test_a_lasting_fault_is_told_and_ends_in_time(demo: Demo, tmp_path: Path, fault: Fault) -> None:
    async with behind(demo, tmp_path) as (proxy, systems):
        proxy.always = fault
        started = time.monotonic()
        result = await systems.by_number(NUMBER, SANNE)
        assert time.monotonic() - started < 1.5
        assert result.found == []
        assert result.unavailable == ["Demodam"]
        # Three attempts; after a reset aiohttp sends a GET once more by itself.
        assert 2 <= len(proxy.seen) <= 6


@pytest.mark.parametrize(
    "body",
    [
        "<html>Onderhoud</html>",
        "",
        "null",
        "[]",
        "{}",
        '{"count": 1, "next": null, "previous": null, "results": 5}',
        '{"count": 1, "next": null, "previous": null, "results": [5]}',
        '{"count": 1, "next": null, "previous": null, "results": [{"identificatie": "ZAAK-2026-0000000001"}]}',
        "[" * 100_000,
    ],
    ids=["html", "empty", "null", "list", "object", "results", "result", "zaak", "nested"],
)
async def test_nonsense_is_unavailable_and_not_asked_again(demo: Demo, tmp_path: Path, body: str) -> None:
    async with behind(demo, tmp_path) as (proxy, systems):
        proxy.always = text(body)
        result = await systems.by_number(NUMBER, SANNE)
        assert result.found == []
        assert result.unavailable == ["Demodam"]
        assert len(proxy.seen) == 1


async def test_an_endless_answer_is_cut_off(demo: Demo, tmp_path: Path) -> None:
    async with behind(demo, tmp_path) as (proxy, systems):
        proxy.always = text("[" + "1," * 5_000_000)
        assert (await systems.by_number(NUMBER, SANNE)).unavailable == ["Demodam"]


@pytest.mark.parametrize("code", [400, 404, 405, 406, 412, 415, 429])
async def test_a_refusal_is_not_asked_again(demo: Demo, tmp_path: Path, code: int) -> None:
    async with behind(demo, tmp_path) as (proxy, systems):
        proxy.always = status(code, "<html></html>", "text/html")
        assert (await systems.by_number(NUMBER, SANNE)).unavailable == ["Demodam"]
        assert len(proxy.seen) == 1


async def test_a_redirect_is_not_followed(demo: Demo, tmp_path: Path) -> None:
    async with behind(demo, tmp_path) as (proxy, systems):

        async def away(request: object) -> object:
            from aiohttp import web

            return web.Response(status=302, headers={"Location": f"{demo.url}/zaken/api/v1/zaken"})

        proxy.always = away  # type: ignore[assignment]
        assert (await systems.by_number(NUMBER, SANNE)).unavailable == ["Demodam"]
        assert demo.asked.lines == []


async def test_nothing_listens(tmp_path: Path) -> None:
    systems = CaseSystems.from_file(configuration(tmp_path, system("http://127.0.0.1:9", tijd=QUICK)), ENVIRONMENT)
    assert (await systems.by_number(NUMBER, SANNE)).unavailable == ["Demodam"]
    (check,) = await systems.check()
    assert check.problem == "connection"
    assert not check.misconfigured
    await systems.close()


async def test_half_of_the_systems_down_is_told_by_name(demo: Demo, tmp_path: Path) -> None:
    down = system("http://127.0.0.1:9", "duo", "DUO", tijd=QUICK)
    broken = system(demo.url, "uwv", "UWV", client_id_variabele="NOT_SET").replace("    client_id_variabele: CLIENT\n", "")
    async with behind(demo, tmp_path, down, broken) as (proxy, systems):
        result = await systems.by_number(NUMBER, SANNE)
        assert [case.number for case in result.found] == [NUMBER]
        assert result.unavailable == ["DUO", "UWV"]
        proxy.always = status(500)
        result = await systems.by_person(BSN)
        assert result.found == []
        assert result.unavailable == ["Demodam", "DUO", "UWV"]
        checks = {check.system_id: check for check in await systems.check()}
        assert checks["uwv"].problem == "not_set:NOT_SET"
        assert checks["uwv"].misconfigured
        assert checks["duo"].problem == "connection"


async def test_systems_are_asked_at_the_same_time(demo: Demo, tmp_path: Path) -> None:
    async with proxy_to(demo.url) as one, proxy_to(demo.url) as two:
        one.always = two.always = silence
        path = configuration(tmp_path, system(one.url, "a", "A", tijd=QUICK), system(two.url, "b", "B", tijd=QUICK))
        systems = CaseSystems.from_file(path, ENVIRONMENT)
        started = time.monotonic()
        assert (await systems.by_number(NUMBER, SANNE)).unavailable == ["A", "B"]
        assert time.monotonic() - started < 1.4
        await systems.close()


async def test_a_history_that_cannot_be_read_does_not_hide_the_case(demo: Demo, tmp_path: Path) -> None:
    async with behind(demo, tmp_path) as (proxy, systems):
        proxy.only, proxy.always = "/statussen", status(500)
        (case,) = (await systems.by_number(NUMBER, SANNE)).found
        assert case.status is not None
        assert case.status.title == "In behandeling"
        assert not case.history_complete
        assert case.steps == ()
        assert case.next_step is None


async def test_a_catalogue_that_may_not_be_read_is_asked_once(demo: Demo, tmp_path: Path) -> None:
    async with behind(demo, tmp_path) as (proxy, systems):
        proxy.only = "/catalogi"
        proxy.always = status(403, '{"code": "permission_denied"}', "application/json")
        for _ in range(2):
            (case,) = (await systems.by_number(NUMBER, SANNE)).found
            assert not case.history_complete
        assert sum("/catalogi" in line for line in proxy.seen) == 1


async def test_breaker_stops_asking_and_tries_again_after_a_rest(demo: Demo) -> None:
    now = 0.0
    async with proxy_to(demo.url) as proxy:
        breaker = CircuitBreaker(failures=3, rest=10, clock=lambda: now)
        transport = Transport(
            proxy.url,
            JwtAuthorization(READER.client_id, READER.secret),
            system_id="demo",
            limits=Limits(attempt=0.3, deadline=0.8, attempts=1),
            breaker=breaker,
        )

        async def ask() -> str:
            try:
                await transport.read("/zaken/api/v1/statussen")
            except Unavailable as error:
                return error.reason
            return "answered"

        proxy.always = status(503)
        assert [await ask() for _ in range(4)] == ["http_503"] * 3 + ["circuit_open"]
        assert len(proxy.seen) == 3
        now = 9.9
        assert await ask() == "circuit_open"
        now = 10.1
        # One trial goes; while it is under way others are refused.
        trial = asyncio.create_task(ask())
        await asyncio.sleep(0)
        assert await ask() == "circuit_open"
        assert await trial == "http_503"
        proxy.always = None
        now = 21.0
        assert [await ask() for _ in range(3)] == ["answered"] * 3
        assert len(proxy.seen) == 7
        await transport.close()


async def test_a_refusal_does_not_open_the_breaker(demo: Demo) -> None:
    async with proxy_to(demo.url) as proxy:
        breaker = CircuitBreaker(failures=1)
        transport = Transport(proxy.url, JwtAuthorization(READER.client_id, READER.secret), system_id="demo", breaker=breaker)
        with pytest.raises(Misconfigured):
            await transport.read("/zaken/api/v1/zaken")  # no Accept-Crs: 412
        assert not breaker.open
        await transport.close()


@pytest.mark.parametrize("fault", [reset, status(500), silence, cut_off])
async def test_a_write_is_sent_once(demo: Demo, fault: Fault) -> None:
    async with proxy_to(demo.url) as proxy:
        proxy.plan = [fault]
        transport = Transport(
            proxy.url,
            JwtAuthorization(READER.client_id, READER.secret),
            system_id="demo",
            limits=Limits(attempt=0.3, deadline=2),
        )
        with pytest.raises(Unavailable):
            await transport.write("POST", "/zaken/api/v1/statussen", {"zaak": "x"})
        assert len(proxy.seen) == 1
        await transport.close()


@pytest.mark.parametrize("fault", [reset, silence, cut_off, status(500, NUMBER + BSN), text(NUMBER + BSN)])
async def test_no_personal_data_in_logs_or_errors(
    demo: Demo, tmp_path: Path, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    async with behind(demo, tmp_path) as (proxy, systems):
        proxy.always = fault
        with capture_logs() as logs:
            await systems.by_number(NUMBER, SANNE)
            await systems.by_number_and_person(NUMBER, BSN)
            await systems.check()
        assert logs
        told = repr(logs)
        assert "Demo" not in told
        assert NUMBER not in told
        assert BSN not in told
        assert "1980" not in told
    # What the libraries log, apart from the test servers' own access log.
    lines = [record.getMessage() for record in caplog.records if record.name != "aiohttp.access"]
    assert not any(NUMBER in line or BSN in line for line in lines)
