"""Loading and checking the verwijsindex from `data/verwijsindex`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from loket.directory.model import LifeEvent, Organisation, Product

Record = TypeVar("Record", bound=BaseModel)


class InvalidDirectory(ValueError):
    """The files of the verwijsindex contradict each other or their schema; the text names every fault."""


class Directory:
    """Organisations, products and life events by id.

    Raises InvalidDirectory when two records share an id or a reference points nowhere.
    """

    def __init__(self, organisations: Iterable[Organisation], products: Iterable[Product], events: Iterable[LifeEvent]) -> None:
        faults: list[str] = []
        self.organisations: Mapping[str, Organisation] = _by_id(organisations, faults)
        self.products: Mapping[str, Product] = _by_id(products, faults)
        self.events: Mapping[str, LifeEvent] = _by_id(events, faults)
        faults += [
            f"product {product.id}: organisation {organisation} does not exist"
            for product in self.products.values()
            for organisation in product.organisaties
            if organisation not in self.organisations
        ]
        faults += [
            f"product {product.id}: related product {related} does not exist"
            for product in self.products.values()
            for related in product.verwant
            if related not in self.products
        ]
        faults += [
            f"life event {event.id}: organisation {step.organisatie} does not exist"
            for event in self.events.values()
            for step in event.stappen
            if step.organisatie and step.organisatie not in self.organisations
        ]
        if faults:
            raise InvalidDirectory("\n".join(faults))

    @classmethod
    def load(cls, folder: Path) -> Directory:
        """Read `organisaties.yaml`, `levensgebeurtenissen.yaml` and `producten/*.yaml` in `folder`.

        Raises InvalidDirectory.
        """
        products = [p for path in sorted((folder / "producten").glob("*.yaml")) for p in _records(path, "producten", Product)]
        return cls(
            _records(folder / "organisaties.yaml", "organisaties", Organisation),
            products,
            _records(folder / "levensgebeurtenissen.yaml", "levensgebeurtenissen", LifeEvent),
        )

    def name(self, organisation_id: str | None) -> str:
        """The name of an organisation for people; an empty string when it is not known."""
        found = self.organisations.get(organisation_id or "")
        return found.naam if found else ""

    def name_in_sentence(self, organisation_id: str | None) -> str:
        """The name as it stands in the middle of a sentence: "bij uw gemeente", "bij de Belastingtelefoon"."""
        return in_sentence(self.name(organisation_id))


def in_sentence(name: str) -> str:
    """A name without the capital that only a first word has."""
    return name[:1].lower() + name[1:] if name.startswith(("Uw ", "Verhuurder ", "De ", "Het ")) else name


def _by_id(records: Iterable[Any], faults: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for record in records:
        if record.id in found:
            faults.append(f"{type(record).__name__} {record.id} is there twice")
        found[record.id] = record
    return found


def _records(path: Path, key: str, kind: type[Record]) -> list[Record]:
    # libyaml where it is built in: ten times as fast on files of this size
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with path.open(encoding="utf-8") as stream:
        raw = yaml.load(stream, Loader=loader)  # noqa: S506 - a safe loader, whichever it is
    records: list[Record] = []
    faults: list[str] = []
    for number, item in enumerate(raw[key], 1):
        try:
            records.append(kind.model_validate(item))
        except ValidationError as error:
            name = item.get("id", f"number {number}") if isinstance(item, dict) else f"number {number}"
            faults += [f"{path.name}: {name}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
    if faults:
        raise InvalidDirectory("\n".join(faults))
    return records
