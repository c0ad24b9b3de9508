"""Traps of the contract, sections 3.1, 3.2 and 3.6: filters that leak when empty or misspelt, and paging."""

from __future__ import annotations

import json
import uuid
from datetime import date
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from loket.cases import zgw
from loket.cases.errors import InvalidInput
from loket.cases.registry import CaseSystems
from loket.cases.second_factor import SecondFactor
from loket.cases.token import JwtAuthorization
from tests.cases.faults import proxy_to, status, text
from tests.cases.support import (
    NUMBER,
    READER,
    Demo,
    numbers,
    registry,
    uuid_of,
)

SANNE = SecondFactor.birth_date(date(1980, 3, 12))
SANNE_BSN = "999990007"
ROSA_BSN = "999992211"
SECRET = READER.secret


@pytest.mark.asyncio
async def test_no_bsn_in_any_url(systems: CaseSystems, demo: Demo) -> None:
    await systems.by_person(SANNE_BSN)
    await systems.by_number_and_person(NUMBER % 1, SANNE_BSN)
    assert len(demo.asked.lines) >= 3
    assert not any(SANNE_BSN in URL(line.split(" ")[1]).path_qs for line in demo.asked.lines)
    assert sum(SANNE_BSN in body for body in demo.asked.bodies) == 2


@pytest.mark.asyncio
@pytest.mark.parametrize("bsn", ["", " ", "99999000", "9999900077", "999990008", "000000000", "x"])
async def test_empty_or_malformed_bsn_never_reaches_the_server(systems: CaseSystems, demo: Demo, bsn: str) -> None:
    for ask in (systems.by_person(bsn), systems.by_number_and_person(NUMBER % 1, bsn)):
        with pytest.raises(InvalidInput) as caught:
            await ask
        assert caught.value.field == "bsn"
    with pytest.raises(InvalidInput):
        await systems.by_number_and_person("", SANNE_BSN)
    assert demo.asked.lines == []


@pytest.mark.asyncio
async def test_the_demo_really_has_the_trap_that_the_next_tests_are_about(demo: Demo) -> None:
    headers = {
        "Authorization": JwtAuthorization(READER.client_id, READER.secret).header(),
        "Accept-Crs": "EPSG:4326",
        "Content-Crs": "EPSG:4326",
    }
    async with aiohttp.ClientSession(headers=headers) as session:
        for body in ({"rol__inpBsn": SANNE_BSN}, {zgw._BSN_KEY: ""}):
            async with session.post(f"{demo.url}/zaken/api/v1/zaken/_zoek", json=body) as answer:
                assert (await answer.json())["count"] == 14


@pytest.mark.asyncio
async def test_a_misspelt_key_gives_nobody_elses_cases(systems: CaseSystems, demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zgw, "_BSN_KEY", "rol__inpBsn")
    result = await systems.by_person(SANNE_BSN)
    assert result.found == []
    assert result.unavailable == ["Demodam"]
    assert json.loads(demo.asked.bodies[0])["rol__inpBsn"] == SANNE_BSN
    result = await systems.by_number_and_person(NUMBER % 2, SANNE_BSN)
    assert result.found == []
    assert result.unavailable == ["Demodam"]


@pytest.mark.asyncio
async def test_a_system_that_ignores_the_number_gives_nobody_elses_cases(demo: Demo, tmp_path: Path) -> None:
    async with proxy_to(demo.url) as proxy:
        systems = registry(tmp_path, proxy.url)
        everything: list[str] = []

        async def unfiltered(request: web.Request) -> web.StreamResponse:
            headers = {k: v for k, v in request.headers.items() if k != "Content-Length"}
            url = f"{demo.url}/zaken/api/v1/zaken?expand=rollen,zaaktype,status,status.statustype"
            async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
                body = await answer.text()
                everything.append(body)
                return web.Response(text=body, content_type="application/json")

        proxy.always = unfiltered
        result = await systems.by_number(NUMBER % 1, SANNE)
        assert json.loads(everything[0])["count"] == 14
        assert result.found == []
        assert result.unavailable == ["Demodam"]
        await systems.close()


@pytest.mark.asyncio
async def test_cases_of_a_person(systems: CaseSystems) -> None:
    result = await systems.by_person(SANNE_BSN)
    assert numbers(result) == ["01", "03"]
    assert all(not case.history_complete and case.steps == () for case in result.found)
    # At this trust level free text of staff is shown.
    assert result.found[0].title == "Parkeervergunning bewoner, zone B"
    assert result.found[1].result is not None
    assert result.found[1].result.explanation == "De vergunning geldt voor een jaar."
    assert (await systems.by_person("999993653")).found == []


@pytest.mark.asyncio
async def test_number_and_person_in_one_call(systems: CaseSystems, demo: Demo) -> None:
    (case,) = (await systems.by_number_and_person(NUMBER % 3, SANNE_BSN)).found
    assert case.history_complete
    assert len(case.steps) == 4
    assert (await systems.by_number_and_person(NUMBER % 2, SANNE_BSN)).found == []
    assert (await systems.by_number_and_person(NUMBER % 99, SANNE_BSN)).found == []


@pytest.mark.asyncio
async def test_only_the_initiator_counts_and_filters_bear_on_one_role(systems: CaseSystems, demo: Demo) -> None:
    zaak = next(item for item in demo.store.all("zaak") if item["identificatie"] == NUMBER % 2)
    role = demo.store.where("rol", "zaak", zaak["uuid"])[0]
    other = {
        **role,
        "uuid": str(uuid.uuid4()),
        "omschrijvingGeneriek": "belanghebbende",
        "betrokkeneIdentificatie": {
            **role["betrokkeneIdentificatie"],
            "inpBsn": SANNE_BSN,
            "geboortedatum": "1980-03-12",
        },
    }
    demo.store.add("rol", other["uuid"], other)
    assert numbers(await systems.by_person(SANNE_BSN)) == ["01", "03"]
    assert (await systems.by_number_and_person(NUMBER % 2, SANNE_BSN)).found == []
    assert (await systems.by_number(NUMBER % 2, SANNE)).found == []


@pytest.mark.asyncio
async def test_the_same_number_of_two_organisations(systems: CaseSystems, demo: Demo, tmp_path: Path) -> None:
    twin = next(item for item in demo.store.all("zaak") if item["identificatie"] == NUMBER % 2)
    twin = {**twin, "uuid": str(uuid.uuid4()), "bronorganisatie": "001000111", "omschrijving": "tweeling"}
    demo.store.add("zaak", twin["uuid"], twin)
    role = next(iter(demo.store.where("rol", "zaak", uuid_of(demo, 1))))
    demo.store.add("rol", str(uuid.uuid4()), {**role, "uuid": str(uuid.uuid4()), "zaak": twin["uuid"]})
    # The second factor decides which of the two is meant.
    (case,) = (await systems.by_number(NUMBER % 2, SANNE)).found
    assert case.uuid == twin["uuid"]
    (other,) = (await systems.by_number(NUMBER % 2, SecondFactor.birth_date(date(1991, 7, 30)))).found
    assert other.uuid != twin["uuid"]
    # With the organisation in the configuration, only its own.
    narrowed = registry(tmp_path, demo.url, bronorganisatie="'001000007'")
    assert (await narrowed.by_number(NUMBER % 2, SANNE)).found == []
    assert numbers(await narrowed.by_person(SANNE_BSN)) == ["01", "03"]
    await narrowed.close()


@pytest.mark.asyncio
async def test_a_number_of_another_system_is_not_asked(demo: Demo, tmp_path: Path) -> None:
    systems = registry(tmp_path, demo.url, zaaknummer_patroon="'[A-Z]{2}-[0-9]+'")
    assert (await systems.by_number(NUMBER % 1, SANNE)).found == []
    assert demo.asked.lines == []
    await systems.close()


@pytest.mark.asyncio
async def test_all_pages_with_the_same_body_and_the_page_in_the_url(systems: CaseSystems, demo: Demo) -> None:
    zaak = next(item for item in demo.store.all("zaak") if item["identificatie"] == NUMBER % 1)
    role = demo.store.where("rol", "zaak", zaak["uuid"])[0]
    for index in range(205):
        key = str(uuid.uuid4())
        demo.store.add("zaak", key, {**zaak, "uuid": key, "identificatie": f"MEER-{index}"})
        other = str(uuid.uuid4())
        demo.store.add("rol", other, {**role, "uuid": other, "zaak": key})
    result = await systems.by_person(SANNE_BSN)
    assert len({case.number for case in result.found}) == 207
    assert [URL(line.split(" ")[1]).query["page"] for line in demo.asked.lines] == ["1", "2", "3"]
    assert len({body for body in demo.asked.bodies}) == 1
    assert SANNE_BSN in demo.asked.bodies[0]


@pytest.mark.asyncio
async def test_a_list_that_shrinks_between_pages(demo: Demo, tmp_path: Path) -> None:
    async with proxy_to(demo.url) as proxy:
        systems = registry(tmp_path, proxy.url)
        more = {"count": 101, "next": "http://elsewhere.example/zaken?page=2", "previous": None, "results": []}
        gone = status(404, '{"code": "not_found"}', "application/json")
        proxy.plan = [text(json.dumps(more)), gone]
        result = await systems.by_person(SANNE_BSN)
        assert result.found == []
        assert result.unavailable == []
        # The address in "next" is not called: it is the server's own idea of its name.
        assert len(proxy.seen) == 2
        assert "page=2" in proxy.seen[1]
        await systems.close()
