"""The set-up on a machine with next to nothing: it runs on an old Python, and says in one sentence what is missing."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from setup import environments, locks
from verbonden.commands import ROOT
from verbonden.supervision.ports import pick_free

FIRST_FILES = (*sorted((ROOT / "setup").glob("*.py")),
               *(ROOT / "verbonden" / name for name in ("__init__.py", "content.py", "progress.py", "commands.py", "orphans.py")))


@pytest.mark.parametrize("path", FIRST_FILES, ids=lambda path: path.name)
def test_the_bootstrap_is_python_3_8_with_only_the_standard_library(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 8))
    imported = {node.module.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    imported |= {alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert imported <= set(sys.stdlib_module_names) | {"setup", "verbonden"}


def fresh_tree(folder: Path) -> Path:
    """What git would give of the set-up, without anything installed."""
    for path in FIRST_FILES:
        target = folder / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    for name in ("requirements", "Makefile", "pyproject.toml", ".python-version"):
        source = ROOT / name
        shutil.copytree(source, folder / name) if source.is_dir() else shutil.copy(source, folder / name)
    return folder


def without_network(**more: str) -> dict[str, str]:
    """Package servers that refuse the connection."""
    nowhere = f"http://127.0.0.1:{pick_free(set())}/simple"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))}
    return {**kept, "PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": nowhere, "PIP_RETRIES": "0", "PIP_NO_CACHE_DIR": "1",
            "UV_INDEX_URL": nowhere, "UV_HTTP_RETRIES": "0", "UV_NO_CACHE": "1", **more}


def run_setup(folder: Path, environment: dict[str, str], *goals: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-B", "-m", "setup", *goals], cwd=folder, env=environment, capture_output=True,
                          text=True, timeout=120, check=False)


def test_without_network_one_sentence_says_so(tmp_path: Path) -> None:
    done = run_setup(fresh_tree(tmp_path), without_network(), "app")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "Installing uv: the package server can not be reached: check the network (or the proxy) and run the command again. "
        f"All output is in {Path('var/log/setup.log')}."
    ]
    assert "uv" in (tmp_path / "var" / "log" / "setup.log").read_text(encoding="utf-8")


def test_without_an_interpreter_one_sentence_names_it(tmp_path: Path) -> None:
    folder = fresh_tree(tmp_path)
    path = folder / "setup" / "environments.py"
    # A Python that no machine has: uv looks for it, and can not download it.
    path.write_text(path.read_text(encoding="utf-8").replace('"3.10"', '"3.99"'), encoding="utf-8")
    shutil.copytree(ROOT / ".tools", folder / ".tools", symlinks=True)
    done = run_setup(folder, without_network(), "rasa")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "install Python 3.99" in done.stderr


def test_unknown_goals_are_told(tmp_path: Path) -> None:
    done = run_setup(ROOT, dict(os.environ), "ap")
    assert done.returncode == 2 and "app" in done.stderr


def test_a_machine_without_python_is_told_by_make(tmp_path: Path) -> None:
    done = subprocess.run(["make", "-C", str(ROOT), "PYTHON=", "run"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == (
        "There is no Python 3.8 or newer on this machine: install python3 and run the command again."
    )


def test_make_help_lists_every_target() -> None:
    done = subprocess.run(["make", "-C", str(ROOT), "--no-print-directory"], capture_output=True, text=True, check=True)
    listed = {line.split()[1] for line in done.stdout.splitlines()}
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"run", "test", "help"} <= targets
    assert listed == targets, "a target without a word of explanation (##) is not listed"


def pins(name: str) -> dict[str, str]:
    lines = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split(" ")[0].split("==") for line in lines if "==" in line and not line.startswith((" ", "#")))


def test_the_tests_run_with_the_versions_of_the_application() -> None:
    dev = pins("dev")
    assert {name: dev.get(name) for name in pins("app")} == pins("app")


@pytest.mark.parametrize("name", [lock[0] for lock in locks.LOCKS])
def test_locks_have_hashes_and_no_addresses(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    assert "://" not in text and "--index" not in text and "--find-links" not in text
    blocks = text.count("==")
    assert blocks and text.count(" \\\n    --hash=sha256:") >= blocks


def test_an_environment_is_stale_when_its_lock_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "requirements").mkdir()
    lock = tmp_path / "requirements" / "rasa.txt"
    lock.write_text("a==1", encoding="utf-8")
    monkeypatch.setattr(environments, "ROOT", tmp_path)
    assert not environments.RASA.is_fresh()
    environments.RASA.interpreter.parent.mkdir(parents=True)
    environments.RASA.interpreter.touch()
    (environments.RASA.path / "setup.stamp").write_text(environments.RASA.wanted(), encoding="utf-8")
    assert environments.RASA.is_fresh()
    lock.write_text("a==2", encoding="utf-8")
    assert not environments.RASA.is_fresh()
