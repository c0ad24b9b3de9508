"""Check answers and requests against the published OpenAPI files, more strictly than those ask for.

The published schemas allow any extra field and require few. Here an answer must have every field of its schema and no other,
because that is what the measured systems do. Where those differ from their own files, so does this check (``NULL_TOO``,
``EMPTY_TOO``, ``_expand``): the recordings are the proof, and pass it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from jsonschema import Draft202012Validator, FormatChecker

SPECS = Path(__file__).parent / "specs"

NULL_TOO = {"beginObject", "eindeObject", "betrokkene", "onderwerpobject"}
"""Fields that the systems answer with null although their schemas do not allow it (the last two in maak-klantcontact)."""

EMPTY_TOO = {"url", "domein", "rsin"}
"""Required texts that can be empty all the same (of ``broncatalogus``); texts that are not required can always be."""


def _is_date(value: object) -> bool:
    return not isinstance(value, str) or date.fromisoformat(value) is not None


def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def _is_uuid(value: object) -> bool:
    return not isinstance(value, str) or UUID(value) is not None


def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or value.startswith(("http://", "https://"))


_FORMATS = FormatChecker(formats=())
_FORMATS.checkers = {
    "date": (_is_date, ValueError),
    "date-time": (_is_moment, ValueError),
    "uuid": (_is_uuid, ValueError),
    "uri": (_is_uri, ()),
}


@cache
def document(name: str) -> dict[str, Any]:
    """One of the cut OpenAPI files."""
    with (SPECS / name).open(encoding="utf-8") as stream:
        loaded: dict[str, Any] = yaml.load(stream, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return loaded


def operation(name: str, path: str, method: str) -> dict[str, Any]:
    """One operation; fails when the file does not have it."""
    found: dict[str, Any] = document(name)["paths"][path][method.lower()]
    return found


def answer_problems(name: str, path: str, method: str, status: int, body: Any) -> list[str]:
    """What is wrong with a successful answer."""
    content = operation(name, path, method)["responses"][str(status)]["content"]
    return _problems(name, content["application/json"]["schema"], body)


def error_problems(name: str, body: Any, *, fields: bool) -> list[str]:
    """What is wrong with an error body; ``fields`` for a 400 that names fields."""
    # The file of Open Klant does not describe its errors; they have the same form.
    name = name if "Fout" in document(name)["components"]["schemas"] else "zaken-api.yaml"
    return _problems(name, {"$ref": f"#/components/schemas/{'ValidatieFout' if fields else 'Fout'}"}, body)


def request_problems(name: str, path: str, method: str, body: Any) -> list[str]:
    """What is wrong with the body of a request: unknown fields, missing ones, wrong values."""
    schema = operation(name, path, method)["requestBody"]["content"]["application/json"]["schema"]
    return _problems(name, schema, body, request=True)


def query_parameters(name: str, path: str) -> set[str]:
    """The query parameters of a list."""
    return {item["name"] for item in operation(name, path, "get")["parameters"] if item["in"] == "query"}


def _problems(name: str, schema: dict[str, Any], body: Any, *, request: bool = False) -> list[str]:
    validator = Draft202012Validator(_strict(name, schema, request), format_checker=_FORMATS)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(body)]


def _strict(name: str, node: Mapping[str, Any], request: bool) -> dict[str, Any]:
    """A schema of OpenAPI 3.0 as one of JSON Schema, with all references in place and objects closed."""
    if "$ref" in node:
        other, _, pointer = node["$ref"].partition("#")
        target = other or name
        return _strict(target, document(target)["components"]["schemas"][pointer.rsplit("/", 1)[1]], request)
    if "mapping" in node.get("discriminator", ()):
        return _by_discriminator(name, node["discriminator"], request)
    if "allOf" in node:
        parts = [_strict(name, part, request) for part in node["allOf"]]
        parts.append(_strict(name, {key: value for key, value in node.items() if key not in {"allOf", "nullable"}}, request))
        return _nullable(node, _merge(parts))
    if "oneOf" in node:
        return _nullable(node, {"anyOf": [_strict(name, part, request) for part in node["oneOf"]]})
    kept = {key: value for key, value in node.items() if key in _SIMPLE}
    if "items" in node:
        kept["items"] = _strict(name, node["items"], request)
    if "properties" in node:
        kept |= _closed(name, node, request)
    elif isinstance(node.get("additionalProperties"), dict):
        kept["additionalProperties"] = _strict(name, node["additionalProperties"], request)
    return _nullable(node, kept)


_SIMPLE = {"type", "enum", "format", "minLength", "maxLength", "minimum", "maximum", "pattern", "minItems", "maxItems"}


def _closed(name: str, node: Mapping[str, Any], request: bool) -> dict[str, Any]:
    needed = set(node.get("required", ()))
    properties = {}
    for key, item in node["properties"].items():
        if request and item.get("readOnly"):
            continue
        schema = _strict(name, item, request)
        if item.get("type") == "string" and (key not in needed or (key in EMPTY_TOO and not item.get("readOnly"))):
            schema = {"anyOf": [schema, {"const": ""}]}
        if key in NULL_TOO and not request:
            schema = {"anyOf": [schema, {"type": "null"}]}
        properties[key] = schema
    if not request and {"uuid", "url"} <= set(properties):
        # Expanded things can have expanded things in them, whatever the schema says; their inside is not described.
        properties.setdefault("_expand", {"type": "object"})
    if request:
        required = needed & set(properties)
    elif set(properties) <= {"zaaktype", "status", "resultaat", "rollen", *_EXPANDED}:
        required = set()  # the inside of _expand
    else:
        required = set(properties) - {"_expand"}
    return {"properties": properties, "required": sorted(required), "additionalProperties": False}


_EXPANDED = {"hadBetrokkenen", "leiddeTotInterneTaken", "gingOverOnderwerpobjecten", "omvatteBijlagen", "betrokkenen"}
_EXPANDED |= {"categorieRelaties", "digitaleAdressen", "statustype", "resultaattype", "hadKlantcontact", "wasPartij"}


def _by_discriminator(name: str, discriminator: Mapping[str, Any], request: bool) -> dict[str, Any]:
    key = discriminator["propertyName"]
    variants = []
    for value, reference in discriminator["mapping"].items():
        variant = _strict(name, {"$ref": reference}, request)
        variants.append(_merge([variant, {"type": "object", "properties": {key: {"const": value}}}]))
    return {"oneOf": variants}


def _merge(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """All parts as one schema; alternatives in a part become alternatives of the whole."""
    for index, part in enumerate(parts):
        for word in ("oneOf", "anyOf"):
            if word in part and any("properties" in other for other in parts):
                others = parts[:index] + parts[index + 1 :]
                return {word: [_merge([variant, *others]) for variant in part[word]]}
    merged: dict[str, Any] = {}
    for part in parts:
        for key, value in part.items():
            if key == "properties":
                merged[key] = {**merged.get(key, {}), **value}
            elif key == "required":
                merged[key] = sorted({*merged.get(key, []), *value})
            else:
                merged[key] = value
    return merged


def _nullable(node: Mapping[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]} if node.get("nullable") else schema
