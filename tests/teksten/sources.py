"""Every text that a citizen can get, with the file and the key where a writer finds it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
_PLACEHOLDER = re.compile(r"\{\w+\}")
STAND_IN = "naam"
"""What stands for a filled-in value while measuring: a common word."""

STAFF = ("balie.", "cijfers.", "beheer.")
"""Keys of `teksten.yaml` that only staff see."""
_OTHER_LANGUAGE = re.compile(r"\b(?:taal|languages)\.(?!nl$)[a-z]{2}$")
"""Keys of texts that are not Dutch."""


@dataclass(frozen=True)
class Source:
    """One text: `whole` when it is a text of sentences, not a name or the label of a button."""

    file: str
    key: str
    text: str
    whole: bool = True

    @property
    def measured(self) -> str:
        """The text with a common word for every placeholder."""
        return _PLACEHOLDER.sub(STAND_IN, self.text).strip()

    def __str__(self) -> str:
        return f"{self.file}: {self.key}"


def all_sources(root: Path = ROOT) -> list[Source]:
    """All texts under `root`; empty ones are left out."""
    parts = (_texts, _buttons, _screen, _products, _events, _organisations, _log_in, _phone)
    return [source for part in parts for source in part(root) if source.text.strip()]


def _texts(root: Path) -> Iterator[Source]:
    for path in sorted((root / "data/antwoorden").glob("teksten*.yaml")):
        name = f"data/antwoorden/{path.name}"
        for key, raw in _read(path).items():
            if key.startswith(STAFF) or _OTHER_LANGUAGE.search(key):
                continue
            yield Source(name, f"{key}.tekst", raw.get("tekst", ""))
            yield Source(name, f"{key}.kort", raw.get("kort") or "")
            yield Source(name, f"{key}.titel", raw.get("titel", ""), whole=False)
            for tap in (*raw.get("links", ()), *raw.get("telefoons", ())):
                yield Source(name, f"{key}.{tap['titel']}", tap["titel"], whole=False)


def _buttons(root: Path) -> Iterator[Source]:
    name = "data/antwoorden/knoppen.yaml"
    for key, raw in _read(root / name).items():
        yield Source(name, key, raw["titel"], whole=False)


def _screen(root: Path) -> Iterator[Source]:
    """The citizen's part of the screens; `desk` is read by staff."""
    name = "data/antwoorden/scherm.yaml"
    for part, raw in _read(root / name).items():
        if part not in ("desk", "leiding"):
            leaves = _leaves(part, raw)
            yield from (Source(name, key, text) for key, text in leaves if not _OTHER_LANGUAGE.search(key))


def _products(root: Path) -> Iterator[Source]:
    for path in sorted((root / "data/verwijsindex/producten").glob("*.yaml")):
        name = f"data/verwijsindex/producten/{path.name}"
        for raw in _read(path)["producten"]:
            yield Source(name, f"{raw['id']}.naam", raw["naam"], whole=False)
            yield Source(name, f"{raw['id']}.antwoord", raw["antwoord"])
            yield Source(name, f"{raw['id']}.kort", raw["kort"])
            for thing in raw.get("meenemen", ()):
                yield Source(name, f"{raw['id']}.meenemen", thing, whole=False)


def _events(root: Path) -> Iterator[Source]:
    name = "data/verwijsindex/levensgebeurtenissen.yaml"
    for raw in _read(root / name)["levensgebeurtenissen"]:
        yield Source(name, f"{raw['id']}.naam", raw["naam"], whole=False)
        yield Source(name, f"{raw['id']}.spoed", raw["spoed"])
        for number, question in enumerate(raw["eerst_vragen"], 1):
            yield Source(name, f"{raw['id']}.eerst_vragen.{number}", question)
        for step in raw["stappen"]:
            yield Source(name, f"{raw['id']}.stap {step['nr']}.wat", step["wat"])
            yield Source(name, f"{raw['id']}.stap {step['nr']}.termijn", step["termijn"])
        for number, tip in enumerate(raw["tips"], 1):
            yield Source(name, f"{raw['id']}.tip {number}", tip["tip"])


def _organisations(root: Path) -> Iterator[Source]:
    name = "data/verwijsindex/organisaties.yaml"
    for raw in _read(root / name)["organisaties"]:
        yield Source(name, f"{raw['id']}.waarvoor", raw["waarvoor"])


def _log_in(root: Path) -> Iterator[Source]:
    """The pages around logging in that citizens see, ours and those of the demonstration."""
    name = "data/antwoorden/paginas.yaml"
    for part, raw in _read(root / name).items():
        yield from (Source(name, key, text) for key, text in _leaves(part, raw))
    name = "data/inlog.yaml"
    for part in ("gemeenschappelijk", "digid"):
        yield from (Source(name, key, text) for key, text in _leaves(part, _read(root / name)[part]))


def _phone(root: Path) -> Iterator[Source]:
    """The telephone of the demonstration, on which people play the citizen."""
    name = "demo/twilio/data/telefoon.yaml"
    leaves = ((key, text) for key, text in _leaves("telefoon", _read(root / name)) if ".velden." not in key)
    yield from (Source(name, key, text, whole=text.endswith(".")) for key, text in leaves)


def _leaves(key: str, raw: Any) -> Iterator[tuple[str, str]]:
    if isinstance(raw, dict):
        for name, value in raw.items():
            yield from _leaves(f"{key}.{name}", value)
    elif isinstance(raw, list):
        for number, value in enumerate(raw, 1):
            yield from _leaves(f"{key}.{number}", value)
    else:
        yield key, str(raw)


def _read(path: Path) -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with path.open(encoding="utf-8") as stream:
        return yaml.load(stream, Loader=loader)
