"""The trained Rasa model, kept under the fingerprint of everything that it is made of."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from verbonden.commands import ROOT, Failed, run
from verbonden.content import fingerprint
from verbonden.progress import Progress

MADE_OF = (
    "config.yml", "bot/components", "bot/domain", "data/nlu", "data/rules", "data/crisis", "data/verwijsindex/producten",
    "data/verwijsindex/organisaties.yaml", "data/antwoorden/vervolgvragen.yaml", "loket/understanding",
    "loket/privacy", "requirements/rasa.txt",
)
KEPT = 3
"""Models that stay on disk: going back to an earlier state of the data needs no training."""

QUIET = {"RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
"""Rasa neither calls home nor warns about the old libraries that it needs."""

RASA_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
MODELS = ROOT / "models"


def model_path(root: Path = ROOT, models: Path = MODELS) -> Path:
    """Where the model of the present state of the data is, trained or not."""
    return models / f"verbonden-{fingerprint(root, MADE_OF)}.tar.gz"


def best_model() -> Path:
    """The model of the present state of the data; the newest other one while that is not trained. Raises NoModel."""
    from loket.understanding.package import newest  # brings the matrix libraries, which only who understands messages needs

    present = model_path()
    return present if present.exists() else newest(MODELS)


def ensure_model(progress: Progress) -> Path:
    """Train the model if that was not done for the present state of the data; VERBONDEN_MODEL names another one to use.

    Raises:
        Failed: the training failed, or the named model is not there.
    """
    if named := os.environ.get("VERBONDEN_MODEL"):
        if not Path(named).is_file():
            raise Failed(f"VERBONDEN_MODEL is {named}, and there is no such file.")
        return Path(named).resolve()
    path = model_path()
    if path.exists():
        os.utime(path)
        return path
    with _alone():
        path = model_path()  # another process may have trained it while we waited
        if not path.exists():
            _train(path, progress)
            _forget_old()
    return path


def _train(path: Path, progress: Progress) -> None:
    if not RASA_PYTHON.exists():
        raise Failed("Rasa's environment (.venv-rasa) is not installed: run `make model`.")
    # Rasa's own cache does not see the files that our component reads by itself, so it must not be used.
    folder = MODELS / f".new-{os.getpid()}"
    # Threads that wait by sleeping: spinning ones stand still when the machine does other work too.
    environment = {
        **QUIET, "OMP_WAIT_POLICY": "PASSIVE", "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "RASA_MAX_CACHE_SIZE": "0",
        "RASA_CACHE_DIRECTORY": str(ROOT / "var" / "cache" / "rasa"),
    }
    name = path.name.removesuffix(".tar.gz")
    try:
        with progress.step("model of the understanding and the dialogue") as step:
            run(step, [RASA_PYTHON, "-m", "rasa", "train", "--force", "--config", "config.yml", "--domain", "bot/domain",
                       "--data", "data/nlu", "data/rules", "--out", folder, "--fixed-model-name", name],
                env=environment, what="Training the model")
        made = folder / path.name
        if not made.exists():
            raise Failed("Training the model: Rasa ended without an error, but made no model. See var/log/setup.log.")
        made.replace(path)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _forget_old() -> None:
    by_age = sorted(MODELS.glob("verbonden-*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in by_age[KEPT:]:
        path.unlink(missing_ok=True)


@contextmanager
def _alone() -> Iterator[None]:
    """One training at a time: two starts together must not train twice."""
    MODELS.mkdir(exist_ok=True)
    with (MODELS / ".lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield
