"""Cut the published OpenAPI files to the operations in use: ``python -m tests.contract.cut_specs FOLDER``.

FOLDER holds the files as published with Open Zaak 1.29.1 and Open Klant 2.18.0. What is left out: other operations,
descriptions, examples, headers, error answers (all have the same two schemas), and what ``_expand`` could hold but does
not here. Schemas are not changed otherwise, except that the one reference to a file elsewhere (zaaktype in
``_expand``) becomes a reference to the cut Catalogi API.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml

SPECS = Path(__file__).parent / "specs"

_READ_ZAKEN = ("statussen", "rollen", "resultaten")
_CATALOGI = ("catalogussen", "zaaktypen", "statustypen", "resultaattypen", "roltypen")
_CONTACTS = (
    "klantcontacten",
    "betrokkenen",
    "onderwerpobjecten",
    "actoren",
    "actorklantcontacten",
    "internetaken",
    "partijen",
    "partij-identificatoren",
)
KEEP: dict[str, tuple[str, dict[str, tuple[str, ...]]]] = {
    "zaken-api.yaml": (
        "zaken-api.openzaak-1.29.1.yaml",
        {
            "/zaken": ("get", "post"),
            "/zaken/{uuid}": ("get", "patch"),
            "/zaken/_zoek": ("post",),
            **{f"/{name}": ("get", "post") for name in _READ_ZAKEN},
            **{f"/{name}/{{uuid}}": ("get",) for name in _READ_ZAKEN},
        },
    ),
    "catalogi-api.yaml": (
        "catalogi-api.openzaak-1.29.1.yaml",
        {
            **{f"/{name}": ("get",) for name in _CATALOGI},
            **{f"/{name}/{{uuid}}": ("get",) for name in _CATALOGI},
        },
    ),
    "klantinteracties-api.yaml": (
        "klantinteracties-api.openklant-2.18.0.yaml",
        {
            "/maak-klantcontact": ("post",),
            **{f"/{name}": ("get", "post") for name in _CONTACTS},
            **{f"/{name}/{{uuid}}": ("get",) for name in _CONTACTS},
            "/internetaken/{uuid}": ("get", "patch"),
        },
    ),
}
_ERRORS = ("Fout", "ValidatieFout")
_UNUSED_EXPAND = ("hoofdzaak", "deelzaken", "eigenschappen", "zaakinformatieobjecten", "zaakobjecten")
_LOCAL = "#/components/schemas/"


def cut(source: dict[str, Any], keep: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    """The parts of an OpenAPI document that ``keep`` needs."""
    paths = {path: {method: _operation(source["paths"][path][method]) for method in methods} for path, methods in keep.items()}
    schemas: dict[str, Any] = {}
    pending = sorted(_references(paths) | {name for name in _ERRORS if name in source["components"]["schemas"]})
    while pending:
        name = pending.pop()
        if name not in schemas:
            schemas[name] = _bare(source["components"]["schemas"][name])
            pending += sorted(_references(schemas[name]))
    return {
        "openapi": source["openapi"],
        "info": {"title": source["info"]["title"], "version": source["info"]["version"], "license": {"name": "EUPL-1.2"}},
        "paths": paths,
        "components": {"schemas": dict(sorted(schemas.items()))},
    }


def _operation(operation: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {
        "parameters": [_bare(item) for item in operation.get("parameters", []) if item["in"] in {"query", "path"}],
        "responses": {
            code: {"content": {kind: {"schema": _bare(content["schema"])} for kind, content in answer["content"].items()}}
            for code, answer in operation["responses"].items()
            if "content" in answer and code.startswith("2")
        },
    }
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body:
        kept["requestBody"] = {"content": {"application/json": {"schema": _bare(body["schema"])}}}
    return kept


def _bare(node: Any) -> Any:
    """Without texts; a property that is called ``description`` or ``title`` stays."""
    if isinstance(node, list):
        return [_bare(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept: dict[str, Any] = {}
    for name, value in node.items():
        if name in {"description", "title", "example", "examples", "externalDocs", "explode", "style", "default"}:
            continue
        if name == "properties":
            kept[name] = {key: _bare(item) for key, item in value.items()}
            for unused in _UNUSED_EXPAND if "_expand" in value else ():
                kept[name]["_expand"].get("properties", {}).pop(unused, None)
        elif name == "$ref" and not value.startswith("#"):
            kept[name] = "catalogi-api.yaml#/components/schemas/ZaakType"
        else:
            kept[name] = _bare(value)
    return kept


def _references(node: Any) -> set[str]:
    if isinstance(node, list):
        return set().union(*(_references(item) for item in node))
    if not isinstance(node, dict):
        return set()
    found: set[str] = set()
    for name, value in node.items():
        if name == "$ref" and value.startswith(_LOCAL):
            found.add(value.removeprefix(_LOCAL))
        elif name == "mapping":
            found |= {item.removeprefix(_LOCAL) for item in value.values()}
        else:
            found |= _references(value)
    return found


def main(folder: Path) -> None:
    """Write the cut files."""
    for target, (name, keep) in KEEP.items():
        with (folder / name).open(encoding="utf-8") as stream:
            source = yaml.load(stream, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        text = yaml.safe_dump(cut(source, keep), sort_keys=False, allow_unicode=True, width=130)
        head = f"# Cut from {name} by cut_specs.py. EUPL-1.2, see LICENSE in the root of this project.\n"
        (SPECS / target).write_text(head + text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
