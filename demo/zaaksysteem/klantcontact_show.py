"""Klantinteracties API: from stored records to the JSON of the standard.

References are ``{"uuid", "url"}`` objects here, not addresses as in the Zaken API.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from demo.zaaksysteem.endpoint import Call
from demo.zaaksysteem.store import Record

ROOT = "/klantinteracties/api/v1"
PATHS = {
    "partij": f"{ROOT}/partijen",
    "partijidentificator": f"{ROOT}/partij-identificatoren",
    "actor": f"{ROOT}/actoren",
    "klantcontact": f"{ROOT}/klantcontacten",
    "actorklantcontact": f"{ROOT}/actorklantcontacten",
    "betrokkene": f"{ROOT}/betrokkenen",
    "onderwerpobject": f"{ROOT}/onderwerpobjecten",
    "internetaak": f"{ROOT}/internetaken",
}
"""Kinds of objects; in the store their names are those of the paths, in the singular."""

# Fields of a record that hold the UUID of another object.
_ONE = {
    "wasPartij": "partij",
    "hadKlantcontact": "klantcontact",
    "klantcontact": "klantcontact",
    "wasKlantcontact": "klantcontact",
    "aanleidinggevendKlantcontact": "klantcontact",
    "identificeerdePartij": "partij",
    "actor": "actor",
}

EXPANDS = {
    "klantcontact": frozenset(
        {"gingOverOnderwerpobjecten", "hadBetrokkenen", "hadBetrokkenen.wasPartij", "leiddeTotInterneTaken"}
    ),
    "partij": frozenset({"betrokkenen", "betrokkenen.hadKlantcontact"}),
    "betrokkene": frozenset({"hadKlantcontact"}),
}
"""What can be expanded here; the original knows some more."""


def url(call: Call, kind: str, uuid: str) -> str:
    """The address of an object."""
    return f"{call.origin}{PATHS[kind]}/{uuid}"


def reference(call: Call, kind: str, uuid: str | None) -> dict[str, str] | None:
    """A reference to an object."""
    return None if uuid is None else {"uuid": uuid, "url": url(call, kind, uuid)}


def show(call: Call, kind: str, record: Record) -> dict[str, Any]:
    """An object without ``_expand``."""
    shown: dict[str, Any] = {"uuid": record["uuid"], "url": url(call, kind, record["uuid"])}
    for name, value in record.items():
        shown[name] = reference(call, _ONE[name], value) if name in _ONE else value
    match kind:
        case "klantcontact":
            shown |= _of_klantcontact(call, record["uuid"])
        case "partij":
            shown |= _of_partij(call, record["uuid"])
        case "internetaak":
            actors = record["toegewezenAanActoren"]
            shown["toegewezenAanActoren"] = [reference(call, "actor", actor) for actor in actors]
            shown["toegewezenAanActor"] = reference(call, "actor", actors[0])
    return shown


def _of_klantcontact(call: Call, uuid: str) -> dict[str, Any]:
    links = call.store.where("actorklantcontact", "klantcontact", uuid)
    actors = [call.store.get("actor", link["actor"]) for link in links]
    return {
        "gingOverOnderwerpobjecten": _references(call, "onderwerpobject", "klantcontact", uuid),
        "hadBetrokkenActoren": [show(call, "actor", actor) for actor in actors if actor],
        "omvatteBijlagen": [],
        "hadBetrokkenen": _references(call, "betrokkene", "hadKlantcontact", uuid),
        "leiddeTotInterneTaken": _references(call, "internetaak", "aanleidinggevendKlantcontact", uuid),
    }


def _of_partij(call: Call, uuid: str) -> dict[str, Any]:
    identifications = _related(call, "partijidentificator", "identificeerdePartij", uuid)
    return {
        "betrokkenen": _references(call, "betrokkene", "wasPartij", uuid),
        "partijIdentificatoren": [show(call, "partijidentificator", item) for item in identifications],
    }


def _references(call: Call, kind: str, field: str, uuid: str) -> list[dict[str, str] | None]:
    return [reference(call, kind, item["uuid"]) for item in _related(call, kind, field, uuid)]


def _related(call: Call, kind: str, field: str, uuid: str) -> list[Record]:
    """Objects that refer to this one, oldest first."""
    return call.store.where(kind, field, uuid)[::-1]


def show_expanded(call: Call, kind: str, record: Record, wanted: Collection[str]) -> dict[str, Any]:
    """An object with ``_expand``, which is empty when nothing was asked for; kinds that cannot be expanded have none."""
    shown = show(call, kind, record)
    if kind not in EXPANDS:
        return shown
    uuid, store = record["uuid"], call.store
    expand: dict[str, Any] = {}
    if "gingOverOnderwerpobjecten" in wanted:
        found = _related(call, "onderwerpobject", "klantcontact", uuid)
        expand["gingOverOnderwerpobjecten"] = [show(call, "onderwerpobject", item) for item in found]
    if "hadBetrokkenen" in wanted:
        found = _related(call, "betrokkene", "hadKlantcontact", uuid)
        deeper = "hadBetrokkenen.wasPartij" in wanted
        expand["hadBetrokkenen"] = [_with(call, "betrokkene", item, "wasPartij", "partij", deeper) for item in found]
    if "leiddeTotInterneTaken" in wanted:
        found = _related(call, "internetaak", "aanleidinggevendKlantcontact", uuid)
        expand["leiddeTotInterneTaken"] = [show(call, "internetaak", item) for item in found]
    if "betrokkenen" in wanted:
        found = _related(call, "betrokkene", "wasPartij", uuid)
        deeper = "betrokkenen.hadKlantcontact" in wanted
        expand["betrokkenen"] = [_with(call, "betrokkene", item, "hadKlantcontact", "klantcontact", deeper) for item in found]
    if "hadKlantcontact" in wanted:
        contact = store.get("klantcontact", record["hadKlantcontact"])
        if contact:
            expand["hadKlantcontact"] = show(call, "klantcontact", contact)
    return {**shown, "_expand": expand}


def _with(call: Call, kind: str, record: Record, field: str, other: str, deeper: bool) -> dict[str, Any]:
    shown = show(call, kind, record)
    related = call.store.get(other, record[field]) if deeper and record[field] else None
    return {**shown, "_expand": {field: show(call, other, related)}} if related else shown
