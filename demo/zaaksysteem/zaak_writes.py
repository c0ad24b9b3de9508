"""Zaken API: what staff do in a case system. A test or a demonstration opens and moves a case with it."""

from __future__ import annotations

import re
import uuid as uuids
from datetime import UTC, date, datetime
from typing import Any

from aiohttp import web

from demo.zaaksysteem.clients import LEVELS
from demo.zaaksysteem.endpoint import Call
from demo.zaaksysteem.identification import elfproef
from demo.zaaksysteem.problems import Problem, denied, invalid, required
from demo.zaaksysteem.records import new_rol, new_status, new_zaak, timestamp
from demo.zaaksysteem.render import latest_status, show, url, uuid_of
from demo.zaaksysteem.store import Record
from demo.zaaksysteem.zaken import visible_zaak

_TEXTS = {"omschrijving": 80, "toelichting": 1000, "communicatiekanaalNaam": 250}
_DATES = ("einddatumGepland", "uiterlijkeEinddatumAfdoening", "startdatum", "registratiedatum")
_LENGTH = re.compile(r"P(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?")


async def create_zaak(call: Call) -> web.Response:
    """``POST /zaken``: opens a case, with a number when none is given."""
    call.client.need("zaken.aanmaken")
    body = _object(call)
    missing = ("bronorganisatie", "zaaktype", "verantwoordelijkeOrganisatie", "startdatum")
    if any(not body.get(name) for name in missing):
        raise required(*(name for name in missing if not body.get(name)))
    zaaktype = call.store.get("zaaktype", uuid_of(call, "zaaktype", str(body["zaaktype"])) or "")
    if zaaktype is None:
        raise _bad_url("zaaktype", body["zaaktype"])
    for name in ("bronorganisatie", "verantwoordelijkeOrganisatie"):
        if not elfproef(str(body[name])):
            raise invalid(name, "invalid", "Onjuist RSIN nummer")
    fields = _fields(body)
    start = date.fromisoformat(fields.pop("startdatum"))
    number = str(body.get("identificatie") or _next_number(call, start.year))
    twins = call.store.where("zaak", "identificatie", number)
    if any(twin["bronorganisatie"] == body["bronorganisatie"] for twin in twins):
        raise invalid("identificatie", "identificatie-niet-uniek", "Deze identificatie bestaat al voor deze bronorganisatie")
    key = str(uuids.uuid4())
    fields["verantwoordelijkeOrganisatie"] = str(body["verantwoordelijkeOrganisatie"])
    zaak = new_zaak(key, number, str(body["bronorganisatie"]), zaaktype, start, **fields)
    call.store.add("zaak", key, zaak)
    return _created(call, "zaak", zaak)


async def patch_zaak(call: Call) -> web.Response:
    """``PATCH /zaken/{uuid}``. Unknown fields are ignored. A prolongation does not move the legal end by itself."""
    call.client.need("zaken.bijwerken")
    zaak = visible_zaak(call)
    fields = _fields(_object(call))
    # Open Zaak answers true here on the very first suspension already.
    if "opschorting" in fields:
        before = zaak["opschorting"]["eerdereOpschorting"]
        fields["opschorting"]["eerdereOpschorting"] |= before
    zaak.update(fields)
    _save(call, zaak)
    return web.json_response(show(call, "zaak", zaak))


async def create_status(call: Call) -> web.Response:
    """``POST /statussen``: moves a case. The end status closes it and needs a resultaat first."""
    call.client.need("zaken.statussen.toevoegen")
    zaak = _referred_zaak(call)
    moment = _moment(call.body.get("datumStatusGezet"))
    statustype = _referred_type(call, "statustype", zaak)
    text = timestamp(moment)
    if any(item["datumStatusGezet"] == text for item in call.store.where("status", "zaak", zaak["uuid"])):
        raise invalid("nonFieldErrors", "unique", "De velden zaak, datum_status_gezet moeten een unieke set zijn.")
    if statustype["isEindstatus"] and not call.store.where("resultaat", "zaak", zaak["uuid"]):
        raise invalid("nonFieldErrors", "resultaat-does-not-exist", "Zaak has no resultaat.")
    if zaak["einddatum"] and not statustype["isEindstatus"]:
        call.client.need("zaken.heropenen")
    explanation = str(call.body.get("statustoelichting") or "")
    record = new_status(str(uuids.uuid4()), zaak["uuid"], statustype["uuid"], moment, explanation)
    with call.store.transaction():
        call.store.add("status", record["uuid"], record)
        latest = latest_status(call.store, zaak["uuid"])
        # A back-dated status changes nothing but the history.
        if latest is not None and latest["uuid"] == record["uuid"]:
            zaak["einddatum"] = moment.date().isoformat() if statustype["isEindstatus"] else None
            _save(call, zaak)
    return _created(call, "status", record)


async def create_resultaat(call: Call) -> web.Response:
    """``POST /resultaten``: at most one for each case."""
    call.client.need("zaken.bijwerken")
    zaak = _referred_zaak(call)
    resultaattype = _referred_type(call, "resultaattype", zaak)
    if call.store.where("resultaat", "zaak", zaak["uuid"]):
        raise invalid("zaak", "unique", "Er bestaat al een resultaat met eenzelfde Zaak.")
    record = {
        "uuid": str(uuids.uuid4()),
        "zaak": zaak["uuid"],
        "resultaattype": resultaattype["uuid"],
        "toelichting": str(call.body.get("toelichting") or ""),
    }
    call.store.add("resultaat", record["uuid"], record)
    return _created(call, "resultaat", record)


async def create_rol(call: Call) -> web.Response:
    """``POST /rollen``: only natural persons in this demo."""
    call.client.need("zaken.bijwerken")
    zaak = _referred_zaak(call)
    person = call.body.get("betrokkeneIdentificatie")
    if call.body.get("betrokkeneType") != "natuurlijk_persoon" or not isinstance(person, dict):
        raise invalid("betrokkeneType", "invalid_choice", f'"{call.body.get("betrokkeneType")}" is een ongeldige keuze.')
    if person.get("inpBsn") and not elfproef(str(person["inpBsn"])):
        raise invalid("betrokkeneIdentificatie.inpBsn", "invalid", "Onjuist BSN nummer")
    roltype = _referred_type(call, "roltype", zaak)
    known = ("inpBsn", "geslachtsnaam", "voorvoegselGeslachtsnaam", "voorletters", "voornamen", "geboortedatum")
    kept: dict[str, Any] = {name: str(person[name]) for name in known if person.get(name)}
    if isinstance(person.get("verblijfsadres"), dict):
        kept["verblijfsadres"] = person["verblijfsadres"]
    note = str(call.body.get("roltoelichting") or "")
    record = new_rol(str(uuids.uuid4()), zaak["uuid"], roltype, kept, datetime.now(UTC), note)
    call.store.add("rol", record["uuid"], record)
    return _created(call, "rol", record)


def _object(call: Call) -> dict[str, Any]:
    if not isinstance(call.body, dict):
        raise invalid("nonFieldErrors", "invalid", "Ongeldige data. Verwacht werd een dictionary.")
    return call.body


def _fields(body: dict[str, Any]) -> dict[str, Any]:
    """The fields of a case that may be set, checked."""
    fields: dict[str, Any] = {}
    for name, value in body.items():
        if name in _TEXTS:
            if not isinstance(value, str) or len(value) > _TEXTS[name]:
                raise invalid(name, "max_length", f"Zorg ervoor dat dit veld niet meer dan {_TEXTS[name]} karakters bevat.")
            fields[name] = value
        elif name in _DATES:
            fields[name] = _day(name, value)
        elif name == "vertrouwelijkheidaanduiding" and value != "":
            if value not in LEVELS:
                raise invalid(name, "invalid_choice", f'"{value}" is een ongeldige keuze.')
            fields[name] = value
        elif name == "opschorting" and isinstance(value, dict):
            suspended = bool(value.get("indicatie"))
            reason = str(value.get("reden") or "")
            fields[name] = {"indicatie": suspended, "eerdereOpschorting": suspended, "reden": reason}
        elif name == "verlenging":
            fields[name] = _prolongation(value)
    return fields


def _day(name: str, value: Any) -> str | None:
    if value is None and name.startswith(("eind", "uiter")):
        return None
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise invalid(name, "invalid", "Datum heeft het verkeerde formaat.") from None


def _prolongation(value: Any) -> dict[str, str] | None:
    if value is None:
        return None
    if not isinstance(value, dict) or not value.get("reden") or not _LENGTH.fullmatch(str(value.get("duur"))):
        raise invalid("verlenging.duur", "invalid", "Tijdsduur heeft een ongeldig formaat.")
    return {"reden": str(value["reden"]), "duur": str(value["duur"])}


def _moment(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise invalid("datumStatusGezet", "invalid", "Datetime heeft een ongeldig formaat.") from None
    moment = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    if moment > datetime.now(UTC):
        raise invalid("datumStatusGezet", "date-in-future", "Deze datum mag niet in de toekomst zijn")
    return moment


def _next_number(call: Call, year: int) -> str:
    prefix = f"ZAAK-{year}-"
    used = [zaak["identificatie"].removeprefix(prefix) for zaak in call.store.all("zaak")]
    return f"{prefix}{max((int(text) for text in used if text.isdigit()), default=0) + 1:010d}"


def _save(call: Call, zaak: Record) -> None:
    zaak["laatstGemuteerd"] = timestamp(datetime.now(UTC))
    call.store.put("zaak", zaak["uuid"], zaak)


def _bad_url(name: str, address: object) -> Problem:
    return invalid(
        name,
        "does_not_exist",
        f'Bad URL "{address}" - object could not be fetched. This *may* be because you have insufficient read permissions.',
    )


def _referred_zaak(call: Call) -> Record:
    """The case that the body of a POST refers to."""
    body = _object(call)
    if not body.get("zaak"):
        raise required("zaak")
    zaak = call.store.get("zaak", uuid_of(call, "zaak", str(body["zaak"])) or "")
    if zaak is None:
        raise _bad_url("zaak", body["zaak"])
    if not call.client.may_see(zaak["vertrouwelijkheidaanduiding"]):
        raise denied()
    return zaak


def _referred_type(call: Call, kind: str, zaak: Record) -> Record:
    """The statustype, resultaattype or roltype in the body, which must belong to the zaaktype of the case."""
    if not call.body.get(kind):
        raise required(kind)
    found = call.store.get(kind, uuid_of(call, kind, str(call.body[kind])) or "")
    if found is None:
        raise _bad_url(kind, call.body[kind])
    if found["zaaktype"] != zaak["zaaktype"]:
        raise invalid("nonFieldErrors", "zaaktype-mismatch", "De referentie hoort niet bij het zaaktype van de zaak.")
    return found


def _created(call: Call, kind: str, record: Record) -> web.Response:
    return web.json_response(show(call, kind, record), status=201, headers={"Location": url(call, kind, record["uuid"])})
