"""The trained understanding out of a Rasa model file: the same weights, without Rasa."""

from __future__ import annotations

import shutil
import tarfile
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from loket.understanding.crisis import CrisisGate
from loket.understanding.model import UnderstandingModel

COMPONENT = "VerbondenUnderstanding"
MARK = "features.npz"


class NoModel(LookupError):
    """There is no trained model, or it does not hold our component."""


def newest(folder: Path = Path("models")) -> Path:
    """The newest model file in `folder`. Raises NoModel."""
    found = sorted(folder.glob("*.tar.gz"), key=lambda p: p.stat().st_mtime)
    if not found:
        raise NoModel(f"geen bestand in {folder}")
    return found[-1]


def load_model(
    path: Path,
    today: Callable[[], date] = date.today,
    data: Path = Path("data"),
    cache: Path = Path("var/cache/model"),
) -> UnderstandingModel:
    """Load the understanding of a model file, unpacked once into `cache`. Raises NoModel."""
    folder = cache / f"{path.name}.{path.stat().st_mtime_ns}"
    if not (folder / MARK).exists():
        _unpack(path, folder)
    return UnderstandingModel.load(folder, CrisisGate.load(data / "crisis" / "poort.yaml"), today)


def _unpack(path: Path, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path) as archive, tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        members = [m for m in archive.getmembers() if COMPONENT in m.name and m.isfile()]
        if not any(Path(m.name).name == MARK for m in members):
            raise NoModel(f"{path} bevat het onderdeel {COMPONENT} niet")
        for member in members:
            source = archive.extractfile(member)
            assert source is not None
            with (Path(scratch) / Path(member.name).name).open("wb") as target:
                shutil.copyfileobj(source, target)
        for old in folder.parent.glob("*.tar.gz.*"):
            if old != folder:
                shutil.rmtree(old, ignore_errors=True)
        folder.mkdir(exist_ok=True)
        for file in Path(scratch).iterdir():
            file.replace(folder / file.name)
