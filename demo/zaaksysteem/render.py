"""From stored records to the JSON of the standard: addresses made from UUIDs, and ``_expand``."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from demo.zaaksysteem.endpoint import Call
from demo.zaaksysteem.store import Record, Store

PATHS = {
    "zaak": "/zaken/api/v1/zaken",
    "status": "/zaken/api/v1/statussen",
    "rol": "/zaken/api/v1/rollen",
    "resultaat": "/zaken/api/v1/resultaten",
    "catalogus": "/catalogi/api/v1/catalogussen",
    "zaaktype": "/catalogi/api/v1/zaaktypen",
    "statustype": "/catalogi/api/v1/statustypen",
    "resultaattype": "/catalogi/api/v1/resultaattypen",
    "roltype": "/catalogi/api/v1/roltypen",
}

# Fields of a record that hold UUIDs of other objects. Only the Zaken API shows "uuid" itself.
_ONE = {
    "zaaktype": "zaaktype",
    "zaak": "zaak",
    "statustype": "statustype",
    "resultaattype": "resultaattype",
    "roltype": "roltype",
    "catalogus": "catalogus",
}
_MANY = {
    "statustypen": "statustype",
    "resultaattypen": "resultaattype",
    "roltypen": "roltype",
    "zaaktypen": "zaaktype",
}
_WITH_UUID = {"zaak", "status", "rol", "resultaat"}

EXPANDS = frozenset(
    {
        "zaaktype",
        "status",
        "status.statustype",
        "resultaat",
        "resultaat.resultaattype",
        "rollen",
        "rollen.roltype",
        "hoofdzaak",
        "deelzaken",
        "eigenschappen",
        "zaakinformatieobjecten",
        "zaakobjecten",
    }
)


def url(call: Call, kind: str, uuid: str) -> str:
    """The address of an object, at the host that was asked."""
    return f"{call.origin}{PATHS[kind]}/{uuid}"


def uuid_of(call: Call, kind: str, address: str) -> str | None:
    """The UUID in an address; None when it is an address elsewhere, another host name of this server included."""
    prefix = f"{call.origin}{PATHS[kind]}/"
    return address.removeprefix(prefix) if address.startswith(prefix) else None


def latest_status(store: Store, zaak_uuid: str) -> Record | None:
    """The current status: the one with the latest ``datumStatusGezet``, whatever the order of posting."""
    statuses = store.where("status", "zaak", zaak_uuid)
    return max(statuses, key=lambda status: status["datumStatusGezet"], default=None)


def show(call: Call, kind: str, record: Record) -> dict[str, Any]:
    """An object without ``_expand``."""
    shown: dict[str, Any] = {"url": url(call, kind, record["uuid"])}
    for name, value in record.items():
        if name == "uuid" and kind not in _WITH_UUID:
            continue
        if name in _ONE and value:
            shown[name] = url(call, _ONE[name], value)
        elif name in _MANY:
            shown[name] = [url(call, _MANY[name], item) for item in value]
        else:
            shown[name] = value
    if kind == "status":
        latest = latest_status(call.store, record["zaak"])
        shown["indicatieLaatstGezetteStatus"] = latest is not None and latest["uuid"] == record["uuid"]
    if kind == "zaak":
        _relations(call, record, shown)
    return shown


def _relations(call: Call, record: Record, shown: dict[str, Any]) -> None:
    uuid = record["uuid"]
    latest = latest_status(call.store, uuid)
    results = call.store.where("resultaat", "zaak", uuid)
    roles = call.store.where("rol", "zaak", uuid)
    shown["status"] = url(call, "status", latest["uuid"]) if latest else None
    shown["resultaat"] = url(call, "resultaat", results[0]["uuid"]) if results else None
    shown["rollen"] = [url(call, "rol", role["uuid"]) for role in roles]


def expanded(call: Call, record: Record, wanted: Collection[str]) -> dict[str, Any]:
    """``_expand`` of a zaak: a key is missing when the thing is null, and a child without its parent gives nothing."""
    store = call.store
    found: dict[str, Any] = {}
    if "zaaktype" in wanted:
        zaaktype = store.get("zaaktype", record["zaaktype"])
        if zaaktype:
            found["zaaktype"] = show(call, "zaaktype", zaaktype)
    if "rollen" in wanted:
        roles = store.where("rol", "zaak", record["uuid"])
        if roles:
            found["rollen"] = [_child(call, "rol", role, "roltype", "rollen.roltype" in wanted) for role in roles]
    if "status" in wanted:
        latest = latest_status(store, record["uuid"])
        if latest:
            found["status"] = _child(call, "status", latest, "statustype", "status.statustype" in wanted)
    if "resultaat" in wanted:
        for result in store.where("resultaat", "zaak", record["uuid"])[:1]:
            found["resultaat"] = _child(call, "resultaat", result, "resultaattype", "resultaat.resultaattype" in wanted)
    return found


def _child(call: Call, kind: str, record: Record, child: str, wanted: bool) -> dict[str, Any]:
    shown = show(call, kind, record)
    if wanted:
        related = call.store.get(child, record[child])
        if related:
            shown["_expand"] = {child: show(call, child, related)}
    return shown
