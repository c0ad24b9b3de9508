"""Every answer of the demo, on every address that it offers, is valid by the published OpenAPI files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from demo.zaaksysteem.endpoint import Endpoint
from demo.zaaksysteem.filters import KNOWN
from demo.zaaksysteem.klantcontact_read import FILTERS
from demo.zaaksysteem.klantcontact_show import PATHS as CONTACT_PATHS
from demo.zaaksysteem.klantcontact_show import ROOT
from demo.zaaksysteem.render import PATHS
from demo.zaaksysteem.seed_keys import key_of
from tests.contract.openapi import answer_problems, error_problems, query_parameters, request_problems
from tests.zaaksysteem.rig import TOKEN, Answer, Server, running_server

FILES = {
    "/zaken/api/v1": "zaken-api.yaml",
    "/catalogi/api/v1": "catalogi-api.yaml",
    ROOT: "klantinteracties-api.yaml",
}
EXPAND = "zaaktype,status,status.statustype,resultaat,resultaat.resultaattype,rollen,rollen.roltype"
PERMIT = key_of("zaaktype", "parkeervergunning")


class Checker:
    """Calls the demo and checks each answer."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.seen: set[tuple[str, str]] = set()
        self.problems: list[str] = []

    async def __call__(self, method: str, path: str, template: str = "", body: Any = None) -> Any:
        """Call, check the answer against the schema of ``template``, and return its body."""
        root = next(root for root in FILES if path.startswith(root))
        template = template or path.split("?")[0]
        answer = await self._send(method, path, root, body)
        if answer.status >= 300:
            self.problems.append(f"{method} {path}: {answer.status} {answer.body}")
            return answer.body
        self.seen.add((method, template))
        inside = template.removeprefix(root)
        if body is not None:
            sent = request_problems(FILES[root], inside, method, body)
            self.problems += [f"body of {method} {template}: {problem}" for problem in sent]
        found = answer_problems(FILES[root], inside, method, answer.status, answer.body)
        self.problems += [f"{method} {path}: {problem}" for problem in found]
        return answer.body

    async def refused(self, method: str, path: str, status: int, **more: Any) -> None:
        """Call, expecting an error, and check its body."""
        root = next(root for root in FILES if path.startswith(root))
        answer = await self._send(method, path, root, **more)
        if answer.status != status:
            self.problems.append(f"{method} {path}: {answer.status}, not {status}")
        found = error_problems(FILES[root], answer.body, fields="invalidParams" in answer.body)
        self.problems += [f"{method} {path}: {problem}" for problem in found]

    async def _send(self, method: str, path: str, root: str, body: Any = None, **more: Any) -> Answer:
        if root == ROOT:
            more.setdefault("authorization", f"Token {TOKEN}")
        return await self.server.call(method, path, body=body, **more)


def offered(server: Server) -> set[tuple[str, str]]:
    """Every method and address of the demo."""
    found = set()
    for route in server.app.router.routes():
        endpoint = getattr(route.handler, "__self__", None)
        assert isinstance(endpoint, Endpoint)
        assert route.resource is not None
        found |= {(method, route.resource.canonical) for method in endpoint.methods}
    return found


async def test_every_answer_of_every_address_is_valid() -> None:
    async with running_server() as server:
        check = Checker(server)
        await contacts(check)
        await moves(check)
        for root, kinds in (("", PATHS), ("", CONTACT_PATHS)):
            for path in kinds.values():
                await lists_and_objects(check, root + path)
        await check("POST", "/zaken/api/v1/zaken/_zoek", body={"identificatie": "ZAAK-2026-0000000003"})
        assert check.problems == []
        assert check.seen == offered(server)


async def lists_and_objects(check: Checker, path: str) -> None:
    """A whole list, and every object in it by its own address, plain and expanded."""
    expand = f"?expand={EXPAND}" if path.endswith("/zaken") else ""
    for query in {"", expand, "?pageSize=1"}:
        listed = await check("GET", path + query, path)
    listed = await check("GET", path, path)
    assert listed["results"], path
    for item in listed["results"]:
        own = item["url"].removeprefix(check.server.url)
        for query in {"", expand}:
            await check("GET", own + query, path + "/{uuid}")


async def moves(check: Checker) -> None:
    """Open a case, give it a person, move it, decide it, close it."""
    origin = check.server.url
    body = {
        "bronorganisatie": "001000007",
        "verantwoordelijkeOrganisatie": "001000007",
        "zaaktype": f"{origin}{PATHS['zaaktype']}/{PERMIT}",
        "startdatum": "2026-11-01",
        "omschrijving": "Uit de test",
    }
    zaak = await check("POST", PATHS["zaak"], body=body)
    own = zaak["url"].removeprefix(origin)
    patch = {"opschorting": {"indicatie": True, "reden": "wacht"}, "verlenging": {"reden": "advies", "duur": "P28D"}}
    await check("PATCH", own, PATHS["zaak"] + "/{uuid}", body=patch)
    person = {"inpBsn": "999990639", "voornamen": "Jan", "geslachtsnaam": "Jansen", "geboortedatum": "1980-03-12"}
    role = {
        "zaak": zaak["url"],
        "betrokkeneType": "natuurlijk_persoon",
        "roltype": f"{origin}{PATHS['roltype']}/{key_of('roltype', PERMIT, 'initiator')}",
        "roltoelichting": "aanvrager",
        "betrokkeneIdentificatie": person,
    }
    await check("POST", PATHS["rol"], body=role)
    result = {
        "zaak": zaak["url"],
        "resultaattype": f"{origin}{PATHS['resultaattype']}/{key_of('resultaattype', PERMIT, 'Verleend')}",
    }
    await check("POST", PATHS["resultaat"], body=result)
    for step in (1, 2, 3, 4):
        moment = datetime.now(UTC) - timedelta(minutes=10 - step)
        status = {
            "zaak": zaak["url"],
            "statustype": f"{origin}{PATHS['statustype']}/{key_of('statustype', PERMIT, step)}",
            "datumStatusGezet": moment.isoformat(),
        }
        await check("POST", PATHS["status"], body=status)


async def contacts(check: Checker) -> None:
    """One of everything of the Klantinteracties API."""
    bsn = {"codeObjecttype": "natuurlijk_persoon", "codeRegister": "brp", "codeSoortObjectId": "bsn"}
    actors = []
    for kind, details in (
        ("organisatorische_eenheid", {"omschrijving": "KCC", "emailadres": "kcc@example.org"}),
        ("geautomatiseerde_actor", {"functie": "Chatbot", "omschrijving": "Verbonden"}),
        ("medewerker", {"functie": "casemanager", "telefoonnummer": "+31201234567"}),
    ):
        actor = {"naam": "KCC", "soortActor": kind, "indicatieActief": True, "actorIdentificatie": details}
        actors.append(await check("POST", CONTACT_PATHS["actor"], body=actor))
    partij = {
        "soortPartij": "persoon",
        "indicatieActief": True,
        "digitaleAdressen": None,
        "voorkeursDigitaalAdres": None,
        "rekeningnummers": None,
        "voorkeursRekeningnummer": None,
    }
    party = await check("POST", CONTACT_PATHS["partij"], body=partij)
    identification = {"identificeerdePartij": {"uuid": party["uuid"]}, "partijIdentificator": {**bsn, "objectId": "999990639"}}
    await check("POST", CONTACT_PATHS["partijidentificator"], body=identification)
    contact = {"kanaal": "chat", "onderwerp": "Vraag", "taal": "nld", "vertrouwelijk": False, "metadata": {"gesprek": "1"}}
    alone = await check("POST", CONTACT_PATHS["klantcontact"], body=contact)
    reference = {"uuid": alone["uuid"]}
    await check(
        "POST", CONTACT_PATHS["actorklantcontact"], body={"actor": {"uuid": actors[1]["uuid"]}, "klantcontact": reference}
    )
    person = {"wasPartij": {"uuid": party["uuid"]}, "hadKlantcontact": reference, "rol": "klant", "initiator": True}
    await check("POST", CONTACT_PATHS["betrokkene"], body=person)
    codes = {"objectId": "x", "codeObjecttype": "zgw-Zaak", "codeRegister": "openzaak", "codeSoortObjectId": "uuid"}
    subject = {"klantcontact": reference, "wasKlantcontact": None, "onderwerpobjectidentificator": codes}
    await check("POST", CONTACT_PATHS["onderwerpobject"], body=subject)
    task = {
        "gevraagdeHandeling": "Terugbellen",
        "aanleidinggevendKlantcontact": reference,
        "toegewezenAanActoren": [{"uuid": actors[0]["uuid"]}],
        "status": "te_verwerken",
    }
    made = await check("POST", CONTACT_PATHS["internetaak"], body=task)
    own = made["url"].removeprefix(check.server.url)
    await check("PATCH", own, CONTACT_PATHS["internetaak"] + "/{uuid}", body={"status": "verwerkt"})
    together = {
        "klantcontact": {**contact, "nummer": "0000000001"},
        "betrokkene": {"wasPartij": None, "rol": "klant", "initiator": True},
        "onderwerpobject": {"wasKlantcontact": None, "onderwerpobjectidentificator": codes},
    }
    await check("POST", f"{ROOT}/maak-klantcontact", body=together)
    await check("POST", f"{ROOT}/maak-klantcontact", body={"klantcontact": contact})


async def test_every_refusal_is_valid() -> None:
    async with running_server() as server:
        check = Checker(server)
        unknown = key_of("nothing")
        for path in (*PATHS.values(), *CONTACT_PATHS.values()):
            await check.refused("GET", path, 401 if path.startswith(ROOT) else 403, authorization=None)
            await check.refused("GET", f"{path}?bestaatNiet=1", 400)
            await check.refused("GET", f"{path}/{unknown}", 404)
            await check.refused("GET", f"{path}?page=99", 404)
            await check.refused("DELETE", path, 405)
            await check.refused("GET", path, 406, headers={"Accept": "application/xml"})
        for path in ("zaak", "status", "rol", "resultaat"):
            await check.refused("POST", PATHS[path], 400, body={})
            await check.refused("POST", PATHS[path], 400, body="{kapot")
        await check.refused("GET", PATHS["zaak"], 412, headers={})
        await check.refused("GET", f"{PATHS['zaak']}/abc", 500)
        for path in set(CONTACT_PATHS.values()) - {CONTACT_PATHS["onderwerpobject"]}:
            await check.refused("POST", path, 400, body={})
        await check.refused("POST", f"{ROOT}/maak-klantcontact", 400, body={})
        assert check.problems == []


def test_every_filter_on_offer_is_one_of_the_standard() -> None:
    assert query_parameters("zaken-api.yaml", "/zaken") >= KNOWN | {"expand", "ordering", "page", "pageSize"}
    for kind, filters in FILTERS.items():
        path = CONTACT_PATHS[kind].removeprefix(ROOT)
        assert query_parameters("klantinteracties-api.yaml", path) >= set(filters), kind
