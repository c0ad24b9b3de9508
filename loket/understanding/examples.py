"""Reading training examples: Rasa YAML in `data/nlu`, questions in `data/verwijsindex/producten`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from loket.understanding.targets import Example


class InvalidExamples(ValueError):
    """A training file does not have the expected shape; says which."""


def from_rasa(folder: Path) -> list[Example]:
    """The examples of all `*.yml` under `folder` (Rasa 3.1 format with block metadata). Raises InvalidExamples."""
    return [example for path in sorted(folder.rglob("*.yml")) for example in from_file(path)]


def from_products(folder: Path) -> list[Example]:
    """The `vragen` of every product, as examples of `antwoord`. Raises InvalidExamples."""
    found = []
    for path in sorted(folder.glob("*.yaml")):
        for product in _read(path).get("producten", []):
            organisations = tuple(product["organisaties"])
            found += [Example(str(q), "antwoord", organisations, "nl", product["id"]) for q in product.get("vragen", [])]
            found.append(Example(str(product["naam"]), "antwoord", organisations, "nl", product["id"]))
            found += [Example(str(w), "antwoord", organisations, "nl", product["id"]) for w in product["woorden"][:4]]
    return found


ANSWER_WEIGHT = 0.5
"""Answers are long and in our words, not the citizen's: they count for half."""


def from_directory(folder: Path) -> list[Example]:
    """All that the verwijsindex in `folder` teaches: questions of products, their answers, subjects of organisations.

    Texts that are no questions have no outcome: they teach only which organisation is about what (measured on our own
    held-out messages: the first organisation is right 4 points more often). Raises InvalidExamples.
    """
    found = from_products(folder / "producten")
    for organisation in _read(folder / "organisaties.yaml").get("organisaties", []):
        texts = [organisation["naam"], *organisation["onderwerpen"]]
        found += [Example(str(text), "", (organisation["id"],)) for text in texts]
    for path in sorted((folder / "producten").glob("*.yaml")):
        for product in _read(path).get("producten", []):
            text, organisations = " ".join(str(product["antwoord"]).split()), tuple(product["organisaties"])
            found.append(Example(text, "", organisations, "nl", None, ANSWER_WEIGHT))
    return found


def from_file(path: Path) -> list[Example]:
    """The examples of one file in the Rasa 3.1 format with block metadata. Raises InvalidExamples."""
    examples = []
    for block in _read(path).get("nlu", []):
        if "intent" not in block:
            continue
        meta = block.get("metadata") or {}
        lines = str(block["examples"]).strip().splitlines()
        if any(not line.startswith("- ") for line in lines):
            raise InvalidExamples(f"{path.name}: every example of {block['intent']} must begin with '- '")
        examples += [labelled(line[2:].strip(), block["intent"], meta) for line in lines]
    return examples


def labelled(text: str, outcome: str, meta: Mapping[str, Any]) -> Example:
    """An example with the metadata of its block: `organisaties`, `taal`, `product`, `schrijver`."""
    organisations = tuple(str(name) for name in meta.get("organisaties", ()))
    language, writer = str(meta.get("taal", "nl")), int(meta.get("schrijver", 1))
    return Example(text, outcome, organisations, language, meta.get("product"), schrijver=writer)


def _read(path: Path) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with path.open(encoding="utf-8") as stream:
        raw = yaml.load(stream, Loader=loader)  # noqa: S506 - a safe loader, whichever it is
    if not isinstance(raw, dict):
        raise InvalidExamples(f"{path.name} does not hold a mapping")
    return raw
