"""Klantinteracties API: the fields that a POST may set, their limits, and how a wrong one is told.

An unknown field is ignored silently, and snake_case is accepted: both as in the original.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from demo.zaaksysteem.problems import InvalidParam
from demo.zaaksysteem.records import timestamp

_SNAKE = re.compile(r"_([a-z])")

EMPTY_ADDRESS = {
    "nummeraanduidingId": "",
    "straatnaam": "",
    "huisnummer": None,
    "huisnummertoevoeging": "",
    "postcode": "",
    "stad": "",
    "adresregel1": "",
    "adresregel2": "",
    "adresregel3": "",
    "land": "",
}
EMPTY_NAME = {"voorletters": "", "voornaam": "", "voorvoegselAchternaam": "", "achternaam": ""}
CODES = ("objectId", "codeObjecttype", "codeRegister", "codeSoortObjectId")


class Wrong(Exception):
    """A field has a wrong value."""

    def __init__(self, code: str, reason: str, within: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.reason = reason
        self.within = within


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a body.

    Attributes:
        read: checks and converts the value; raises ``Wrong``.
        default: value when it is absent; ``...`` when it is required.
    """

    read: Callable[[Any], Any]
    default: Any = ...


def camel(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body with names in camelCase."""
    return {_SNAKE.sub(lambda found: found[1].upper(), name): value for name, value in body.items()}


def take(body: Mapping[str, Any], fields: Mapping[str, Field], prefix: str = "") -> tuple[dict[str, Any], list[InvalidParam]]:
    """The values of ``fields`` in a body, and what is wrong with them."""
    values: dict[str, Any] = {}
    wrong: list[InvalidParam] = []
    for name, field in fields.items():
        if name not in body:
            if field.default is ...:
                wrong.append(InvalidParam(prefix + name, "required", "Dit veld is vereist."))
            else:
                values[name] = field.default() if callable(field.default) else field.default
            continue
        try:
            values[name] = field.read(body[name])
        except Wrong as error:
            where = f"{prefix}{name}.{error.within}" if error.within else prefix + name
            wrong.append(InvalidParam(where, error.code, error.reason))
    return values, wrong


def text(maximum: int, *, minimum: int = 0, nullable: bool = False) -> Callable[[Any], Any]:
    """A string of at most ``maximum`` characters."""

    def read(value: Any) -> Any:
        if value is None and nullable:
            return None
        if not isinstance(value, str):
            raise Wrong("invalid", "Geen geldige string.")
        if len(value) < minimum:
            raise Wrong("blank", "Dit veld mag niet leeg zijn.")
        if len(value) > maximum:
            raise Wrong("max_length", f"Zorg ervoor dat dit veld niet meer dan {maximum} karakters bevat.")
        return value

    return read


def boolean(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise Wrong("invalid", "Moet een geldige booleaanse waarde zijn.")
    return value


def nullable_boolean(value: Any) -> bool | None:
    """True, false or null."""
    return None if value is None else boolean(value)


def choice(*choices: str) -> Callable[[Any], str]:
    """One of some words."""

    def read(value: Any) -> str:
        if value not in choices:
            raise Wrong("invalid_choice", f'"{value}" is een ongeldige keuze.')
        return str(value)

    return read


def moment(value: Any) -> str:
    """A moment in time."""
    try:
        parsed = datetime.fromisoformat(str(value))
    except ValueError:
        raise Wrong("invalid", "Datetime heeft een ongeldig formaat.") from None
    return timestamp(parsed.replace(tzinfo=parsed.tzinfo or UTC))


def now() -> str:
    """This moment."""
    return timestamp(datetime.now(UTC))


def flat_map(value: Any) -> dict[str, str]:
    """``metadata``: strings by name, not nested."""
    if not isinstance(value, dict):
        raise Wrong("invalid", "Geen geldige dictionary.")
    for name, item in value.items():
        if not isinstance(item, str):
            raise Wrong("invalid", "Not a valid string.", within=str(name))
    return dict(value)


def group(template: Mapping[str, Any]) -> Callable[[Any], dict[str, Any]]:
    """An object of texts; null and absent parts become what is empty in the template."""

    def read(value: Any) -> dict[str, Any]:
        given = camel(value) if isinstance(value, dict) else {}
        return {name: given.get(name, empty) for name, empty in template.items()}

    return read


def codes(value: Any) -> dict[str, str] | None:
    """An identification in some register: four codes, all free text."""
    if value is None:
        return None
    given = camel(value) if isinstance(value, dict) else {}
    return {name: str(given.get(name) or "")[:200] for name in CODES}
