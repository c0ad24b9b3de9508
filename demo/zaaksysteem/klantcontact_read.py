"""Klantinteracties API: authentication and reading."""

from __future__ import annotations

import hmac
import uuid as uuids
from collections.abc import Callable, Mapping

from aiohttp import web

from demo.zaaksysteem.clients import Client
from demo.zaaksysteem.endpoint import Call, Handler
from demo.zaaksysteem.klantcontact_show import EXPANDS, show_expanded
from demo.zaaksysteem.paging import known_parameters, page
from demo.zaaksysteem.problems import Problem, invalid, not_found
from demo.zaaksysteem.store import Record

TOKENS: web.AppKey[frozenset[str]] = web.AppKey("tokens", frozenset)

SCOPE = "klantinteracties"
"""The API has no scopes: a token may do everything."""

_CODES = ("objectId", "codeObjecttype", "codeRegister", "codeSoortObjectId")


def by_token(request: web.Request) -> Client:
    """The client of ``Authorization: Token ...``; here a refusal is a 401.

    Raises:
        Problem: 401.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Token" or not token:
        raise _unauthorized("NotAuthenticated", "not_authenticated", "Authenticatiegegevens zijn niet opgegeven.")
    known = False
    for one in request.app[TOKENS]:
        known |= hmac.compare_digest(one.encode(), token.encode())
    if not known:
        title = "Ongeldige authenticatiegegevens."
        raise _unauthorized("AuthenticationFailed", "authentication_failed", title, "Ongeldige token.")
    return Client("token", "", frozenset({SCOPE}))


def _unauthorized(kind: str, code: str, title: str, detail: str = "") -> Problem:
    return Problem(401, kind, code, title, detail, headers={"WWW-Authenticate": "Token"})


Test = Callable[[Call, Record, str], bool]


def _field(name: str) -> Test:
    return lambda _, record, value: bool(record[name] == value)


def _flag(name: str) -> Test:
    return lambda _, record, value: record[name] is (value.lower() in {"true", "1"})


def _code(group: str, name: str) -> Test:
    return lambda _, record, value: bool((record[group] or {}).get(name) == value)


def _codes(parameter: str, group: str) -> dict[str, Test]:
    """Filters like ``actoridentificatorObjectId``."""
    return {f"{parameter}{name[0].upper()}{name[1:]}": _code(group, name) for name in _CODES}


def _identification(name: str) -> Callable[[Call, str | None, str], bool]:
    def test(call: Call, partij: str | None, value: str) -> bool:
        found = call.store.where("partijidentificator", "identificeerdePartij", partij or "")
        return any(item["partijIdentificator"][name] == value for item in found)

    return test


def _partij(name: str) -> Test:
    identified = _identification(name)
    return lambda call, record, value: identified(call, record["uuid"], value)


def _betrokkene(test: Callable[[Call, Record, str], bool]) -> Test:
    """Whether a betrokkene of the klantcontact passes."""
    return lambda call, record, value: any(
        test(call, item, value) for item in call.store.where("betrokkene", "hadKlantcontact", record["uuid"])
    )


def _betrokken_partij(name: str) -> Test:
    identified = _identification(name)
    return _betrokkene(lambda call, item, value: identified(call, item["wasPartij"], value))


def _subject(name: str) -> Test:
    return lambda call, record, value: any(
        (item["onderwerpobjectidentificator"] or {}).get(name) == value
        for item in call.store.where("onderwerpobject", "klantcontact", record["uuid"])
    )


def _upper(name: str) -> str:
    return name[0].upper() + name[1:]


FILTERS: Mapping[str, Mapping[str, Test]] = {
    "partij": {
        "soortPartij": _field("soortPartij"),
        "nummer": _field("nummer"),
        "indicatieActief": _flag("indicatieActief"),
        **{f"partijIdentificator__{name}": _partij(name) for name in _CODES},
    },
    "partijidentificator": _codes("partijIdentificator", "partijIdentificator"),
    "actor": {
        "naam": _field("naam"),
        "soortActor": _field("soortActor"),
        "indicatieActief": _flag("indicatieActief"),
        **_codes("actoridentificator", "actoridentificator"),
    },
    "actorklantcontact": {"actor__uuid": _field("actor"), "klantcontact__uuid": _field("klantcontact")},
    "klantcontact": {
        "nummer": _field("nummer"),
        "referentienummer": _field("referentienummer"),
        "kanaal": _field("kanaal"),
        "vertrouwelijk": _flag("vertrouwelijk"),
        "hadBetrokkene__uuid": _betrokkene(lambda _, item, value: bool(item["uuid"] == value)),
        "hadBetrokkene__wasPartij__uuid": _betrokkene(lambda _, item, value: bool(item["wasPartij"] == value)),
        **{f"hadBetrokkene__wasPartij__partijIdentificator__{name}": _betrokken_partij(name) for name in _CODES},
        **{f"onderwerpobject__onderwerpobjectidentificator{_upper(name)}": _subject(name) for name in _CODES},
        "onderwerpobject__uuid": lambda call, record, value: any(
            item["uuid"] == value for item in call.store.where("onderwerpobject", "klantcontact", record["uuid"])
        ),
    },
    "betrokkene": {
        "hadKlantcontact__uuid": _field("hadKlantcontact"),
        "wasPartij__uuid": _field("wasPartij"),
        "organisatienaam": _field("organisatienaam"),
    },
    "onderwerpobject": {
        "klantcontact__uuid": _field("klantcontact"),
        **_codes("onderwerpobjectidentificator", "onderwerpobjectidentificator"),
    },
    "internetaak": {
        "nummer": _field("nummer"),
        "referentienummer": _field("referentienummer"),
        "status": _field("status"),
        "klantcontact__uuid": _field("aanleidinggevendKlantcontact"),
        "aanleidinggevendKlantcontact__uuid": _field("aanleidinggevendKlantcontact"),
        "toegewezenAanActor__uuid": lambda _, record, value: value in record["toegewezenAanActoren"],
    },
}
"""Filters on offer, all with the names of the standard. An empty value is no filter, here too."""


def list_of(kind: str) -> Handler:
    """Handler of ``GET`` for a list."""
    filters = FILTERS[kind]

    async def handler(call: Call) -> web.Response:
        query = known_parameters(call, {*filters, "expand"} if kind in EXPANDS else filters)
        wanted = _wanted(kind, query)
        active = {name: value for name, value in query.items() if name in filters and value.strip()}
        for name, value in active.items():
            if name.endswith("uuid"):
                _check_uuid(name, value)
        found = [
            record for record in call.store.all(kind) if all(filters[name](call, record, value) for name, value in active.items())
        ]
        return page(call, found, lambda record: show_expanded(call, kind, record, wanted))

    return handler


def one_of(kind: str) -> Handler:
    """Handler of ``GET`` for one object. No ETag here, and what is no UUID is a plain 404."""

    async def handler(call: Call) -> web.Response:
        query = known_parameters(call, {"expand"} if kind in EXPANDS else set())
        wanted = _wanted(kind, query)
        record = call.store.get(kind, call.request.match_info["uuid"])
        if record is None:
            raise not_found()
        return web.json_response(show_expanded(call, kind, record, wanted))

    return handler


def _wanted(kind: str, query: Mapping[str, str]) -> set[str]:
    wanted = {name for name in query.get("expand", "").split(",") if name}
    for name in sorted(wanted - EXPANDS.get(kind, frozenset())):
        raise invalid("expand", "invalid_choice", f"Selecteer een geldige keuze. {name} is geen beschikbare keuze.")
    return wanted


def _check_uuid(name: str, value: str) -> None:
    try:
        uuids.UUID(value)
    except ValueError:
        raise invalid(name, "invalid", "Voer een geldige UUID in.") from None
