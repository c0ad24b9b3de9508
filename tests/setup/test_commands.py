"""A failing step of the set-up becomes one plain sentence, and the log keeps all output."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from verbonden.commands import ROOT, Failed, cause, output, run
from verbonden.progress import Step


def fails(script: str, log: Path, python: str = "") -> str:
    with pytest.raises(Failed) as caught:
        run(Step("x"), ["sh", "-c", script], what="Installing", log=log, python=python)
    return str(caught.value)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("error: error sending request ... failed to lookup address information", "the package server can not be reached"),
        ("npm error code EAI_AGAIN", "the package server can not be reached"),
        ("npm error network request to x failed, reason: connect ECONNREFUSED", "the package server can not be reached"),
        ("ERROR: Could not find a version that satisfies the requirement uv==0.13.9", "the package server can not be reached"),
        ("error: failed to write: No space left on device (os error 28)", "the disk is full"),
        ("npm error code ENOSPC", "the disk is full"),
        ("Hash mismatch for numpy==2.0", "do not trust it"),
        ("error: No interpreter found for Python 3.10 in managed installations or search path", "install Python 3.10"),
        ("Failed to download python-build-standalone/x: dns error", "install Python 3.10"),
        ("PermissionError: [Errno 13] Permission denied: '.venv'", "check who owns them"),
    ],
)
def test_known_causes_are_told_in_plain_words(tmp_path: Path, said: str, expected: str) -> None:
    sentence = fails(f'echo "first"; echo "{said}" >&2; exit 1', tmp_path / "log" / "setup.log", "3.10")
    assert sentence.startswith("Installing: ")
    assert expected in sentence
    assert "\n" not in sentence
    assert said in (tmp_path / "log" / "setup.log").read_text(encoding="utf-8")


def test_an_unknown_cause_shows_the_last_words(tmp_path: Path) -> None:
    sentence = fails("echo strange thing; echo; exit 3", tmp_path / "setup.log")
    assert "exit code 3: strange thing." in sentence and "setup.log" in sentence
    assert cause("strange thing") is None


def test_a_killed_command_points_at_the_memory(tmp_path: Path) -> None:
    assert "the memory is full" in fails("kill -9 $$", tmp_path / "setup.log")


def test_a_missing_program_is_named(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="the program there-is-no-such-program is not there"):
        run(Step("x"), ["there-is-no-such-program"], what="Installing", log=tmp_path / "setup.log")
    assert output(["there-is-no-such-program"]) is None


def test_the_last_line_is_shown_while_it_runs_and_an_active_environment_is_not_inherited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIRTUAL_ENV", "/somewhere")
    step = Step("x")
    run(step, ["sh", "-c", 'echo "venv=$VIRTUAL_ENV more=$MORE"'], what="x", log=tmp_path / "log", env={"MORE": "1"})
    assert step.detail == "venv= more=1"


def test_a_killed_set_up_leaves_no_command_behind(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from verbonden.commands import run; from verbonden.progress import Step\n"
        f"run(Step('x'), ['sh', '-c', 'echo $$ > {tmp_path}/pid; exec sleep 600'], what='x', log=Path('{tmp_path}/log'))"
    )
    process = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT)
    pid_file, deadline = tmp_path / "pid", time.monotonic() + 20
    while not (pid_file.exists() and pid_file.read_text().strip()) and time.monotonic() < deadline:
        time.sleep(0.05)
    pid = int(pid_file.read_text())
    assert psutil.pid_exists(pid)
    process.terminate()
    process.wait(10)
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
