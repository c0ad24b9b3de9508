"""Our own messages, each understood by a model that was trained without it and without its neighbours."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.understanding.records import Message, Record, understand_batch
from loket.understanding.crisis import CrisisGate
from loket.understanding.embedding import EmbeddingCache
from loket.understanding.examples import from_directory, from_file
from loket.understanding.model import FOLLOW_UP, UnderstandingModel
from loket.understanding.targets import Example
from loket.understanding.training import train
from loket.understanding.wording import worded

FOLDS = 3
BLOCK = 8
"""Messages of the first writer that stay together: most of them are about one subject."""

FROM = (
    "data/nlu",
    "data/crisis",
    "data/verwijsindex/producten",
    "data/verwijsindex/organisaties.yaml",
    "loket/understanding",
    "loket/privacy",
    "benchmarks/understanding/holdout.py",
    "benchmarks/understanding/records.py",
)

FIRST = 1
LATER = re.compile(r"w[0-9]+_")
"""File names of later writers (their blocks have `schrijver` with the same number)."""

Say = Callable[[str], None]


def own_messages(root: Path) -> list[tuple[int, Message, Example]]:
    """Every message of our own with its fold.

    All that a later writer wrote is in one fold: it is understood by a model that knows nothing of that writer. The
    first wrote too much for that; theirs are divided in blocks.
    """
    found = []
    for path in sorted((root / "data" / "nlu").rglob("*.yml")):
        for number, example in enumerate(from_file(path)):
            message = Message(example.tekst, example.uitkomst, example.organisaties, example.taal, None, path.stem)
            block = number // BLOCK if example.schrijver == FIRST else example.schrijver
            found.append((block % FOLDS, message, example))
    return found


def of_later_writers(records: Sequence[Record]) -> list[Record]:
    """The records of messages whose writer was left out as a whole."""
    return [record for record in records if LATER.match(record.bron)]


def cross_validated(root: Path, cache: Path, say: Say) -> tuple[list[Message], list[Record]]:
    """The own messages and what models that did not see them understood; kept in `cache` until something changes."""
    folds = own_messages(root)
    messages = [message for _, message, _ in folds if message.uitkomst != FOLLOW_UP]
    stored = cache / f"holdout-{fingerprint(root)}.json"
    if stored.exists():
        return messages, [Record.from_dict(raw) for raw in json.loads(stored.read_text(encoding="utf-8"))]
    gate, extra = CrisisGate.load(root / "data" / "crisis" / "poort.yaml"), from_directory(root / "data" / "verwijsindex")
    records: dict[int, Record] = {}
    for fold in range(FOLDS):
        say(f"own messages, part {fold + 1} of {FOLDS}: training without them")
        trained = train([example for number, _, example in folds if number != fold] + extra, cache.parent)
        near, encoding = trained.neighbours, trained.encoding
        model = UnderstandingModel(trained.features, trained.heads, gate, neighbours=near, encoding=encoding)
        tested = [(i, m) for i, (number, m, _) in enumerate(folds) if number == fold and m.uitkomst != FOLLOW_UP]
        say(f"own messages, part {fold + 1} of {FOLDS}: {len(tested)} messages")
        if encoding is None:
            raise RuntimeError("no embeddings on this machine: the figures would be of another model")
        vectors = EmbeddingCache(cache.parent, encoding).embed([worded(message.tekst) for _, message in tested])
        found = understand_batch(model, [message for _, message in tested], vectors)
        records.update(zip([i for i, _ in tested], found))
    ordered = [records[i] for i in sorted(records)]
    cache.mkdir(parents=True, exist_ok=True)
    for old in cache.glob("holdout-*.json"):
        old.unlink(missing_ok=True)
    stored.write_text(json.dumps([record.as_dict() for record in ordered], ensure_ascii=False), encoding="utf-8")
    return messages, ordered


def fingerprint(root: Path) -> str:
    """Of everything that the predictions depend on."""
    digest = hashlib.sha256()
    for name in FROM:
        path = root / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(file.relative_to(root).as_posix().encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]
