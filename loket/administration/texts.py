"""Texts of citizens that an administrator wrote anew: no placeholder too many, none left out unseen, and plain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

from loket.administration.book import Invalid, Kind
from loket.answers.texts import Text, Texts
from loket.plain.measure import Fault, Plain

LONGEST, LONGEST_SHORT = 2000, 306
"""Characters of a text, and of its short form: two SMS."""

STAFF = ("balie.", "cijfers.", "beheer.")
"""Keys of texts that citizens never get; they are not offered for change."""


@dataclass(frozen=True)
class Remarks:
    """What to look at before a text is kept: placeholders of the file that are not in it, and what is not plain."""

    missing: tuple[str, ...]
    faults: tuple[Fault, ...]


def editable(texts: Texts) -> list[str]:
    """The keys that may be changed, in order."""
    return [key for key, text in texts.base.items() if text.tekst and not key.startswith(STAFF)]


def checked(texts: Texts, key: str, value: Any) -> dict[str, str]:
    """The value as it is kept: `tekst`, and `kort` where the file has one. Raises Invalid."""
    base = texts.base.get(key)
    if base is None or key not in editable(texts):
        raise Invalid("unknown", key)
    if not isinstance(value, dict) or set(value) - {"tekst", "kort"} or not all(isinstance(v, str) for v in value.values()):
        raise Invalid("malformed")
    kept = {"tekst": str(value.get("tekst", "")).strip()}
    if base.kort is not None:
        kept["kort"] = str(value.get("kort", "")).strip()
    if not kept["tekst"]:
        raise Invalid("empty")
    if len(kept["tekst"]) > LONGEST or len(kept.get("kort", "")) > LONGEST_SHORT:
        raise Invalid("too_long", str(LONGEST_SHORT if len(kept.get("kort", "")) > LONGEST_SHORT else LONGEST))
    strange = sorted(name for form in kept.values() for name in placeholders(form) if name not in base.names())
    if strange:
        raise Invalid("placeholder", ", ".join(strange))
    return kept


def placeholders(form: str) -> Iterable[str]:
    """The names in braces. Raises Invalid for braces that are not just a name: they would be read as a format."""
    try:
        parts = list(Formatter().parse(form))
    except ValueError:
        raise Invalid("braces") from None
    for _, name, spec, conversion in parts:
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:
            raise Invalid("braces", name)
        yield name


def remarks(texts: Texts, plain: Plain, key: str, value: Mapping[str, str]) -> Remarks:
    """What to look at; nothing of it forbids the change. A text in another language is not measured."""
    base = texts.base[key]
    given = {name for form in value.values() for name in placeholders(form)}
    dutch = not (base.taal or ".taal." in key or key.startswith("taal."))
    faults = [fault for form in value.values() for fault in plain.faults(form)] if dutch else []
    return Remarks(tuple(sorted(base.names() - given)), tuple(faults))


def kind(texts: Texts) -> Kind:
    """Texts as a kind of setting."""

    def use(values: Mapping[str, Any]) -> None:
        changed: dict[str, Text] = {}
        for key, value in values.items():
            try:
                changed[key] = texts.base[key].model_copy(update=checked(texts, key, value))
            except Invalid:
                continue  # the file asks for other placeholders now: its own text counts again
        texts.use(changed)

    return Kind(check=lambda key, value: checked(texts, key, value), use=use)
