"""`make evaluate`: how well single messages are understood, on a file of labelled messages.

Prints JSON. The report in HTML, with the reliability curve and the confusion between organisations, is still to be made.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from datetime import date
from pathlib import Path
from typing import Any

from loket.understanding.package import load_model
from loket.understanding.result import OUTCOMES, Understanding

DEFAULT = Path("../shared/evaluatie/ontwikkelset.jsonl")
DAY = date(2026, 11, 22)
"""The day on which the words of the development set ("gisteren") are to be read."""


def figures(rows: list[dict[str, Any]], found: list[Understanding]) -> dict[str, Any]:
    """Parts that are right (0 to 1), and counts of alarms. Both lists in the same order."""
    pairs = list(zip(rows, found, strict=True))
    questions = [(r, f) for r, f in pairs if r["uitkomst"] == "antwoord" and r["organisaties"]]
    return {
        "uitkomst": _part([r["uitkomst"] == f.uitkomst for r, f in pairs]),
        "per_uitkomst": {
            name: _part([f.uitkomst == name for r, f in pairs if r["uitkomst"] == name]) for name in OUTCOMES
        },
        "organisatie_eerste": _part([f.organisaties[0].id in r["organisaties"] for r, f in questions]),
        "organisatie_eerste_drie": _part(
            [any(o.id in r["organisaties"] for o in f.organisaties[:3]) for r, f in questions]
        ),
        "crisis_vals_alarm": sum(f.uitkomst == "crisis" != r["uitkomst"] for r, f in pairs),
        "ten_onrechte_buiten_bereik": _part(
            [f.uitkomst == "buiten_bereik" for r, f in pairs if r["uitkomst"] != "buiten_bereik"]
        ),
        "niet_nederlands": _part([r["uitkomst"] == f.uitkomst for r, f in pairs if r["taal"] != "nl"]),
    }


def _part(right: list[bool]) -> float | None:
    return round(sum(right) / len(right), 3) if right else None


def main() -> int:
    """Measure and print; 2 when there is no file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", type=Path, default=DEFAULT)
    args = parser.parse_args()
    if not args.file.exists():
        print(f"There is no {args.file}: give --file with JSON lines (id, tekst, uitkomst, organisaties, taal).")
        return 2
    rows = [json.loads(line) for line in args.file.read_text(encoding="utf-8").splitlines() if line.strip()]
    model = load_model(None, lambda: DAY)
    found, spent = [], []
    for row in rows:
        started = time.perf_counter()
        found.append(model.understand(row["tekst"])[0])
        spent.append((time.perf_counter() - started) * 1000)
    print(json.dumps({**figures(rows, found), "ms_mediaan": round(statistics.median(spent), 1)}, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
