"""The filters of ``GET /zaken`` and ``POST /zaken/_zoek``, with the traps of the original.

An empty value is no filter. A role filter bears on one and the same role. A URL filter compares with the host of the
request, so another name of this server finds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from demo.zaaksysteem.clients import LEVELS
from demo.zaaksysteem.endpoint import Call
from demo.zaaksysteem.problems import invalid
from demo.zaaksysteem.render import uuid_of
from demo.zaaksysteem.store import Record

GENERIC_ROLES = (
    "adviseur",
    "behandelaar",
    "belanghebbende",
    "beslisser",
    "initiator",
    "klantcontacter",
    "mede_initiator",
    "zaakcoordinator",
)
PARTY_KINDS = (
    "medewerker",
    "natuurlijk_persoon",
    "niet_natuurlijk_persoon",
    "organisatorische_eenheid",
    "vestiging",
)
ORDERINGS = ("archiefactiedatum", "einddatum", "identificatie", "publicatiedatum", "registratiedatum", "startdatum")

_DATES = ("startdatum", "registratiedatum", "einddatum", "einddatumGepland", "uiterlijkeEinddatumAfdoening")
_COMPARE: Mapping[str, Callable[[str, str], bool]] = {
    "": lambda a, b: a == b,
    "__gt": lambda a, b: a > b,
    "__gte": lambda a, b: a >= b,
    "__lt": lambda a, b: a < b,
    "__lte": lambda a, b: a <= b,
}
_DATE_FILTERS = {
    f"{name}{suffix}": (name, compare)
    for name in _DATES
    for suffix, compare in _COMPARE.items()
    # "or equal" exists for startdatum only.
    if name == "startdatum" or not suffix.endswith("e")
}
_BSN = "rol__betrokkeneIdentificatie__natuurlijkPersoon__inpBsn"
_ROLE = "rol__omschrijvingGeneriek"
_PARTY = "rol__betrokkeneType"

KNOWN = frozenset(
    {
        "identificatie",
        "identificatie__icontains",
        "bronorganisatie",
        "bronorganisatie__in",
        "zaaktype",
        "einddatum__isnull",
        "maximaleVertrouwelijkheidaanduiding",
        _BSN,
        _ROLE,
        _PARTY,
        *_DATE_FILTERS,
    }
)
"""Filters that this demo offers; the original has more (``specs/``). An unknown one in a GET is a 400."""

_SNAKE = re.compile(r"(?<=[a-z0-9])([A-Z])")


def snake(name: str) -> str:
    """``inpBsn`` as ``inp_bsn``; the body of ``_zoek`` may be written either way."""
    return _SNAKE.sub(lambda found: "_" + found[1].lower(), name)


_BY_SNAKE = {snake(name): name for name in KNOWN}


def from_search_body(body: Mapping[str, Any]) -> dict[str, Any]:
    """The filters in the body of ``_zoek``. Keys that are not known are silently dropped."""
    return {_BY_SNAKE[snake(key)]: value for key, value in body.items() if snake(key) in _BY_SNAKE}


def select(call: Call, filters: Mapping[str, Any], ordering: str = "") -> list[Record]:
    """The cases that the client may see and that pass the filters.

    Args:
        call: who asks.
        filters: by name; ``None`` (JSON null) matches nothing, an empty string everything.
        ordering: field, with ``-`` for descending; empty for newest first.

    Raises:
        Problem: 400 for a value that cannot be.
    """
    values = {name: value if value is None else str(value).strip() for name, value in filters.items()}
    active = {name: value for name, value in values.items() if value != ""}
    _validate(active)
    found = [
        zaak
        for zaak in call.store.all("zaak")
        if call.client.may_see(zaak["vertrouwelijkheidaanduiding"]) and _passes(call, zaak, active)
    ]
    if ordering:
        key = ordering.removeprefix("-")
        if key not in ORDERINGS:
            raise invalid("ordering", "invalid_choice", f"Selecteer een geldige keuze. {ordering} is geen beschikbare keuze.")
        found.sort(key=lambda zaak: zaak[key] or "", reverse=ordering.startswith("-"))
    return found


def _validate(values: Mapping[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            continue
        if name in _DATE_FILTERS:
            try:
                date.fromisoformat(value)
            except ValueError:
                raise invalid(name, "invalid", "Voer een geldige datum in.") from None
        choices = {_ROLE: GENERIC_ROLES, _PARTY: PARTY_KINDS, "maximaleVertrouwelijkheidaanduiding": LEVELS}.get(name)
        if choices and value not in choices:
            raise invalid(name, "invalid_choice", f"Selecteer een geldige keuze. {value} is geen beschikbare keuze.")
        if name == _BSN and len(value) > 9:
            raise invalid(name, "max_length", "De waarde is te lang.")
        if name == "zaaktype":
            valid_url(name, value)


def valid_url(name: str, value: str) -> None:
    """Refuse what is not a URL.

    Raises:
        Problem: 400.
    """
    if not re.fullmatch(r"https?://[^\s/]+/\S*", value):
        raise invalid(name, "invalid", "Voer een geldige URL in.")


def _passes(call: Call, zaak: Record, values: Mapping[str, str | None]) -> bool:
    roles = {name: value for name, value in values.items() if name.startswith("rol__")}
    plain = all(_matches(call, zaak, name, value) for name, value in values.items() if name not in roles)
    if not plain or not roles:
        return plain
    return any(_role_matches(role, roles) for role in call.store.where("rol", "zaak", zaak["uuid"]))


def _matches(call: Call, zaak: Record, name: str, value: str | None) -> bool:
    if value is None:
        return False
    if name in _DATE_FILTERS:
        field, compare = _DATE_FILTERS[name]
        return bool(zaak[field]) and compare(zaak[field], value)
    match name:
        case "identificatie__icontains":
            return value.lower() in str(zaak["identificatie"]).lower()
        case "bronorganisatie__in":
            return zaak["bronorganisatie"] in value.split(",")
        case "einddatum__isnull":
            return (zaak["einddatum"] is None) == (value.lower() in {"true", "1"})
        case "zaaktype":
            return bool(zaak["zaaktype"] == uuid_of(call, "zaaktype", value))
        case "maximaleVertrouwelijkheidaanduiding":
            return LEVELS.index(zaak["vertrouwelijkheidaanduiding"]) <= LEVELS.index(value)
        case _:
            return bool(zaak[name] == value)


def _role_matches(role: Record, wanted: Mapping[str, str | None]) -> bool:
    known = {
        _BSN: (role["betrokkeneIdentificatie"] or {}).get("inpBsn"),
        _ROLE: role["omschrijvingGeneriek"],
        _PARTY: role["betrokkeneType"],
    }
    return all(value is not None and known[name] == value for name, value in wanted.items())
