"""`verbonden triage`: understand one text, or a file of them, without starting the product."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

# The matrix library has little to do for one message: its threads only wait for each other. Read when numpy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from loket.understanding.package import NoModel, load_model
from loket.understanding.result import Understanding
from verbonden.commands import ROOT
from verbonden.model import best_model

BATCH = 64
"""Messages that are embedded together; `ms` is the mean of a batch."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the subcommand."""
    parser.add_argument("tekst", nargs="?", help="one message")
    parser.add_argument("--file", type=Path, help="JSON lines with `id` and `tekst`; `-` is standard input")
    parser.add_argument("--model", type=Path, help="a trained Rasa model; default: that of the present data, else the newest")
    parser.add_argument("--peildatum", type=date.fromisoformat, help="the day on which words like 'gisteren' are read")


def run(args: argparse.Namespace) -> int:
    """Print one JSON line per message; 2 when there is nothing to read or no model."""
    if (args.tekst is None) == (args.file is None):
        print("Geef een tekst, of --file met JSON-regels.", file=sys.stderr)
        return 2
    try:
        today = (lambda: args.peildatum) if args.peildatum else date.today
        model = load_model(args.model or best_model(), today, ROOT / "data", ROOT / "var" / "cache" / "model")
    except NoModel as error:
        print(f"Er is nog geen model ({error}). Maak het met: make model", file=sys.stderr)
        return 2
    model.understand("goedemorgen")  # what is made at first use is no time of a message
    failed = 0
    rows: Iterable[dict[str, Any]] = [{"id": None, "tekst": args.tekst}] if args.file is None else _rows(args.file)
    for batch in _batches(rows, BATCH):
        started = time.perf_counter()
        found = iter(model.understand_all([str(row["tekst"]) for row in batch if "fout" not in row]))
        spent = (time.perf_counter() - started) * 1000 / len(batch)
        for row in batch:
            failed += "fout" in row
            print(json.dumps(row if "fout" in row else _result(row.get("id"), next(found)[0], spent), ensure_ascii=False))
    return 1 if failed else 0


def _result(number: Any, found: Understanding, ms: float) -> dict[str, Any]:
    return {
        "id": number,
        "uitkomst": found.uitkomst,
        "organisaties": [{"id": o.id, "score": round(o.score, 3)} for o in found.organisaties],
        "producten": [{"id": p.id, "score": round(p.score, 3)} for p in found.producten[:3]],
        "entiteiten": found.entiteiten,
        "taal": found.taal,
        "score": round(found.score, 3),
        "ms": round(ms, 2),
    }


def _batches(rows: Iterable[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    rows = iter(rows)
    while batch := list(islice(rows, size)):
        yield batch


def _rows(path: Path) -> Iterable[dict[str, Any]]:
    stream = sys.stdin if str(path) == "-" else path.open(encoding="utf-8")
    with stream:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                row["tekst"]
            except (ValueError, KeyError, TypeError):
                yield {"id": None, "fout": f"regel {number} is geen JSON met `tekst`"}
                continue
            yield row
