"""`verbonden triage`, as a command of its own process."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from verbonden.commands import ROOT

PROGRAM = ROOT / ".venv" / "bin" / "verbonden"


def triage(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it from another folder than the project's."""
    return subprocess.run([PROGRAM, "triage", *arguments], cwd=folder, capture_output=True, text=True, check=False)


def test_a_file_is_understood_line_by_line_from_any_folder(tmp_path: Path) -> None:
    lines = [
        '{"id": "a", "tekst": "Ik wil bezwaar maken tegen mijn verkeersboete"}',
        "geen json",
        '{"id": 7, "tekst": "Hoe ver is ZAAK-2026-0000000001?"}',
    ]
    (tmp_path / "vragen.jsonl").write_text("\n".join(lines), encoding="utf-8")

    done = triage(tmp_path, "--file", "vragen.jsonl")

    objection, broken, status = [json.loads(line) for line in done.stdout.splitlines()]
    assert (objection["id"], objection["uitkomst"], objection["taal"]) == ("a", "bezwaar", "nl")
    assert {"om", "cjib"} & {one["id"] for one in objection["organisaties"]}
    assert objection["ms"] > 0
    assert "fout" in broken
    assert (status["id"], status["uitkomst"]) == (7, "status")
    assert status["entiteiten"]["zaaknummer"] == "ZAAK-2026-0000000001"
    assert done.returncode == 1, "a line that can not be read makes the whole fail, after the others were answered"


def test_without_a_text_it_says_what_to_give(tmp_path: Path) -> None:
    done = triage(tmp_path)
    assert done.returncode == 2
    assert not done.stdout
    assert done.stderr.strip()
