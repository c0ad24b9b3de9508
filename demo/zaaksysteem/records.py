"""New objects of the Zaken API with every field that the standard has, filled with what an empty one holds."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from demo.zaaksysteem.store import Record

_DAYS = re.compile(r"P([0-9]+)D")


def timestamp(moment: datetime) -> str:
    """A moment as the original writes it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def end_date(start: date, length: str | None) -> str | None:
    """``start`` plus a length of days; None when the zaaktype has no such length."""
    found = _DAYS.fullmatch(length or "")
    return (start + timedelta(days=int(found[1]))).isoformat() if found else None


def new_zaak(uuid: str, number: str, rsin: str, zaaktype: Record, start: date, **fields: Any) -> Record:
    """A case. Both end dates are computed from the zaaktype, as Open Zaak does, unless they are in ``fields``."""
    return {
        "uuid": uuid,
        "identificatie": number,
        "bronorganisatie": rsin,
        "omschrijving": "",
        "toelichting": "",
        "zaaktype": zaaktype["uuid"],
        "registratiedatum": start.isoformat(),
        "verantwoordelijkeOrganisatie": rsin,
        "startdatum": start.isoformat(),
        "einddatum": None,
        "einddatumGepland": end_date(start, zaaktype["servicenorm"]),
        "uiterlijkeEinddatumAfdoening": end_date(start, zaaktype["doorlooptijd"]),
        "publicatiedatum": None,
        "laatstGemuteerd": timestamp(datetime.now(UTC)),
        "laatstGeopend": None,
        "communicatiekanaal": "",
        "communicatiekanaalNaam": "",
        "productenOfDiensten": [],
        "vertrouwelijkheidaanduiding": zaaktype["vertrouwelijkheidaanduiding"],
        "betalingsindicatie": "",
        "betalingsindicatieWeergave": "",
        "laatsteBetaaldatum": None,
        "zaakgeometrie": None,
        "verlenging": None,
        "opschorting": {"indicatie": False, "eerdereOpschorting": False, "reden": ""},
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
        **fields,
    }


def new_status(uuid: str, zaak: str, statustype: str, moment: datetime, explanation: str = "") -> Record:
    """A status."""
    return {
        "uuid": uuid,
        "zaak": zaak,
        "statustype": statustype,
        "datumStatusGezet": timestamp(moment),
        "statustoelichting": explanation,
        "indicatieLaatstGezetteStatus": False,
        "gezetdoor": None,
        "zaakinformatieobjecten": [],
    }


def new_rol(uuid: str, zaak: str, roltype: Record, person: dict[str, Any], moment: datetime, note: str) -> Record:
    """A role of a natural person; ``person`` holds fields of ``betrokkeneIdentificatie``."""
    return {
        "uuid": uuid,
        "zaak": zaak,
        "betrokkene": "",
        "betrokkeneType": "natuurlijk_persoon",
        "afwijkendeNaamBetrokkene": "",
        "roltype": roltype["uuid"],
        "omschrijving": roltype["omschrijving"],
        "omschrijvingGeneriek": roltype["omschrijvingGeneriek"],
        "roltoelichting": note,
        "registratiedatum": timestamp(moment),
        "indicatieMachtiging": "",
        "contactpersoonRol": {"emailadres": "", "functie": "", "telefoonnummer": "", "naam": ""},
        "statussen": [],
        "beginGeldigheid": None,
        "eindeGeldigheid": None,
        "betrokkeneIdentificatie": {
            "inpBsn": "",
            "anpIdentificatie": "",
            "inpA_nummer": "",
            "geslachtsnaam": "",
            "voorvoegselGeslachtsnaam": "",
            "voorletters": "",
            "voornamen": "",
            "geslachtsaanduiding": "",
            "geboortedatum": "",
            "verblijfsadres": None,
            "subVerblijfBuitenland": None,
            **person,
        },
        "authenticatieContext": None,
    }
