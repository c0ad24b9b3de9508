"""Fill an empty store with the demo's catalogue, people and cases, with dates relative to today."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml

from demo.zaaksysteem.records import new_rol, new_status, new_zaak, timestamp
from demo.zaaksysteem.seed_catalogue import seed_catalogue
from demo.zaaksysteem.seed_keys import key_of
from demo.zaaksysteem.store import Record, Store

DATA = Path(__file__).parent / "data"


def seed(store: Store, today: date, data: Path = DATA) -> None:
    """Fill the store, unless there is something in it already.

    Args:
        store: where to.
        today: the day that all relative days count from.
        data: folder with ``catalogus.yaml``, ``personen.yaml`` and ``zaken.yaml``.
    """
    if not store.empty:
        return
    with store.transaction():
        zaaktypen = seed_catalogue(store, _read(data / "catalogus.yaml"))
        people = _read(data / "personen.yaml")
        for case in _read(data / "zaken.yaml"):
            _case(store, case, zaaktypen[case["zaaktype"]], people[case["persoon"]], today)


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _case(store: Store, item: dict[str, Any], zaaktype: Record, person: dict[str, Any], today: date) -> None:
    key = key_of("zaak", item["nummer"])
    start = today + timedelta(days=item["start"])
    steps = item["stappen"]
    latest = max(steps, key=lambda step: step["dag"], default=None)
    catalogue = store.get("catalogus", zaaktype["catalogus"])
    assert catalogue is not None
    fields: dict[str, Any] = {
        "omschrijving": item["omschrijving"],
        "laatstGemuteerd": timestamp(_moment(start)),
        "verlenging": item.get("verlenging"),
    }
    if latest and latest["stap"] == len(zaaktype["statustypen"]):
        fields["einddatum"] = (today + timedelta(days=latest["dag"])).isoformat()
    if "vertrouwelijkheid" in item:
        fields["vertrouwelijkheidaanduiding"] = item["vertrouwelijkheid"]
    if "opschorting" in item:
        fields["opschorting"] = {"indicatie": True, "eerdereOpschorting": True, "reden": item["opschorting"]}
    for name, field in (("gepland", "einddatumGepland"), ("uiterlijk", "uiterlijkeEinddatumAfdoening")):
        if name in item:
            days = item[name]
            fields[field] = None if days is None else (today + timedelta(days=days)).isoformat()
    store.add("zaak", key, new_zaak(key, item["nummer"], catalogue["rsin"], zaaktype, start, **fields))
    _role(store, key, zaaktype, person, start)
    for step in steps:
        uuid = key_of("status", key, step["stap"], step["dag"])
        kind = key_of("statustype", zaaktype["uuid"], step["stap"])
        moment = _moment(today + timedelta(days=step["dag"]))
        store.add("status", uuid, new_status(uuid, key, kind, moment, step.get("toelichting", "")))
    if "resultaat" in item:
        result = {
            "uuid": key_of("resultaat", key),
            "zaak": key,
            "resultaattype": key_of("resultaattype", zaaktype["uuid"], item["resultaat"]["type"]),
            "toelichting": item["resultaat"]["toelichting"],
        }
        store.add("resultaat", key_of("resultaat", key), result)


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(9), UTC)


def _role(store: Store, zaak: str, zaaktype: Record, person: dict[str, Any], start: date) -> None:
    roltype = store.get("roltype", key_of("roltype", zaaktype["uuid"], "initiator"))
    assert roltype is not None
    known: dict[str, Any] = {
        "inpBsn": person["bsn"],
        "geslachtsnaam": person["achternaam"],
        "voornamen": person["voornamen"],
        "geboortedatum": person["geboortedatum"],
    }
    if "postcode" in person:
        known["verblijfsadres"] = {
            "aoaIdentificatie": f"demo-{person['postcode']}-{person['huisnummer']}",
            "wplWoonplaatsNaam": person["plaats"],
            "gorOpenbareRuimteNaam": person["straat"],
            "aoaPostcode": person["postcode"],
            "aoaHuisnummer": person["huisnummer"],
            "aoaHuisletter": "",
            "aoaHuisnummertoevoeging": "",
            "inpLocatiebeschrijving": "",
        }
    uuid = key_of("rol", zaak)
    store.add("rol", uuid, new_rol(uuid, zaak, roltype, known, _moment(start), "aanvrager"))
