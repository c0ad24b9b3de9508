"""The Python environments: `.venv` (3.12, faces the outside), `.venv-rasa` (3.10, never reachable) and `.venv-fuzz`."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

from setup.tools import uv
from verbonden.commands import ROOT, Failed, output, run
from verbonden.content import fingerprint, is_stamped
from verbonden.progress import Progress

SPACE_NEEDED = 6 * 10**9
"""Bytes: measured 1.3 GB for .venv with the test tools, 2.8 GB for .venv-rasa, and uv's cache beside it."""


class Environment(NamedTuple):
    """A virtual environment.

    Attributes:
        folder: name in the project.
        python: version of the interpreter.
        lock: file of hashed requirements.
        editable: whether the project itself is installed in it.
    """

    folder: str
    python: str
    lock: str
    editable: bool

    @property
    def path(self) -> Path:
        """Where it is."""
        return ROOT / self.folder

    @property
    def interpreter(self) -> Path:
        """Its Python."""
        return self.path / "bin" / "python"

    def wanted(self) -> str:
        """What its stamp holds when it is as the lock says."""
        extra = [_metadata()] if self.editable else []
        return fingerprint(ROOT, [self.lock], self.python, *extra)

    def is_fresh(self) -> bool:
        """Whether it is installed as the lock says."""
        return is_stamped(self.path / "setup.stamp", self.wanted()) and self.interpreter.exists()


APP = Environment(".venv", "3.12", "requirements/app.txt", True)
DEV = Environment(".venv", "3.12", "requirements/dev.txt", True)
RASA = Environment(".venv-rasa", "3.10", "requirements/rasa.txt", False)
FUZZ = Environment(".venv-fuzz", "3.12", "requirements/fuzz.txt", False)


def _metadata() -> str:
    """What an editable install takes from pyproject.toml: not the settings of ruff and the like, which come after it."""
    return (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("[tool.ruff]")[0]


def installed(environment: Environment) -> Environment:
    """The application's environment with the test tools, if these are in it already, so that nothing is taken out."""
    if environment == APP and (DEV.path / "bin" / "pytest").exists():
        return DEV
    return environment


def ensure(environment: Environment, progress: Progress) -> None:
    """Make an environment as its lock says; does nothing when it is.

    Raises:
        Failed: it can not be made.
    """
    environment = installed(environment)
    if environment.is_fresh():
        return
    program = uv(progress)
    _check_space(environment)
    name = f"Python {environment.python} environment ({environment.lock})"
    stamp = environment.path / "setup.stamp"
    with progress.step(name) as step:
        stamp.unlink() if stamp.exists() else None
        if not (output([environment.interpreter, "--version"]) or "").startswith(f"Python {environment.python}."):
            run(step, [program, "venv", "--clear", "--python", environment.python, environment.path],
                what=f"Python {environment.python}", python=environment.python)
        target = ["--python", environment.interpreter]
        run(step, [program, "pip", "sync", "--require-hashes", "--compile-bytecode", *target, environment.lock], what=name,
            python=environment.python)
        if environment.editable:
            # The build back end is in uv itself: no network, no code from elsewhere.
            run(step, [program, "pip", "install", "--no-deps", *target, "--editable", "."], what=name)
    stamp.write_text(environment.wanted(), encoding="utf-8")


def _check_space(environment: Environment) -> None:
    free = shutil.disk_usage(str(ROOT)).free
    if not environment.path.exists() and free < SPACE_NEEDED:
        needed = SPACE_NEEDED / 1e9
        raise Failed(f"There is too little room on the disk: {free / 1e9:.1f} GB is free, about {needed:.0f} GB is needed.")
