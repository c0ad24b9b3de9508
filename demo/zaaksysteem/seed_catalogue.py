"""The demo's catalogue: organisations, zaaktypen and what belongs to them."""

from __future__ import annotations

from typing import Any

from demo.zaaksysteem.seed_keys import key_of
from demo.zaaksysteem.store import Record, Store

_VALID_FROM = "2024-01-01"


def seed_catalogue(store: Store, content: dict[str, Any]) -> dict[str, Record]:
    """Add everything of ``catalogus.yaml``.

    Returns:
        The zaaktypen by their key in the file.
    """
    catalogues: dict[str, Record] = {}
    for name, organisation in content["organisaties"].items():
        catalogues[name] = store.add(
            "catalogus",
            key_of("catalogus", name),
            {
                "uuid": key_of("catalogus", name),
                "domein": organisation["domein"],
                "rsin": organisation["rsin"],
                "naam": organisation["naam"],
                "contactpersoonBeheerNaam": "Demo",
                "contactpersoonBeheerTelefoonnummer": "",
                "contactpersoonBeheerEmailadres": "",
                "zaaktypen": [],
                "besluittypen": [],
                "informatieobjecttypen": [],
                "versie": "1",
                "begindatumVersie": _VALID_FROM,
            },
        )
    zaaktypen = {}
    for name, item in content["zaaktypen"].items():
        catalogue = catalogues[item["organisatie"]]
        zaaktypen[name] = _zaaktype(store, name, item, catalogue)
        catalogue["zaaktypen"].append(zaaktypen[name]["uuid"])
        store.put("catalogus", catalogue["uuid"], catalogue)
    return zaaktypen


def _zaaktype(store: Store, name: str, item: dict[str, Any], catalogue: Record) -> Record:
    key = key_of("zaaktype", name)
    common = {
        "zaaktype": key,
        "zaaktypeIdentificatie": item["identificatie"],
        "catalogus": catalogue["uuid"],
        "beginGeldigheid": None,
        "eindeGeldigheid": None,
        "beginObject": None,
        "eindeObject": None,
    }
    statustypen = [
        _statustype(store, key, number, status, len(item["statustypen"]), common)
        for number, status in enumerate(item["statustypen"], start=1)
    ]
    resultaattypen = [_resultaattype(store, key, title, common) for title in item["resultaattypen"]]
    roltypen = []
    for title, generic in (("Aanvrager", "initiator"), ("Behandelaar", "behandelaar")):
        roltype = key_of("roltype", key, generic)
        names = {"uuid": roltype, "omschrijving": title, "omschrijvingGeneriek": generic}
        store.add("roltype", roltype, {**names, **common})
        roltypen.append(roltype)
    record: Record = {
        "uuid": key,
        "identificatie": item["identificatie"],
        "omschrijving": item["omschrijving"],
        "omschrijvingGeneriek": item["generiek"],
        "vertrouwelijkheidaanduiding": item.get("vertrouwelijkheid", "openbaar"),
        "doel": f"Beslissen over: {item['onderwerp']}",
        "aanleiding": "Een inwoner vraagt of meldt iets",
        "toelichting": "",
        "indicatieInternOfExtern": "extern",
        "handelingInitiator": "Aanvragen",
        "onderwerp": item["onderwerp"],
        "handelingBehandelaar": "Behandelen",
        "doorlooptijd": item["doorlooptijd"],
        "servicenorm": item["servicenorm"],
        "opschortingEnAanhoudingMogelijk": True,
        "verlengingMogelijk": True,
        "verlengingstermijn": "P28D",
        "trefwoorden": [],
        "publicatieIndicatie": False,
        "publicatietekst": "",
        "verantwoordingsrelatie": [],
        "productenOfDiensten": [],
        "selectielijstProcestype": "",
        "referentieproces": {"naam": item["onderwerp"], "link": ""},
        "concept": False,
        "verantwoordelijke": catalogue["naam"],
        "broncatalogus": {"url": "", "domein": "", "rsin": ""},
        "bronzaaktype": {"url": "", "identificatie": "", "omschrijving": ""},
        "beginGeldigheid": _VALID_FROM,
        "eindeGeldigheid": None,
        "versiedatum": _VALID_FROM,
        "beginObject": _VALID_FROM,
        "eindeObject": None,
        "catalogus": catalogue["uuid"],
        # Newest first, as the original lists them.
        "statustypen": statustypen[::-1],
        "resultaattypen": resultaattypen,
        "eigenschappen": [],
        "informatieobjecttypen": [],
        "roltypen": roltypen,
        "besluittypen": [],
        "deelzaaktypen": [],
        "gerelateerdeZaaktypen": [],
        "zaakobjecttypen": [],
    }
    return store.add("zaaktype", key, record)


def _statustype(store: Store, zaaktype: str, number: int, item: dict[str, str], last: int, common: Record) -> str:
    key = key_of("statustype", zaaktype, number)
    record = {
        "uuid": key,
        "omschrijving": item["omschrijving"],
        "omschrijvingGeneriek": item["omschrijving"],
        "statustekst": item["tekst"],
        "volgnummer": number,
        "isEindstatus": number == last,
        "informeren": True,
        "doorlooptijd": None,
        "toelichting": None,
        "checklistitemStatustype": [],
        "eigenschappen": [],
        "zaakobjecttypen": [],
        **common,
    }
    store.add("statustype", key, record)
    return key


def _resultaattype(store: Store, zaaktype: str, title: str, common: Record) -> str:
    key = key_of("resultaattype", zaaktype, title)
    record = {
        "uuid": key,
        "omschrijving": title,
        "resultaattypeomschrijving": f"https://selectielijst.example.org/resultaattypeomschrijvingen/{key}",
        "omschrijvingGeneriek": title,
        "selectielijstklasse": f"https://selectielijst.example.org/resultaten/{key}",
        "toelichting": "",
        "archiefnominatie": "vernietigen",
        "archiefactietermijn": "P5Y",
        "brondatumArchiefprocedure": {
            "afleidingswijze": "afgehandeld",
            "datumkenmerk": "",
            "einddatumBekend": False,
            "objecttype": "",
            "registratie": "",
            "procestermijn": None,
        },
        "procesobjectaard": "",
        "indicatieSpecifiek": None,
        "procestermijn": None,
        "besluittypen": [],
        "besluittypeOmschrijving": [],
        "informatieobjecttypen": [],
        "informatieobjecttypeOmschrijving": [],
        **common,
    }
    store.add("resultaattype", key, record)
    return key
