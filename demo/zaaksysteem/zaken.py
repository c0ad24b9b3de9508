"""Zaken API: reading cases, statuses, roles and results."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Iterable
from typing import Any

from aiohttp import web

from demo.zaaksysteem import filters
from demo.zaaksysteem.endpoint import Call, single
from demo.zaaksysteem.paging import known_parameters, page
from demo.zaaksysteem.problems import denied, invalid, not_found, server_error
from demo.zaaksysteem.render import EXPANDS, expanded, show, uuid_of
from demo.zaaksysteem.store import Record


def _valid_expand(names: Iterable[str]) -> set[str]:
    wanted = {name for name in names if name}
    for name in sorted(wanted - EXPANDS):
        raise invalid("expand", "invalid_choice", f"Selecteer een geldige keuze. {name} is geen beschikbare keuze.")
    return wanted


def _in_list(call: Call, zaak: Record, wanted: set[str]) -> dict[str, Any]:
    return {**show(call, "zaak", zaak), "_expand": expanded(call, zaak, wanted)}


async def list_zaken(call: Call) -> web.Response:
    """``GET /zaken``."""
    query = known_parameters(call, filters.KNOWN | {"expand", "ordering"})
    wanted = _valid_expand(query.get("expand", "").split(","))
    chosen = {name: value for name, value in query.items() if name in filters.KNOWN}
    found = filters.select(call, chosen, query.get("ordering", ""))
    return page(call, found, lambda zaak: _in_list(call, zaak, wanted))


async def search_zaken(call: Call) -> web.Response:
    """``POST /zaken/_zoek``: unknown keys are ignored, ``expand`` counts only as a list, paging only in the query."""
    if not isinstance(call.body, dict) or not call.body:
        raise invalid("nonFieldErrors", "empty_search_body", "Je moet zoekparameters opgeven")
    expand = call.body.get("expand")
    wanted = _valid_expand(expand) if isinstance(expand, list) else set()
    ordering = call.body.get("ordering")
    found = filters.select(call, filters.from_search_body(call.body), ordering if isinstance(ordering, str) else "")
    return page(call, found, lambda zaak: _in_list(call, zaak, wanted))


def visible_zaak(call: Call) -> Record:
    """The case in the path.

    Raises:
        Problem: 500 for what is no UUID, 404 for an unknown case, 403 for one that is too confidential.
    """
    text = call.request.match_info["uuid"]
    try:
        key = str(uuids.UUID(text))
    except ValueError:
        raise server_error() from None
    zaak = call.store.get("zaak", key)
    if zaak is None:
        raise not_found()
    if not call.client.may_see(zaak["vertrouwelijkheidaanduiding"]):
        raise denied()
    return zaak


async def get_zaak(call: Call) -> web.Response:
    """``GET /zaken/{uuid}``."""
    wanted = _valid_expand(known_parameters(call, {"expand"}).get("expand", "").split(","))
    zaak = visible_zaak(call)
    plain = show(call, "zaak", zaak)
    related = expanded(call, zaak, wanted)
    # Without "expand" the key is an empty object; with it and nothing to show the key is absent.
    shown = {**plain, "_expand": related} if related or not wanted else plain
    return single(call, plain, shown)


def _by_zaak(call: Call, kind: str, query: dict[str, str]) -> list[Record]:
    """Objects of the case in the query, or all; only of cases that the client may see."""
    address = query.get("zaak", "").strip()
    if address:
        filters.valid_url("zaak", address)
        found = call.store.where(kind, "zaak", uuid_of(call, "zaak", address) or "")
    else:
        found = list(call.store.all(kind))
    visible = {}
    for key in {record["zaak"] for record in found}:
        zaak = call.store.get("zaak", key)
        visible[key] = zaak is not None and call.client.may_see(zaak["vertrouwelijkheidaanduiding"])
    return [record for record in found if visible[record["zaak"]]]


async def list_statussen(call: Call) -> web.Response:
    """``GET /statussen``: newest first by ``datumStatusGezet``; no ``expand`` here."""
    query = known_parameters(call, {"zaak", "statustype", "indicatieLaatstGezetteStatus"})
    found = _by_zaak(call, "status", query)
    if query.get("statustype"):
        filters.valid_url("statustype", query["statustype"])
        found = [item for item in found if item["statustype"] == uuid_of(call, "statustype", query["statustype"])]
    if query.get("indicatieLaatstGezetteStatus"):
        wanted = query["indicatieLaatstGezetteStatus"].lower() == "true"
        found = [item for item in found if show(call, "status", item)["indicatieLaatstGezetteStatus"] is wanted]
    found.sort(key=lambda item: item["datumStatusGezet"], reverse=True)
    return page(call, found, lambda item: show(call, "status", item))


async def list_rollen(call: Call) -> web.Response:
    """``GET /rollen``."""
    bsn = "betrokkeneIdentificatie__natuurlijkPersoon__inpBsn"
    query = known_parameters(call, {"zaak", "omschrijvingGeneriek", "betrokkeneType", bsn})
    found = _by_zaak(call, "rol", query)
    for name in ("omschrijvingGeneriek", "betrokkeneType"):
        if query.get(name):
            found = [item for item in found if item[name] == query[name]]
    if query.get(bsn):
        found = [item for item in found if (item["betrokkeneIdentificatie"] or {}).get("inpBsn") == query[bsn]]
    return page(call, found, lambda item: show(call, "rol", item))


async def list_resultaten(call: Call) -> web.Response:
    """``GET /resultaten``."""
    query = known_parameters(call, {"zaak", "resultaattype"})
    found = _by_zaak(call, "resultaat", query)
    if query.get("resultaattype"):
        filters.valid_url("resultaattype", query["resultaattype"])
        found = [r for r in found if r["resultaattype"] == uuid_of(call, "resultaattype", query["resultaattype"])]
    return page(call, found, lambda item: show(call, "resultaat", item))


def get_one(kind: str) -> Any:
    """Handler of ``GET`` for a single status, role or result."""

    async def handler(call: Call) -> web.Response:
        known_parameters(call, frozenset())
        record = call.store.get(kind, call.request.match_info["uuid"])
        if record is None:
            raise not_found()
        zaak = call.store.get("zaak", record["zaak"])
        if zaak is None or not call.client.may_see(zaak["vertrouwelijkheidaanduiding"]):
            raise denied()
        return single(call, show(call, kind, record))

    return handler
