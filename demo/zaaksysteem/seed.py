"""Fill an empty store with the demo's catalogue, people and cases, with dates relative to today."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml

from demo.zaaksysteem.seed_catalogue import seed_catalogue
from demo.zaaksysteem.seed_keys import key_of
from demo.zaaksysteem.store import Record, Store

DATA = Path(__file__).parent / "data"

_DAYS = re.compile(r"P([0-9]+)D")


def seed(store: Store, today: date, data: Path = DATA) -> None:
    """Fill the store, unless there is something in it already.

    Args:
        store: where to.
        today: the day that all relative days count from.
        data: folder with ``catalogus.yaml``, ``personen.yaml`` and ``zaken.yaml``.
    """
    if not store.empty:
        return
    store.begin()
    zaaktypen = seed_catalogue(store, _read(data / "catalogus.yaml"))
    people = _read(data / "personen.yaml")
    for case in _read(data / "zaken.yaml"):
        _case(store, case, zaaktypen[case["zaaktype"]], people[case["persoon"]], today)
    store.commit()


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _case(store: Store, item: dict[str, Any], zaaktype: Record, person: dict[str, Any], today: date) -> None:
    key = key_of("zaak", item["nummer"])
    start = today + timedelta(days=item["start"])
    steps = item["stappen"]
    latest = max(steps, key=lambda step: step["dag"], default=None)
    ended = latest["dag"] if latest and latest["stap"] == len(zaaktype["statustypen"]) else None
    catalogue = store.get("catalogus", zaaktype["catalogus"])
    assert catalogue is not None
    record = {
        "uuid": key,
        "identificatie": item["nummer"],
        "bronorganisatie": catalogue["rsin"],
        "omschrijving": item["omschrijving"],
        "toelichting": "",
        "zaaktype": zaaktype["uuid"],
        "registratiedatum": start.isoformat(),
        "verantwoordelijkeOrganisatie": catalogue["rsin"],
        "startdatum": start.isoformat(),
        "einddatum": (today + timedelta(days=ended)).isoformat() if ended is not None else None,
        "einddatumGepland": _end(item, "gepland", start, zaaktype["servicenorm"], today),
        "uiterlijkeEinddatumAfdoening": _end(item, "uiterlijk", start, zaaktype["doorlooptijd"], today),
        "publicatiedatum": None,
        "laatstGemuteerd": _moment(start, "08:00"),
        "laatstGeopend": None,
        "communicatiekanaal": "",
        "communicatiekanaalNaam": "",
        "productenOfDiensten": [],
        "vertrouwelijkheidaanduiding": item.get("vertrouwelijkheid", zaaktype["vertrouwelijkheidaanduiding"]),
        "betalingsindicatie": "",
        "betalingsindicatieWeergave": "",
        "laatsteBetaaldatum": None,
        "zaakgeometrie": None,
        "verlenging": item.get("verlenging"),
        "opschorting": {
            "indicatie": "opschorting" in item,
            "eerdereOpschorting": "opschorting" in item,
            "reden": item.get("opschorting", ""),
        },
        "selectielijstklasse": "",
        "hoofdzaak": None,
        "deelzaken": [],
        "relevanteAndereZaken": [],
        "gerelateerdeZaken": [],
        "eigenschappen": [],
        "zaakinformatieobjecten": [],
        "zaakobjecten": [],
        "kenmerken": [],
        "archiefnominatie": None,
        "archiefstatus": "nog_te_archiveren",
        "archiefactiedatum": None,
        "opdrachtgevendeOrganisatie": "",
        "processobjectaard": "",
        "startdatumBewaartermijn": None,
        "processobject": {"datumkenmerk": "", "identificatie": "", "objecttype": "", "registratie": ""},
    }
    store.add("zaak", key, record)
    _role(store, key, zaaktype, person, start)
    for step in steps:
        _status(store, key, zaaktype["uuid"], step, today)
    if "resultaat" in item:
        result = {
            "uuid": key_of("resultaat", key),
            "zaak": key,
            "resultaattype": key_of("resultaattype", zaaktype["uuid"], item["resultaat"]["type"]),
            "toelichting": item["resultaat"]["toelichting"],
        }
        store.add("resultaat", result["uuid"], result)


def _end(item: dict[str, Any], name: str, start: date, length: str | None, today: date) -> str | None:
    """As Open Zaak: an end date that is not given is the start plus the length in the zaaktype, if that has one."""
    if name in item:
        return None if item[name] is None else (today + timedelta(days=item[name])).isoformat()
    found = _DAYS.fullmatch(length or "")
    return (start + timedelta(days=int(found[1]))).isoformat() if found else None


def _moment(day: date, clock: str) -> str:
    return datetime.combine(day, time.fromisoformat(clock), UTC).isoformat().replace("+00:00", "Z")


def _status(store: Store, zaak: str, zaaktype: str, step: dict[str, Any], today: date) -> None:
    key = key_of("status", zaak, step["stap"], step["dag"])
    record = {
        "uuid": key,
        "zaak": zaak,
        "statustype": key_of("statustype", zaaktype, step["stap"]),
        "datumStatusGezet": _moment(today + timedelta(days=step["dag"]), "09:00"),
        "statustoelichting": step.get("toelichting", ""),
        "indicatieLaatstGezetteStatus": False,
        "gezetdoor": None,
        "zaakinformatieobjecten": [],
    }
    store.add("status", key, record)


def _role(store: Store, zaak: str, zaaktype: Record, person: dict[str, Any], start: date) -> None:
    address = None
    if "postcode" in person:
        address = {
            "aoaIdentificatie": f"demo-{person['postcode']}-{person['huisnummer']}",
            "wplWoonplaatsNaam": person["plaats"],
            "gorOpenbareRuimteNaam": person["straat"],
            "aoaPostcode": person["postcode"],
            "aoaHuisnummer": person["huisnummer"],
            "aoaHuisletter": "",
            "aoaHuisnummertoevoeging": "",
            "inpLocatiebeschrijving": "",
        }
    record: Record = {
        "uuid": key_of("rol", zaak),
        "zaak": zaak,
        "betrokkene": "",
        "betrokkeneType": "natuurlijk_persoon",
        "afwijkendeNaamBetrokkene": "",
        "roltype": key_of("roltype", zaaktype["uuid"], "initiator"),
        "omschrijving": "Aanvrager",
        "omschrijvingGeneriek": "initiator",
        "roltoelichting": "aanvrager",
        "registratiedatum": _moment(start, "08:00"),
        "indicatieMachtiging": "",
        "contactpersoonRol": {"emailadres": "", "functie": "", "telefoonnummer": "", "naam": ""},
        "statussen": [],
        "beginGeldigheid": None,
        "eindeGeldigheid": None,
        "betrokkeneIdentificatie": {
            "inpBsn": person["bsn"],
            "anpIdentificatie": "",
            "inpA_nummer": "",
            "geslachtsnaam": person["achternaam"],
            "voorvoegselGeslachtsnaam": "",
            "voorletters": "",
            "voornamen": person["voornamen"],
            "geslachtsaanduiding": "",
            "geboortedatum": person["geboortedatum"],
            "verblijfsadres": address,
            "subVerblijfBuitenland": None,
        },
        "authenticatieContext": None,
    }
    store.add("rol", record["uuid"], record)
