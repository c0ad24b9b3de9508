"""Klantinteracties API: writing.

There is no idempotency key: a repeated POST makes a second object, unless the client sends a ``nummer``, which is unique.
"""

from __future__ import annotations

import uuid as uuids
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from demo.zaaksysteem import klantcontact_fields as f
from demo.zaaksysteem.endpoint import Call, Handler
from demo.zaaksysteem.identification import elfproef
from demo.zaaksysteem.klantcontact_fields import Field, Wrong
from demo.zaaksysteem.klantcontact_show import show, url
from demo.zaaksysteem.problems import InvalidParam, invalid_fields, not_found
from demo.zaaksysteem.store import Record

_NUMBER = Field(f.text(10, nullable=True), None)
_UNIQUE = {"klantcontact": "Er bestaat al een klantcontact", "internetaak": "Er bestaat al een interne taak"}
_LABELS = {"partij": "Partij", "klantcontact": "Klantcontact", "actor": "Actor"}

_ACTOR_DETAILS: Mapping[str, Mapping[str, Any]] = {
    "medewerker": {"functie": "", "emailadres": "", "telefoonnummer": ""},
    "geautomatiseerde_actor": {"functie": "", "omschrijving": ""},
    "organisatorische_eenheid": {"omschrijving": "", "emailadres": "", "faxnummer": "", "telefoonnummer": ""},
}
_ACTOR_NEEDS = {"medewerker": ("functie", "telefoonnummer"), "geautomatiseerde_actor": ("functie",)}
_KLANTCONTACT = {
    "nummer": _NUMBER,
    "referentienummer": _NUMBER,
    "kanaal": Field(f.text(50, minimum=1)),
    "onderwerp": Field(f.text(200, minimum=1)),
    "inhoud": Field(f.text(1000), ""),
    "reactie": Field(f.text(4000), ""),
    "indicatieContactGelukt": Field(f.nullable_boolean, None),
    "hoofdOnderwerpType": Field(f.text(200), ""),
    "verdereActieOndernomen": Field(f.boolean, False),
    # Not checked further: "nl" passes, although the standard means three letters.
    "taal": Field(f.text(3, minimum=1)),
    "vertrouwelijk": Field(f.boolean),
    "plaatsgevondenOp": Field(f.moment, f.now),
    "metadata": Field(f.flat_map, dict),
}


def _reference(call: Call, kind: str, *, nullable: bool = False) -> Callable[[Any], str | None]:
    """Reads ``{"uuid": ...}`` of an object that must exist."""

    def read(value: Any) -> str | None:
        if value is None and nullable:
            return None
        if not isinstance(value, dict) or "uuid" not in value:
            raise Wrong("required", "Dit veld is vereist.", within="uuid")
        if call.store.get(kind, str(value["uuid"])) is None:
            raise Wrong("invalid", f"{_LABELS[kind]} object bestaat niet.", within="uuid")
        return str(value["uuid"])

    return read


def _fields(call: Call, kind: str) -> Mapping[str, Field]:
    contact = _reference(call, "klantcontact")
    match kind:
        case "klantcontact":
            return _KLANTCONTACT
        case "betrokkene":
            return {
                "wasPartij": Field(_reference(call, "partij", nullable=True)),
                "hadKlantcontact": Field(contact),
                "bezoekadres": Field(f.group(f.EMPTY_ADDRESS), lambda: dict(f.EMPTY_ADDRESS)),
                "correspondentieadres": Field(f.group(f.EMPTY_ADDRESS), lambda: dict(f.EMPTY_ADDRESS)),
                "contactnaam": Field(f.group(f.EMPTY_NAME), lambda: dict(f.EMPTY_NAME)),
                "rol": Field(f.choice("vertegenwoordiger", "klant")),
                "organisatienaam": Field(f.text(200), ""),
                "initiator": Field(f.boolean),
            }
        case "onderwerpobject":
            optional = _reference(call, "klantcontact", nullable=True)
            return {
                "klantcontact": Field(optional),
                "wasKlantcontact": Field(optional),
                "onderwerpobjectidentificator": Field(f.codes, None),
            }
        case "actor":
            return {
                "naam": Field(f.text(200, minimum=1)),
                "soortActor": Field(f.choice(*_ACTOR_DETAILS)),
                "indicatieActief": Field(f.boolean, True),
                "actoridentificator": Field(f.codes, None),
            }
        case "actorklantcontact":
            return {"actor": Field(_reference(call, "actor")), "klantcontact": Field(contact)}
        case "internetaak":
            return {
                "nummer": _NUMBER,
                "referentienummer": _NUMBER,
                "gevraagdeHandeling": Field(f.text(200, minimum=1)),
                "aanleidinggevendKlantcontact": Field(contact),
                "toelichting": Field(f.text(1000), ""),
                "status": Field(f.choice("te_verwerken", "verwerkt")),
            }
        case _:
            raise AssertionError(kind)


def create(kind: str) -> Handler:
    """Handler of ``POST`` for a kind that has no rules of its own beyond its fields."""

    async def handler(call: Call) -> web.Response:
        record, wrong = _make(call, kind, _body(call))
        _refuse(wrong)
        call.store.add(kind, record["uuid"], record)
        return _created(call, kind, record)

    return handler


def _make(call: Call, kind: str, body: dict[str, Any], prefix: str = "") -> tuple[Record, list[InvalidParam]]:
    """A checked record; it is not stored yet."""
    values, wrong = f.take(body, _fields(call, kind), prefix)
    for name in ("nummer", "referentienummer"):
        if kind in _UNIQUE and values.get(name) and call.store.where(kind, name, values[name]):
            wrong.append(InvalidParam(prefix + name, "unique", f"{_UNIQUE[kind]} met eenzelfde {name}."))
    if not wrong:
        _complete(call, kind, body, values, wrong)
    return {"uuid": str(uuids.uuid4()), **values}, wrong


def _complete(call: Call, kind: str, body: dict[str, Any], values: dict[str, Any], wrong: list[InvalidParam]) -> None:
    match kind:
        case "betrokkene":
            name = values["contactnaam"]
            values["volledigeNaam"] = " ".join(
                part for part in (name["voornaam"], name["voorvoegselAchternaam"], name["achternaam"]) if part
            )
            values["digitaleAdressen"] = []
        case "actor":
            template = _ACTOR_DETAILS[values["soortActor"]]
            details = f.group(template)(body.get("actorIdentificatie"))
            missing = [name for name in _ACTOR_NEEDS.get(values["soortActor"], ()) if not details[name]]
            wrong += [InvalidParam(f"actorIdentificatie.{name}", "required", "Dit veld is vereist.") for name in missing]
            values["actorIdentificatie"] = details
        case "internetaak":
            values["toegewezenAanActoren"] = _assigned(call, body, wrong)
            values["toegewezenOp"] = f.now()
            values["afgehandeldOp"] = f.now() if values["status"] == "verwerkt" else None


def _assigned(call: Call, body: dict[str, Any], wrong: list[InvalidParam]) -> list[str]:
    one, many = body.get("toegewezenAanActor"), body.get("toegewezenAanActoren")
    if (one is None) == (not many):
        reason = "`toegewezen_aan_actor` of `toegewezen_aan_actoren` is required (mag niet beiden gebruiken)."
        wrong.append(InvalidParam("nonFieldErrors", "invalid", reason))
        return []
    read = _reference(call, "actor")
    try:
        return [str(read(item)) for item in (many or [one])]
    except Wrong as error:
        wrong.append(InvalidParam("toegewezenAanActoren.0.uuid", error.code, error.reason))
        return []


async def create_all(call: Call) -> web.Response:
    """``POST /maak-klantcontact``: contact, betrokkene and onderwerpobject together or not at all. No ``Location``."""
    body = _body(call)
    if not isinstance(body.get("klantcontact"), dict):
        raise invalid_fields((InvalidParam("klantcontact", "required", "Dit veld is vereist."),))
    contact, wrong = _make(call, "klantcontact", f.camel(body["klantcontact"]), "klantcontact.")
    _refuse(wrong)
    with call.store.transaction():
        call.store.add("klantcontact", contact["uuid"], contact)
        made: dict[str, Record | None] = {"klantcontact": contact, "betrokkene": None, "onderwerpobject": None}
        for kind, field in (("betrokkene", "hadKlantcontact"), ("onderwerpobject", "klantcontact")):
            if not isinstance(body.get(kind), dict):
                continue
            part = {**f.camel(body[kind]), field: {"uuid": contact["uuid"]}}
            record, wrong = _make(call, kind, part, f"{kind}.")
            _refuse(wrong)
            call.store.add(kind, record["uuid"], record)
            made[kind] = record
    shown = {kind: show(call, kind, record) if record else None for kind, record in made.items()}
    return web.json_response(shown, status=201)


async def patch_task(call: Call) -> web.Response:
    """``PATCH /internetaken/{uuid}``: ``afgehandeldOp`` follows the status, both ways."""
    task = call.store.get("internetaak", call.request.match_info["uuid"])
    if task is None:
        raise not_found()
    body = _body(call)
    fields = {name: field for name, field in _fields(call, "internetaak").items() if name in body}
    values, wrong = f.take(body, fields)
    if "toegewezenAanActor" in body or "toegewezenAanActoren" in body:
        values["toegewezenAanActoren"] = _assigned(call, body, wrong)
    _refuse(wrong)
    if values.get("status", task["status"]) != task["status"]:
        values["afgehandeldOp"] = f.now() if values["status"] == "verwerkt" else None
    task.update(values)
    call.store.put("internetaak", task["uuid"], task)
    return web.json_response(show(call, "internetaak", task))


async def create_partij(call: Call) -> web.Response:
    """``POST /partijen``: a person, with or without a BSN."""
    body = _body(call)
    fields = {
        "nummer": _NUMBER,
        "interneNotitie": Field(f.text(1000), ""),
        "soortPartij": Field(f.choice("persoon")),
        "indicatieGeheimhouding": Field(f.nullable_boolean, None),
        "voorkeurstaal": Field(f.text(3), ""),
        "indicatieActief": Field(f.boolean),
        "bezoekadres": Field(f.group(f.EMPTY_ADDRESS), lambda: dict(f.EMPTY_ADDRESS)),
        "correspondentieadres": Field(f.group(f.EMPTY_ADDRESS), lambda: dict(f.EMPTY_ADDRESS)),
    }
    values, wrong = f.take(body, fields)
    _refuse(wrong)
    person = body.get("partijIdentificatie")
    name = f.group(f.EMPTY_NAME)(f.camel(person).get("contactnaam") if isinstance(person, dict) else None)
    full = " ".join(part for part in (name["voornaam"], name["voorvoegselAchternaam"], name["achternaam"]) if part)
    record: Record = {
        "uuid": str(uuids.uuid4()),
        "categorieRelaties": [],
        "digitaleAdressen": [],
        "voorkeursDigitaalAdres": None,
        "vertegenwoordigden": [],
        "rekeningnummers": [],
        "voorkeursRekeningnummer": None,
        **values,
        "partijIdentificatie": {"contactnaam": name, "volledigeNaam": full},
    }
    with call.store.transaction():
        call.store.add("partij", record["uuid"], record)
        for item in body.get("partijIdentificatoren") or []:
            _identify(call, record["uuid"], item)
    return _created(call, "partij", record)


async def create_identification(call: Call) -> web.Response:
    """``POST /partij-identificatoren``: a BSN is known once, and passes the elfproef."""
    body = _body(call)
    values, wrong = f.take(body, {"identificeerdePartij": Field(_reference(call, "partij"))})
    _refuse(wrong)
    return _created(call, "partijidentificator", _identify(call, values["identificeerdePartij"], body))


def _identify(call: Call, partij: str, body: Any) -> Record:
    given = body.get("partijIdentificator") if isinstance(body, dict) else None
    codes = f.codes(given if isinstance(given, dict) else {}) or {}
    if codes["codeSoortObjectId"] == "bsn" and not elfproef(codes["objectId"]):
        reason = "Deze waarde is ongeldig, reden: Onjuist BSN nummer"
        raise invalid_fields((InvalidParam("partijIdentificatorObjectId", "invalid", reason),))
    wrong = []
    if any(item["partijIdentificator"] == codes for item in call.store.all("partijidentificator")):
        reason = "`PartijIdentificator` moet uniek zijn, er bestaat er al een met deze gegevenscombinatie."
        wrong.append(InvalidParam("__all__", "invalid", reason))
    own = call.store.where("partijidentificator", "identificeerdePartij", partij)
    if any(item["partijIdentificator"]["codeSoortObjectId"] == codes["codeSoortObjectId"] for item in own):
        wrong.append(InvalidParam("__all__", "invalid", "`CodeSoortObjectId` moet uniek zijn voor de Partij."))
    _refuse(wrong)
    record: Record = {
        "uuid": str(uuids.uuid4()),
        "identificeerdePartij": partij,
        "anderePartijIdentificator": "",
        "partijIdentificator": codes,
        "subIdentificatorVan": None,
    }
    return call.store.add("partijidentificator", record["uuid"], record)


def _body(call: Call) -> dict[str, Any]:
    if not isinstance(call.body, dict):
        reason = "Ongeldige data. Verwacht werd een dictionary."
        raise invalid_fields((InvalidParam("nonFieldErrors", "invalid", reason),))
    return f.camel(call.body)


def _refuse(wrong: list[InvalidParam]) -> None:
    if wrong:
        raise invalid_fields(tuple(wrong))


def _created(call: Call, kind: str, record: Record) -> web.Response:
    return web.json_response(show(call, kind, record), status=201, headers={"Location": url(call, kind, record["uuid"])})
