"""The official product list of the government (UPL): reading it, and which of its names the verwijsindex covers.

The list itself (standaarden.overheid.nl) is read by an administrator and is no part of this project.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from loket.directory.index import Directory
from loket.directory.names import Match, Matcher

LAYERS = ("rijk", "provincie", "waterschap", "gemeente")
_COLUMNS = ("naam", "burger", *LAYERS)
_LIMIT = 20_000_000
"""Bytes; the list is less than one million. Anything far larger is another file."""

How = Literal["product", "laag", "niet"]


class InvalidList(ValueError):
    """The file is not the official product list; says in Dutch what is wrong and where."""


@dataclass(frozen=True)
class OfficialName:
    """One line of the list: its name, for whom it is, and which layers of government offer it."""

    naam: str
    burger: bool
    bedrijf: bool
    lagen: tuple[str, ...]


@dataclass(frozen=True)
class Covered:
    """How a name is answered: by a product, by the layer of government alone, or not at all."""

    name: OfficialName
    how: How
    organisations: tuple[str, ...] = ()
    match: Match | None = None
    text: str = ""
    """Key in `data/antwoorden/teksten.yaml` of the general answer, for `laag`."""


def read_list(path: Path) -> list[OfficialName]:
    """Read a UPL file: CSV with a comma or a semicolon, with or without a byte order mark.

    Raises InvalidList.
    """
    try:
        if path.stat().st_size > _LIMIT:
            raise InvalidList(f"{path.name} is te groot voor de productenlijst")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InvalidList(f"{path} is niet te lezen: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InvalidList(f"{path.name} is geen UTF-8 (vanaf byte {error.start})") from error
    header = text.partition("\n")[0]
    rows = csv.reader(text.splitlines(), delimiter=";" if header.count(";") > header.count(",") else ",", strict=True)
    try:
        return _names(path.name, rows)
    except csv.Error as error:
        raise InvalidList(f"{path.name}, regel {rows.line_num}: {error}") from error


def _names(file: str, rows: Any) -> list[OfficialName]:
    columns = [column.strip().lower() for column in next(rows, [])]
    missing = [column for column in _COLUMNS if column not in columns]
    if missing:
        raise InvalidList(f"{file}: in de kopregel ontbreekt {', '.join(missing)}")
    found: dict[str, OfficialName] = {}
    for row in rows:
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(columns):
            raise InvalidList(f"{file}, regel {rows.line_num}: {len(row)} kolommen, de kopregel heeft er {len(columns)}")
        cells = dict(zip(columns, (cell.strip() for cell in row)))
        if not cells["naam"]:
            raise InvalidList(f"{file}, regel {rows.line_num}: er staat geen naam")
        name = OfficialName(
            cells["naam"], bool(cells["burger"]), bool(cells.get("bedrijf")), tuple(layer for layer in LAYERS if cells[layer])
        )
        if name.naam in found:
            raise InvalidList(f"{file}, regel {rows.line_num}: '{name.naam}' staat er al")
        found[name.naam] = name
    if not found:
        raise InvalidList(f"{file}: er staan geen producten in")
    return list(found.values())


class Rules:
    """The rules of `data/verwijsindex/upl_regels.yaml`: how names are compared, and where each layer of government answers."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.comparison = raw
        self._layers = [(rule["laag"], rule["organisatie"], rule["tekst"]) for rule in raw["lagen"]]
        self._no_layer: tuple[str, str] = (raw["geen_laag"]["organisatie"], raw["geen_laag"]["tekst"])

    @classmethod
    def load(cls, folder: Path) -> Rules:
        """Read `upl_regels.yaml` in `folder`."""
        with (folder / "upl_regels.yaml").open(encoding="utf-8") as stream:
            return cls(yaml.safe_load(stream))

    def of(self, layers: Sequence[str]) -> tuple[tuple[str, ...], str]:
        """The organisations, nearest first, and the key of the text for a name without a product."""
        found = [(organisation, text) for layer, organisation, text in self._layers if layer in layers]
        found = found or [self._no_layer]
        return tuple(organisation for organisation, _ in found), found[0][1]


def coverage(names: Iterable[OfficialName], directory: Directory, rules: Rules) -> list[Covered]:
    """How each name is answered."""
    matcher = Matcher(directory.products.values(), rules.comparison)
    return [_covered(name, matcher, directory, rules) for name in names]


def _covered(name: OfficialName, matcher: Matcher, directory: Directory, rules: Rules) -> Covered:
    match = matcher.covering(name.naam)
    if match:
        return Covered(name, "product", directory.products[match.product].organisaties, match)
    organisations, text = rules.of(name.lagen)
    known = tuple(organisation for organisation in organisations if organisation in directory.organisations)
    return Covered(name, "laag", known, text=text) if known else Covered(name, "niet")
