"""The facts that are found in a message, and the form in which the rest of the house passes them on."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "zaaknummer",
    "postcode",
    "geboortedatum",
    "datum",
    "bedrag",
    "telefoonnummer",
    "gemeente",
    "email",
    "bsn",
    "iban",
]
Value = str | float

SECRET_KINDS: frozenset[str] = frozenset({"bsn", "iban"})
"""Kinds that are found only in order to hide them; they never leave this package as a fact."""


@dataclass(frozen=True)
class Entity:
    """One fact and where it stands.

    Attributes:
        kind: what it is.
        value: the normalised value: a float in euro for `bedrag`, an ISO date for `datum` and `geboortedatum`, `1234AB`
            for `postcode`, no spaces or hyphens in `telefoonnummer`, literally as typed for `zaaknummer`.
        start: offset of the first character in the message.
        end: offset after the last character.
        text: the characters themselves, always `message[start:end]`.
    """

    kind: Kind
    value: Value
    start: int
    end: int
    text: str


def as_mapping(entities: Iterable[Entity]) -> dict[str, Value | list[Value]]:
    """Return kind -> value, or kind -> list of different values when there are several, in order of the message.

    BSN and IBAN are left out. A `zaaknummer` is as the citizen typed it, and a citizen may type a BSN there: pass the
    value through `mask` before it is stored.
    """
    found: dict[str, list[Value]] = {}
    for entity in sorted(entities, key=lambda e: e.start):
        if entity.kind in SECRET_KINDS:
            continue
        values = found.setdefault(entity.kind, [])
        if entity.value not in values:
            values.append(entity.value)
    return {kind: values[0] if len(values) == 1 else values for kind, values in found.items()}
