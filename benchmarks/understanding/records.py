"""Messages with what they mean and what was understood of them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from loket.understanding.embedding import Matrix
from loket.understanding.model import UnderstandingModel
from loket.understanding.result import Understanding


class InvalidSet(ValueError):
    """A file of test messages does not have the expected shape; says where."""


@dataclass(frozen=True)
class Message:
    """One test message with the right answers.

    Attributes:
        tekst: what was written.
        uitkomst: the right outcome.
        organisaties: all right organisations, best first.
        taal: its language.
        entiteiten: the right entities, or None where they were not marked.
        bron: the file it comes from.
    """

    tekst: str
    uitkomst: str
    organisaties: tuple[str, ...] = ()
    taal: str = "nl"
    entiteiten: dict[str, Any] | None = None
    bron: str = ""


@dataclass(frozen=True)
class Record:
    """One test message as it was understood, without its text.

    Attributes:
        uitkomst: the right outcome.
        organisaties: the right organisations.
        taal: the right language.
        bron: the file it comes from.
        entiteiten: the right entities, or None.
        gevonden_uitkomst: the outcome found.
        score: of that outcome.
        gevonden_organisaties: organisation and score, best first.
        gevonden_taal: the language found.
        gevonden_entiteiten: the entities found.
        ms: time of the whole pass in milliseconds.
    """

    uitkomst: str
    organisaties: list[str]
    taal: str
    bron: str
    entiteiten: dict[str, Any] | None
    gevonden_uitkomst: str
    score: float
    gevonden_organisaties: list[tuple[str, float]]
    gevonden_taal: str
    gevonden_entiteiten: dict[str, Any] = field(default_factory=dict)
    ms: float = 0.0

    @property
    def hit(self) -> bool:
        """Whether the outcome is right."""
        return self.uitkomst == self.gevonden_uitkomst

    def organisation_hit(self, first: int) -> bool:
        """Whether one of the `first` best organisations is a right one."""
        return any(name in self.organisaties for name, _ in self.gevonden_organisaties[:first])

    def as_dict(self) -> dict[str, Any]:
        """As plain JSON data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, raw: dict[str, Any]) -> Record:
        """What `as_dict` gave, after a passage through JSON."""
        pairs = [(str(name), float(score)) for name, score in raw["gevonden_organisaties"]]
        return cls(**{**raw, "gevonden_organisaties": pairs})


def read_messages(path: Path) -> list[Message]:
    """JSON lines with `tekst`, `uitkomst` and perhaps `organisaties`, `entiteiten`, `taal`. Raises InvalidSet."""
    found = []
    with path.open(encoding="utf-8") as stream:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                continue
            try:
                raw = json.loads(line)
                organisations = tuple(str(name) for name in raw.get("organisaties") or ())
                message = Message(
                    str(raw["tekst"]), str(raw["uitkomst"]), organisations, str(raw.get("taal", "nl")), raw.get("entiteiten")
                )
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                # Only the place: what stands there may not be shown.
                raise InvalidSet(f"{path.name}, regel {number}: {type(error).__name__}") from None
            found.append(message)
    return found


def understand_all(model: UnderstandingModel, messages: Iterable[Message]) -> list[Record]:
    """Understand messages one after the other, as citizens send them."""
    records = []
    for message in messages:
        started = time.perf_counter()
        found, _ = model.understand(message.tekst)
        records.append(_record(message, found, (time.perf_counter() - started) * 1000))
    return records


def understand_batch(model: UnderstandingModel, messages: Sequence[Message], vectors: Matrix) -> list[Record]:
    """The same where the embeddings are known, shape (n, 384); without times."""
    found = model.understand_all([message.tekst for message in messages], vectors)
    return [_record(message, one, 0.0) for message, (one, _) in zip(messages, found)]


def _record(message: Message, found: Understanding, ms: float) -> Record:
    return Record(
        message.uitkomst,
        list(message.organisaties),
        message.taal,
        message.bron,
        message.entiteiten,
        found.uitkomst,
        round(found.score, 4),
        [(o.id, round(o.score, 4)) for o in found.organisaties],
        found.taal,
        found.entiteiten,
        round(ms, 3),
    )
