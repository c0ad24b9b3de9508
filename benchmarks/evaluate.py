"""Measure the understanding: `make evaluate`.

Our own messages by models that did not see them (kept until data or code change), and a set of test messages with the
trained model. Of the latter only figures are shown and stored, never texts.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

# As in `verbonden triage` and in Rasa: for one message the threads of the matrix library only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from benchmarks.understanding.figures import figures, missed_bars
from benchmarks.understanding.holdout import cross_validated, of_later_writers
from benchmarks.understanding.records import InvalidSet, read_messages, understand_all
from benchmarks.understanding.report import page
from loket.understanding.package import NoModel, load_model
from verbonden.model import best_model

ROOT = Path(__file__).resolve().parents[1]
REPORTS = ROOT / "reports"
FIGURES = REPORTS / "begrip.json"
DEVELOPMENT_SET = ROOT.parent / "shared" / "evaluatie" / "ontwikkelset.jsonl"
REFERENCE_DAY = date(2026, 11, 22)
"""The day on which the messages of the development set were written: "gisteren" is the day before."""

OWN = "eigen berichten, door modellen die ze niet zagen"
WRITERS = "eigen berichten van schrijvers die in de training ontbraken"
TIMED = ("ms_mediaan", "ms_p95")
"""Figures that depend on what else the machine does."""


def main(arguments: list[str] | None = None) -> int:
    """Evaluate, write the report, print figures and differences; 2 when a file or a model is missing."""
    args = _arguments(arguments)
    sets: dict[str, dict[str, Any]] = {}
    messages, own = cross_validated(ROOT, ROOT / "var" / "cache" / "evaluate", lambda text: print(text, file=sys.stderr))
    sets[OWN] = figures(own)
    sets[WRITERS] = figures(of_later_writers(own))
    path = args.file or (DEVELOPMENT_SET if DEVELOPMENT_SET.exists() else None)
    if path is not None:
        try:
            tested = read_messages(path)
            model = load_model(args.model or best_model(), lambda: args.peildatum)
        except (OSError, InvalidSet, NoModel) as error:
            print(f"Cannot evaluate {path.name}: {error}", file=sys.stderr)
            return 2
        model.understand("goedemorgen")
        sets[path.stem] = figures(understand_all(model, tested))
    before = committed()
    changes = differences(before, sets)
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "begrip.html").write_text(page(sets, own, messages, changes), encoding="utf-8")
    (args.out / "begrip.json").write_text(json.dumps(sets, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    _print(sets, changes)
    return 0


def committed() -> dict[str, Any]:
    """The figures of the last commit; empty when there are none."""
    shown = subprocess.run(
        ["git", "show", f"HEAD:{FIGURES.relative_to(ROOT).as_posix()}"], cwd=ROOT, capture_output=True, check=False
    )
    try:
        found = json.loads(shown.stdout) if shown.returncode == 0 else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """One line per figure that differs between two reports, for the sets that both have."""
    lines = []
    for name, found in after.items():
        old, new = dict(_flat(before.get(name, {}))), dict(_flat(found))
        for key in sorted(set(old) & set(new)):
            if old[key] != new[key] and key not in TIMED:
                lines.append(f"{name}: {key} {old[key]} -> {new[key]}")
    return lines


def _flat(figure: Mapping[str, Any], before: str = "") -> list[tuple[str, float | None]]:
    found: list[tuple[str, float | None]] = []
    for key, value in figure.items():
        if isinstance(value, Mapping):
            found += _flat(value, f"{before}{key}.")
        elif not isinstance(value, list):
            found.append((f"{before}{key}", value))
    return found


def _print(sets: Mapping[str, Mapping[str, Any]], changes: list[str]) -> None:
    for name, found in sets.items():
        print(f"\n{name}")
        for key, value in found.items():
            if not isinstance(value, dict | list):
                print(f"  {key:36} {'-' if value is None else value}")
        for line in missed_bars(dict(found)):
            print(f"  below the bar: {line}")
    print("\nagainst the committed figures:")
    print("\n".join(f"  {line}" for line in changes) or "  no differences")


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.evaluate", description=__doc__)
    parser.add_argument("--file", type=Path, help="JSON lines: id, tekst, uitkomst, organisaties, entiteiten, taal")
    parser.add_argument("--model", type=Path, help="a trained model; default: that of the present data, else the newest")
    parser.add_argument("--peildatum", type=date.fromisoformat, default=REFERENCE_DAY, help="day of the messages in the file")
    parser.add_argument("--out", type=Path, default=REPORTS, help="folder of the report")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
