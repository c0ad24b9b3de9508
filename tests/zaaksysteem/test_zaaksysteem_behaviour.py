"""Behaviour of the demo that recordings alone do not show: traps, moving a case, clients, paging, seeds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from demo.zaaksysteem.__main__ import clients_from, main
from demo.zaaksysteem.identification import elfproef
from demo.zaaksysteem.seed import seed
from demo.zaaksysteem.seed_keys import key_of
from demo.zaaksysteem.store import Store
from tests.zaaksysteem.rig import READER, Server, token

ZAKEN = "/zaken/api/v1/zaken"
BSN = "rol__betrokkeneIdentificatie__natuurlijkPersoon__inpBsn"
ALL = 15


def number(index: int) -> str:
    """Number of a seeded case."""
    return f"ZAAK-2026-{index:010d}"


def zaak_path(index: int) -> str:
    """Path of a seeded case."""
    return f"{ZAKEN}/{key_of('zaak', number(index))}"


# --- Filters that leak -------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
@pytest.mark.parametrize("query", ["", "?identificatie=", f"?{BSN}=", f"?{BSN}=%20", "?pageSize=0"])
async def test_an_empty_filter_gives_everything(server: Server, query: str) -> None:
    assert (await server.call("GET", ZAKEN + query)).body["count"] == ALL


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("body", "count"),
    [
        ({BSN: "999990007"}, 2),
        ({BSN: 999990007}, 2),
        ({"rol__betrokkene_identificatie__natuurlijk_persoon__inp_bsn": "999990007"}, 2),
        ({BSN: "999990007", "rol__omschrijvingGeneriek": "behandelaar"}, 0),
        ({BSN: None}, 0),
        ({BSN: ""}, ALL),
        ({"rol__inpBsn": "999990007"}, ALL),
        ({"pageSize": 1}, ALL),
    ],
)
async def test_search_ignores_what_it_does_not_know(server: Server, body: dict[str, object], count: int) -> None:
    answer = await server.call("POST", f"{ZAKEN}/_zoek", body=body)
    assert answer.body["count"] == count == len(answer.body["results"])


@pytest.mark.asyncio
async def test_expand_in_a_search_counts_only_as_a_list(server: Server) -> None:
    for expand, keys in (("status,zaaktype", set()), (["status", "zaaktype"], {"status", "zaaktype"})):
        body = {"identificatie": number(1), "expand": expand}
        answer = await server.call("POST", f"{ZAKEN}/_zoek", body=body)
        assert set(answer.body["results"][0]["_expand"]) == keys


@pytest.mark.asyncio
async def test_search_pages_by_query_and_next_lacks_the_body(server: Server) -> None:
    answer = await server.call("POST", f"{ZAKEN}/_zoek?pageSize=1", body={BSN: "999990007"})
    assert len(answer.body["results"]) == 1
    assert answer.body["count"] == 2
    assert answer.body["next"] == f"{server.url}{ZAKEN}/_zoek?page=2&pageSize=1"
    answer = await server.call("POST", answer.body["next"], body={BSN: "999990007"})
    assert answer.body["next"] is None
    assert answer.body["previous"].endswith("?pageSize=1")


@pytest.mark.asyncio
async def test_pages_of_a_list(server: Server) -> None:
    seen: list[str] = []
    url: str | None = f"{ZAKEN}?pageSize=4&ordering=identificatie"
    while url:
        answer = await server.call("GET", url)
        seen += [zaak["identificatie"] for zaak in answer.body["results"]]
        url = answer.body["next"]
    assert seen == [number(index) for index in range(1, ALL + 1)]


@pytest.mark.asyncio
async def test_filters_by_url_compare_with_the_host_of_the_request(server: Server) -> None:
    zaak = f"{server.url}{zaak_path(3)}"
    assert (await server.call("GET", f"/zaken/api/v1/statussen?zaak={zaak}")).body["count"] == 4
    localhost = server.url.replace("127.0.0.1", "localhost")
    other = await server.call("GET", f"{localhost}/zaken/api/v1/statussen?zaak={zaak}")
    assert (other.status, other.body["count"]) == (200, 0)
    own = await server.call("GET", f"{localhost}{zaak_path(3)}")
    assert own.body["url"].startswith(localhost)


@pytest.mark.asyncio
async def test_dates_and_overdue(server: Server) -> None:
    today = date.today().isoformat()
    query = f"?uiterlijkeEinddatumAfdoening__lt={today}&einddatum__isnull=true&ordering=identificatie"
    late = (await server.call("GET", ZAKEN + query)).body["results"]
    assert [zaak["identificatie"][-2:] for zaak in late] == ["02", "05", "11"]
    assert (await server.call("GET", f"{ZAKEN}?startdatum__gte={today}")).body["count"] == 0


# --- What a client may see ----------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_above_the_clients_level_a_case_is_left_out_silently(server: Server) -> None:
    reader = token(READER)
    assert (await server.call("GET", ZAKEN, authorization=reader)).body["count"] == ALL - 1
    assert (await server.call("GET", zaak_path(12), authorization=reader)).status == 403
    assert (await server.call("GET", f"{ZAKEN}/{key_of('x')}", authorization=reader)).status == 404
    zaak = f"{server.url}{zaak_path(12)}"
    for kind in ("statussen", "rollen", "resultaten"):
        answer = await server.call("GET", f"/zaken/api/v1/{kind}?zaak={zaak}", authorization=reader)
        assert (answer.status, answer.body["count"]) == (200, 0)


# --- Moving a case --------------------------------------------------------------------------------------------------------


async def move(server: Server, index: int, step: int, moment: datetime) -> object:
    """Set a status; returns the answer's status and first code."""
    zaaktype = key_of("zaaktype", "parkeervergunning")
    body = {
        "zaak": f"{server.url}{zaak_path(index)}",
        "statustype": f"{server.url}/catalogi/api/v1/statustypen/{key_of('statustype', zaaktype, step)}",
        "datumStatusGezet": moment.isoformat(),
    }
    answer = await server.call("POST", "/zaken/api/v1/statussen", body=body)
    return answer.status if answer.status == 201 else (answer.status, answer.body["invalidParams"][0]["code"])


@pytest.mark.asyncio
async def test_a_case_is_closed_by_a_result_and_then_its_end_status(server: Server) -> None:
    now = datetime.now(UTC) - timedelta(minutes=5)
    assert await move(server, 1, 4, now) == (400, "resultaat-does-not-exist")
    kind = key_of("resultaattype", key_of("zaaktype", "parkeervergunning"), "Verleend")
    body = {
        "zaak": f"{server.url}{zaak_path(1)}",
        "resultaattype": f"{server.url}/catalogi/api/v1/resultaattypen/{kind}",
    }
    assert (await server.call("POST", "/zaken/api/v1/resultaten", body=body)).status == 201
    assert (await server.call("POST", "/zaken/api/v1/resultaten", body=body)).status == 400
    assert await move(server, 1, 4, now) == 201
    zaak = (await server.call("GET", f"{zaak_path(1)}?expand=status,status.statustype")).body
    assert zaak["einddatum"] == now.date().isoformat()
    assert zaak["_expand"]["status"]["_expand"]["statustype"]["isEindstatus"]


@pytest.mark.asyncio
async def test_a_back_dated_status_is_history_only(server: Server) -> None:
    before = (await server.call("GET", zaak_path(1))).body["status"]
    old = datetime.now(UTC) - timedelta(days=16)
    assert await move(server, 1, 3, old) == 201
    assert (await server.call("GET", zaak_path(1))).body["status"] == before
    assert await move(server, 1, 3, old) == (400, "unique")
    zaak = f"{server.url}{zaak_path(1)}"
    statuses = (await server.call("GET", f"/zaken/api/v1/statussen?zaak={zaak}")).body["results"]
    moments = [status["datumStatusGezet"] for status in statuses]
    assert moments == sorted(moments, reverse=True)
    assert len(moments) == 3
    assert [status["indicatieLaatstGezetteStatus"] for status in statuses] == [True, False, False]


@pytest.mark.asyncio
async def test_a_prolongation_does_not_move_the_legal_end(server: Server) -> None:
    before = (await server.call("GET", zaak_path(1))).body
    body = {"verlenging": {"reden": "Advies nodig", "duur": "P28D"}, "opschorting": {"indicatie": True, "reden": "x"}}
    after = (await server.call("PATCH", zaak_path(1), body=body)).body
    assert after["verlenging"] == {"reden": "Advies nodig", "duur": "P28D"}
    # As measured: "earlier suspension" is true on the first one already.
    assert after["opschorting"] == {"indicatie": True, "eerdereOpschorting": True, "reden": "x"}
    assert after["uiterlijkeEinddatumAfdoening"] == before["uiterlijkeEinddatumAfdoening"]
    for wrong in (
        {"verlenging": {"reden": "x", "duur": "28"}},
        {"einddatumGepland": "morgen"},
        {"omschrijving": "x" * 81},
    ):
        assert (await server.call("PATCH", zaak_path(1), body=wrong)).status == 400


@pytest.mark.asyncio
async def test_a_new_case_gets_a_number_and_its_end_dates(server: Server) -> None:
    zaaktype = f"{server.url}/catalogi/api/v1/zaaktypen/{key_of('zaaktype', 'parkeervergunning')}"
    body = {
        "bronorganisatie": "001000007",
        "verantwoordelijkeOrganisatie": "001000007",
        "zaaktype": zaaktype,
        "startdatum": "2026-11-22",
    }
    answer = await server.call("POST", ZAKEN, body=body)
    assert answer.status == 201
    assert answer.headers["Location"] == answer.body["url"]
    assert answer.body["identificatie"] == number(ALL + 1)
    assert answer.body["uiterlijkeEinddatumAfdoening"] == "2027-01-17"
    assert answer.body["einddatumGepland"] == "2026-12-20"
    twin = {**body, "identificatie": answer.body["identificatie"]}
    assert (await server.call("POST", ZAKEN, body=twin)).status == 400
    other = {**twin, "bronorganisatie": "001000019"}
    assert (await server.call("POST", ZAKEN, body=other)).status == 201
    found = await server.call("GET", f"{ZAKEN}?identificatie={answer.body['identificatie']}")
    assert found.body["count"] == 2
    empty = await server.call("POST", ZAKEN, body={})
    assert {param["name"] for param in empty.body["invalidParams"]} == set(body)


@pytest.mark.asyncio
async def test_readers_change_nothing(server: Server) -> None:
    reader = token(READER)
    for method, path in (
        ("PATCH", zaak_path(1)),
        ("POST", ZAKEN),
        ("POST", "/zaken/api/v1/statussen"),
        ("POST", "/zaken/api/v1/resultaten"),
        ("POST", "/zaken/api/v1/rollen"),
    ):
        answer = await server.call(method, path, body={}, authorization=reader)
        assert (answer.status, answer.body["code"]) == (403, "permission_denied"), path


@pytest.mark.asyncio
async def test_etag_does_not_vary_with_expand(server: Server) -> None:
    plain = await server.call("GET", zaak_path(3))
    expanded = await server.call("GET", f"{zaak_path(3)}?expand=status")
    assert plain.headers["ETag"] == expanded.headers["ETag"]
    headers = {"Accept-Crs": "EPSG:4326", "If-None-Match": plain.headers["ETag"]}
    assert (await server.call("GET", f"{zaak_path(3)}?expand=status", headers=headers)).status == 304
    await server.call("PATCH", zaak_path(3), body={"omschrijving": "anders"})
    assert (await server.call("GET", zaak_path(3), headers=headers)).status == 200


# --- Seeds and start --------------------------------------------------------------------------------------------------------


def test_every_person_is_invented_and_every_number_valid() -> None:
    store = Store()
    seed(store, date(2026, 11, 22))
    people = {role["betrokkeneIdentificatie"]["inpBsn"] for role in store.all("rol")}
    assert len(people) == 10
    assert all(bsn.startswith("99999") and elfproef(bsn) for bsn in people)
    assert all(elfproef(zaak["bronorganisatie"]) for zaak in store.all("zaak"))
    assert len({zaak["identificatie"] for zaak in store.all("zaak")}) == ALL


def test_seeds_are_the_same_at_every_start_and_relative_to_today() -> None:
    one, two, later = Store(), Store(), Store()
    seed(one, date(2026, 11, 22))
    seed(two, date(2026, 11, 22))
    seed(later, date(2027, 3, 1))
    key = key_of("zaak", number(1))
    first, second, third = one.get("zaak", key), two.get("zaak", key), later.get("zaak", key)
    assert first is not None
    assert second is not None
    assert third is not None
    assert first["startdatum"] == second["startdatum"] == "2026-11-02"
    assert third["startdatum"] == "2027-02-09"


def test_a_data_file_keeps_changes_and_is_seeded_once(tmp_path: Path) -> None:
    path = tmp_path / "map" / "zaaksysteem.sqlite3"
    store = Store(path)
    seed(store, date(2026, 11, 22))
    zaak = store.get("zaak", key_of("zaak", number(1)))
    assert zaak is not None
    store.put("zaak", zaak["uuid"], {**zaak, "omschrijving": "anders"})
    store.close()
    store = Store(path)
    seed(store, date(2026, 12, 22))
    kept = store.get("zaak", zaak["uuid"])
    assert kept is not None
    assert kept["omschrijving"] == "anders"
    assert kept["startdatum"] == "2026-11-02"
    store.close()


def test_clients_come_from_the_environment() -> None:
    reader = {"ZAAKSYSTEEM_CLIENT_ID": "a", "ZAAKSYSTEEM_SECRET": "s"}
    staff = {"ZAAKSYSTEEM_BEHEER_CLIENT_ID": "b", "ZAAKSYSTEEM_BEHEER_SECRET": "t"}
    assert [client.client_id for client in clients_from(reader)] == ["a"]
    assert "zaken.bijwerken" not in clients_from(reader)[0].scopes
    assert "zaken.bijwerken" in clients_from({**reader, **staff})[1].scopes
    assert repr(clients_from(reader)[0]) != "s"
    assert "secret" not in repr(clients_from(reader)[0])


def test_without_credentials_it_says_what_to_set(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("ZAAKSYSTEEM_CLIENT_ID", raising=False)
    monkeypatch.setenv("ZAAKSYSTEEM_SECRET", "x")
    assert main([]) == 2
    assert "ZAAKSYSTEEM_CLIENT_ID" in capsys.readouterr().err
