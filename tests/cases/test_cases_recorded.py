"""The client reads what a real Open Zaak answered: recorded bodies, served as they are."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from loket.cases.model import StepState
from loket.cases.registry import CaseSystems
from loket.cases.second_factor import SecondFactor
from tests.cases.support import ENVIRONMENT, configuration, registry, system

RECORDINGS = Path(__file__).parents[1] / "zaaksysteem" / "recordings" / "zaken_answers.json"
ANSWERS = {item["name"]: item["response"]["body"] for item in json.loads(RECORDINGS.read_text(encoding="utf-8"))}
NUMBER = "ZAAK-2026-0000000003"
BSN = "999990639"


@asynccontextmanager
async def replaying(**bodies: Any) -> AsyncIterator[str]:
    """A server that answers with recorded bodies, by the last part of the path."""

    async def answer(request: web.Request) -> web.Response:
        origin = f"http://{request.host}"
        text = json.dumps(bodies[request.path.rsplit("/", 1)[1].removeprefix("_")])
        return web.Response(text=text.replace("http://127.0.0.1:8001", origin), content_type="application/json")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    server = TestServer(app)
    await server.start_server()
    try:
        yield str(server.make_url("")).rstrip("/")
    finally:
        await server.close()


async def test_a_closed_case(tmp_path: Path) -> None:
    bodies = {
        "zoek": ANSWERS["zaken_expand"],
        "statussen": ANSWERS["status_history"],
        "statustypen": ANSWERS["statustypen_by_zaaktype"],
    }
    async with replaying(**bodies) as url:
        systems = registry(tmp_path, url)
        (case,) = (await systems.by_number_and_person(NUMBER, BSN)).found
        assert case.number == NUMBER
        assert case.title == "Parkeervergunning bewoner"
        assert case.zaaktype == "Aanvraag parkeervergunning"
        assert case.organisation.rsin == "002220647"
        assert (case.start, case.end) == (date(2026, 7, 25), date(2026, 9, 4))
        assert (case.planned_end, case.legal_end) == (date(2026, 8, 22), date(2026, 9, 19))
        assert case.status is not None
        assert case.status.text == "Uw aanvraag is afgehandeld."
        assert case.status.since == datetime(2026, 9, 4, 12, tzinfo=UTC)
        assert case.status.final
        assert [(step.title, step.state) for step in case.steps] == [
            ("Ontvangen", StepState.DONE),
            ("In behandeling", StepState.DONE),
            ("Besluit genomen", StepState.DONE),
            ("Afgehandeld", StepState.CURRENT),
        ]
        assert case.next_step is None
        assert case.result is not None
        assert (case.result.title, case.result.explanation) == ("Verleend", "Besluit genomen")
        assert not case.late
        assert not case.suspended
        assert not case.prolonged
        await systems.close()


async def test_a_person_without_birth_date_or_address_cannot_be_verified(tmp_path: Path) -> None:
    """In the recording geboortedatum is empty and verblijfsadres null, as in many real systems."""
    async with replaying(zaken=ANSWERS["zaken_expand"]) as url:
        systems = registry(tmp_path, url)
        for factor in (SecondFactor.birth_date(date(1980, 3, 12)), SecondFactor.address("1234AB", 10)):
            result = await systems.by_number(NUMBER, factor)
            assert result.found == []
            assert result.unavailable == []
        await systems.close()


async def test_a_suspended_and_prolonged_case_without_status(tmp_path: Path) -> None:
    zaak = ANSWERS["zaak_patch_opschorting"]
    expand = {**ANSWERS["zaken_expand"]["results"][0]["_expand"]}
    roles = json.loads(json.dumps(expand["rollen"]).replace("ccf4860f-b3f2-4e84-9257-b08d53431c18", zaak["uuid"]))
    body = {**zaak, "status": None, "_expand": {"zaaktype": expand["zaaktype"], "rollen": roles}}
    bodies = {
        "zoek": {"count": 1, "next": None, "previous": None, "results": [body]},
        "statustypen": ANSWERS["statustypen_by_zaaktype"],
    }
    async with replaying(**bodies) as url:
        systems = CaseSystems.from_file(configuration(tmp_path, system(url)), ENVIRONMENT)
        (case,) = (await systems.by_number_and_person(zaak["identificatie"], BSN)).found
        assert case.status is None
        assert case.suspension is not None
        assert case.suspension.reason == "Wacht op aanvullende gegevens"
        assert case.prolongation is not None
        assert (case.prolongation.reason, case.prolongation.days) == ("Advies nodig", 28)
        assert {step.state for step in case.steps} == {StepState.TODO}
        await systems.close()
