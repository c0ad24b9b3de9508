"""From answered rows of the review list to training examples in the format of `data/nlu` (Rasa 3.1 YAML)."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from sqlalchemy import select

from loket.privacy.extraction import extract
from loket.privacy.masking import mask
from loket.review.review import ReviewState
from loket.store.engine import Store
from loket.store.schema import Review

BRACKETS = str.maketrans("[]{}", "()()")
"""Rasa reads brackets and braces in an example as an entity."""

IDENTIFYING = frozenset({"zaaknummer", "telefoonnummer", "postcode", "geboortedatum", "email"})
"""What tells who someone is keeps its shape in an example, for that is what is learned, but not its digits."""

MAIL = "naam@voorbeeld.nl"


class Training(NamedTuple):
    """One labelled message."""

    text: str
    uitkomst: str
    organisaties: tuple[str, ...] = ()
    taal: str = "nl"
    product: str | None = None


def neutral(text: str, today: date) -> str:
    """A message as one line of training data: masked once more, without what identifies someone and without markup.

    Empty when nothing is left, or when a BSN or IBAN is still found. Names of persons stay: they can not be told from
    other words, so a person reads the file before it is committed.
    """
    text = mask(text).text
    entities = extract(text, today)
    if any(entity.kind in ("bsn", "iban") for entity in entities):
        return ""
    for entity in sorted((e for e in entities if e.kind in IDENTIFYING), key=lambda e: e.start, reverse=True):
        hidden = MAIL if entity.kind == "email" else "".join("0" if c.isdigit() else c for c in entity.text)
        text = text[: entity.start] + hidden + text[entity.end :]
    line = " ".join("".join(c if c.isprintable() else " " for c in text).translate(BRACKETS).split())
    return line.lstrip("- ")


async def answered(store: Store) -> list[Training]:
    """All answered rows as examples, in the order in which they were answered."""
    async with store.read() as session:
        rows = await session.scalars(
            select(Review).where(Review.state == ReviewState.ANSWERED.value).order_by(Review.answered_at, Review.id)
        )
        return [
            Training(line, row.outcome or "", tuple(row.organisations), row.language, row.product)
            for row in rows
            if (line := neutral(row.text, row.created_at.date()))
        ]


def read(path: Path) -> list[Training]:
    """The examples of an earlier export; empty when there is none."""
    if not path.exists():
        return []
    raw: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    return [
        Training(
            line.removeprefix("- ").strip(), block["intent"], tuple(meta.get("organisaties", ())), meta.get("taal", "nl"),
            meta.get("product"),
        )
        for block in raw.get("nlu") or []
        for meta in [block.get("metadata") or {}]
        for line in str(block["examples"]).strip().splitlines()
    ]  # fmt: skip


def merged(examples: Iterable[Training]) -> list[Training]:
    """Each text once, whatever its capitals; of different labels the last one counts."""
    return list({" ".join(example.text.casefold().split()): example for example in examples}.values())


def render(examples: Iterable[Training]) -> str:
    """The file: one block per label, in a fixed order so that a difference between two exports can be read."""
    blocks: dict[tuple[str, tuple[str, ...], str, str], list[str]] = defaultdict(list)
    for example in examples:
        blocks[example.uitkomst, example.organisaties, example.taal, example.product or ""].append(example.text)
    lines = ['version: "3.1"', "nlu:"]
    for (outcome, organisations, language, product), texts in sorted(blocks.items()):
        meta = {"organisaties": list(organisations), "taal": language} | ({"product": product} if product else {})
        flow = yaml.safe_dump(meta, default_flow_style=True, sort_keys=False, width=10_000, allow_unicode=True).strip()
        lines += [f"- intent: {outcome}", f"  metadata: {flow}", "  examples: |", *(f"    - {text}" for text in sorted(texts))]
    return "\n".join(lines) + "\n"


async def export(store: Store, path: Path) -> tuple[int, int]:
    """Write the answered rows to `path`, together with what an earlier export wrote there: rows leave the list by
    retention, examples stay. Returns how many examples the file holds and how many of them are new or changed."""
    before = read(path)
    after = merged([*before, *await answered(store)])
    if after:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".tmp")
        part.write_text(render(after), encoding="utf-8")
        os.replace(part, path)
    return len(after), len(set(after) - set(before))
