"""Catalogi API: read only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from demo.zaaksysteem.endpoint import Call, single
from demo.zaaksysteem.filters import valid_url
from demo.zaaksysteem.paging import known_parameters, page
from demo.zaaksysteem.problems import not_found
from demo.zaaksysteem.render import show, uuid_of

# Filter name -> field of the record; a URL filter names the kind it points to.
_FILTERS: Mapping[str, Mapping[str, str]] = {
    "catalogus": {"domein": "domein", "rsin": "rsin"},
    "zaaktype": {"identificatie": "identificatie", "catalogus": "catalogus"},
    "statustype": {"zaaktype": "zaaktype", "zaaktypeIdentificatie": "zaaktypeIdentificatie"},
    "resultaattype": {"zaaktype": "zaaktype", "zaaktypeIdentificatie": "zaaktypeIdentificatie"},
    "roltype": {
        "zaaktype": "zaaktype",
        "zaaktypeIdentificatie": "zaaktypeIdentificatie",
        "omschrijving": "omschrijving",
        "omschrijvingGeneriek": "omschrijvingGeneriek",
    },
}
_BY_URL = frozenset({"zaaktype", "catalogus"})


def list_of(kind: str) -> Any:
    """Handler of ``GET`` for a list."""
    fields = _FILTERS[kind]

    async def handler(call: Call) -> web.Response:
        # All types in the demo are published, so "status" changes nothing but is accepted.
        query = known_parameters(call, {*fields, "status", "datumGeldigheid"})
        found = list(call.store.all(kind))
        for name, field in fields.items():
            value: str | None = query.get(name, "").strip()
            if not value:
                continue
            if name in _BY_URL:
                valid_url(name, value)
                value = uuid_of(call, name, value)
            found = [record for record in found if record[field] == value]
        return page(call, found, lambda record: show(call, kind, record))

    return handler


def one_of(kind: str) -> Any:
    """Handler of ``GET`` for one object."""

    async def handler(call: Call) -> web.Response:
        known_parameters(call, frozenset())
        record = call.store.get(kind, call.request.match_info["uuid"])
        if record is None:
            raise not_found()
        return single(call, show(call, kind, record))

    return handler
