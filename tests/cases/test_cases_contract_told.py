"""Traps of the contract, sections 3.2 to 3.5: confidentiality, expand, history and dates."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from yarl import URL

from loket.cases import zgw
from loket.cases.confidentiality import Confidentiality, TrustLevel, may_see
from loket.cases.errors import Misconfigured
from loket.cases.registry import CaseSystems
from loket.cases.second_factor import SecondFactor
from tests.cases.faults import proxy_to, text
from tests.cases.support import (
    NUMBER,
    READER,
    STAFF,
    Demo,
    configuration,
    numbers,
    registry,
    set_status,
    system,
    uuid_of,
)

SANNE = SecondFactor.birth_date(date(1980, 3, 12))
SANNE_BSN = "999990007"
ROSA_BSN = "999992211"
SECRET = READER.secret


@pytest.mark.asyncio
async def test_confidentiality_by_trust_level(systems: CaseSystems, demo: Demo, tmp_path: Path) -> None:
    rosa = SecondFactor.birth_date(date(1968, 9, 23))
    assert (await systems.by_number(NUMBER % 7, rosa)).found == []
    assert numbers(await systems.by_person(ROSA_BSN)) == ["07"]
    (case,) = (await systems.by_number_and_person(NUMBER % 7, ROSA_BSN)).found
    assert case.status is not None
    assert case.status.explanation == "U heeft een afspraak voor een huisbezoek."
    strict = registry(tmp_path, demo.url, hoogste_vertrouwelijkheid_digid="intern")
    assert (await strict.by_person(ROSA_BSN)).found == []
    assert (await strict.by_number_and_person(NUMBER % 7, ROSA_BSN)).found == []
    await strict.close()


@pytest.mark.asyncio
async def test_a_secret_case_stays_hidden_even_from_a_client_that_gets_it(demo: Demo, tmp_path: Path) -> None:
    environment = {"CLIENT": STAFF.client_id, "SECRET": STAFF.secret}
    path = configuration(tmp_path, system(demo.url, hoogste_vertrouwelijkheid_digid="vertrouwelijk"))
    systems = CaseSystems.from_file(path, environment)
    assert numbers(await systems.by_person(ROSA_BSN)) == ["07"]
    assert (await systems.by_number_and_person(NUMBER % 12, ROSA_BSN)).found == []
    await systems.close()


@pytest.mark.parametrize("level", ["confidentieel", "geheim", "zeer_geheim", "onzin"])
def test_no_configuration_opens_more(tmp_path: Path, level: str) -> None:
    with pytest.raises(Misconfigured):
        registry(tmp_path, "http://127.0.0.1:9", hoogste_vertrouwelijkheid_digid=level)


def test_an_unknown_confidentiality_is_the_highest() -> None:
    for value in ("nieuw_niveau", "", "OPENBAAR2"):
        level = Confidentiality.parse(value)
        assert level is Confidentiality.ZEER_GEHEIM
        assert not may_see(level, TrustLevel.KENMERK)
        assert not may_see(level, TrustLevel.DIGID, level)
    assert Confidentiality.parse("beperkt_openbaar") is Confidentiality.BEPERKT_OPENBAAR


@pytest.mark.asyncio
async def test_every_level_of_expand_is_named_and_a_list_in_the_body(systems: CaseSystems, demo: Demo) -> None:
    await systems.by_number(NUMBER % 1, SANNE)
    await systems.by_person(SANNE_BSN)
    asked = URL(demo.asked.lines[0].split(" ")[1]).query["expand"].split(",")
    assert {"status", "status.statustype", "resultaat", "resultaat.resultaattype", "rollen", "zaaktype"} == set(asked)
    search = next(body for body in demo.asked.bodies if body)
    assert set(json.loads(search)["expand"]) == set(asked)


@pytest.mark.asyncio
async def test_a_system_that_does_not_expand_is_a_configuration_error(demo: Demo, tmp_path: Path) -> None:
    async with proxy_to(demo.url) as proxy:
        zaak = next(item for item in demo.store.all("zaak") if item["identificatie"] == NUMBER % 1)
        role = demo.store.where("rol", "zaak", zaak["uuid"])[0]
        shown = {
            **zaak,
            "url": "http://x/1",
            "status": "http://x/s",
            "_expand": {"rollen": [{**role, "zaak": "http://x/1"}]},
        }
        proxy.always = text(json.dumps({"count": 1, "next": None, "previous": None, "results": [shown]}))
        systems = registry(tmp_path, proxy.url)
        assert (await systems.by_number(NUMBER % 1, SANNE)).unavailable == ["Demodam"]
        await systems.close()


@pytest.mark.asyncio
async def test_a_back_dated_status_does_not_become_the_current_one(systems: CaseSystems, demo: Demo) -> None:
    await set_status(demo, 1, 3, datetime.now(UTC) - timedelta(days=15))
    (case,) = (await systems.by_number(NUMBER % 1, SANNE)).found
    assert case.status is not None
    assert case.status.title == "In behandeling"
    assert case.next_step is not None
    assert case.next_step.title == "Besluit genomen"


@pytest.mark.asyncio
async def test_a_case_that_staff_moves_is_told_at_once(systems: CaseSystems, demo: Demo) -> None:
    await systems.by_number(NUMBER % 1, SANNE)
    await set_status(demo, 1, 3, datetime.now(UTC) - timedelta(minutes=1))
    (case,) = (await systems.by_number(NUMBER % 1, SANNE)).found
    assert case.status is not None
    assert case.status.text == "Wij hebben een besluit genomen."
    assert case.status.since.date() == (datetime.now(UTC) - timedelta(minutes=1)).date()


@pytest.mark.asyncio
async def test_statustypen_are_read_once(systems: CaseSystems, demo: Demo) -> None:
    await asyncio.gather(*(systems.by_number(NUMBER % 1, SANNE) for _ in range(5)))
    await systems.by_number(NUMBER % 3, SANNE)
    assert sum("/catalogi/" in line for line in demo.asked.lines) == 1


@pytest.mark.asyncio
async def test_free_text_at_kenmerk_only_where_the_configuration_allows(demo: Demo, tmp_path: Path) -> None:
    fenna = SecondFactor.birth_date(date(1974, 1, 19))
    closed = registry(tmp_path, demo.url)
    (case,) = (await closed.by_number(NUMBER % 5, fenna)).found
    assert case.suspension is not None
    assert case.suspension.reason == ""
    await closed.close()
    opened = registry(tmp_path, demo.url, vrije_tekst_vanaf="kenmerk")
    (case,) = (await opened.by_number(NUMBER % 5, fenna)).found
    assert case.suspension is not None
    assert "behandelend arts" in case.suspension.reason
    await opened.close()


@pytest.mark.asyncio
async def test_late_counts_from_the_day_after_the_legal_end(systems: CaseSystems, demo: Demo) -> None:
    key = uuid_of(demo, 1)
    for shift, late, days_late, left in ((-1, True, 1, None), (0, False, 0, 0), (1, False, 0, 1)):
        zaak = demo.store.get("zaak", key)
        assert zaak is not None
        zaak["uiterlijkeEinddatumAfdoening"] = (zgw.today_in_the_netherlands() + timedelta(days=shift)).isoformat()
        demo.store.put("zaak", key, zaak)
        (case,) = (await systems.by_number(NUMBER % 1, SANNE)).found
        assert (case.late, case.days_late, case.days_left) == (late, days_late, left)
