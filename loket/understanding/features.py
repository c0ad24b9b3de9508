"""One text as numbers: sentence embedding, character n-grams and words side by side."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from loket.understanding.embedding import SIZE, Matrix, embed
from loket.understanding.patterns import fold

CHARS = {"analyzer": "char_wb", "ngram_range": (3, 6), "min_df": 2, "max_features": 120_000, "sublinear_tf": True}
WORDS = {
    "analyzer": "word",
    "ngram_range": (1, 2),
    "min_df": 2,
    "max_features": 30_000,
    "sublinear_tf": True,
    "token_pattern": r"(?u)\b\w+\b",
}
DENSE_WEIGHT = 0.7
"""Weight of the embedding against the n-grams (each block has norm 1); chosen on our own validation split."""


class Features:
    """Turns texts into rows of a sparse matrix. `fit` learns vocabularies and the mean embedding."""

    def __init__(self, with_embeddings: bool) -> None:
        self.with_embeddings = with_embeddings
        self._chars, self._words = TfidfVectorizer(**CHARS), TfidfVectorizer(**WORDS)
        self._mean = np.zeros(SIZE, dtype=np.float32)
        self._scale = np.ones(SIZE, dtype=np.float32)

    def fit(self, texts: Sequence[str], vectors: Matrix | None) -> None:
        """Learn from training texts; `vectors` are their embeddings, shape (n, 384), or None without embeddings."""
        folded = [fold(text) for text in texts]
        self._chars.fit(folded)
        self._words.fit(folded)
        if vectors is not None:
            # Raw cosines lie between 0.8 and 0.95: without this a linear classifier's confidence stays on the floor.
            self._mean = vectors.mean(axis=0)
            self._scale = (1.0 / np.maximum(vectors.std(axis=0), 1e-6)).astype(np.float32)

    def dense(self, vectors: Matrix) -> Matrix:
        """Centred and rescaled embeddings with norm 1, shape (n, 384)."""
        scaled = (vectors - self._mean) * self._scale
        norms = np.linalg.norm(scaled, axis=1, keepdims=True)
        return np.asarray(scaled / np.maximum(norms, 1e-6), dtype=np.float32)

    def rows(self, texts: Sequence[str], vectors: Matrix | None = None) -> tuple[sparse.csr_matrix, Matrix | None]:
        """The rows of texts, and their centred embeddings; embeds when `vectors` is not given."""
        folded = [fold(text) for text in texts]
        blocks = [self._chars.transform(folded), self._words.transform(folded)]
        dense = None
        if self.with_embeddings:
            dense = self.dense(embed(texts) if vectors is None else vectors)
            blocks.append(sparse.csr_matrix(dense * DENSE_WEIGHT))
        return sparse.hstack(blocks, format="csr", dtype=np.float32), dense

    def save(self, folder: Path) -> None:
        """Write vocabularies and numbers; plain JSON and npz, no pickle, readable by other Python versions."""
        vocabularies = {
            name: sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.__getitem__)
            for name, vectorizer in (("chars", self._chars), ("words", self._words))
        }
        (folder / "vocabulary.json").write_text(json.dumps(vocabularies, ensure_ascii=False), encoding="utf-8")
        np.savez(
            folder / "features.npz",
            mean=self._mean,
            scale=self._scale,
            with_embeddings=self.with_embeddings,
            chars=self._chars.idf_.astype(np.float32),
            words=self._words.idf_.astype(np.float32),
        )

    @classmethod
    def load(cls, folder: Path) -> Features:
        """Read what `save` wrote."""
        vocabularies = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
        with np.load(folder / "features.npz") as stored:
            features = cls(bool(stored["with_embeddings"]))
            features._mean, features._scale = stored["mean"], stored["scale"]
            features._chars = _restored(CHARS, vocabularies["chars"], stored["chars"])
            features._words = _restored(WORDS, vocabularies["words"], stored["words"])
        return features


def _restored(options: dict[str, object], vocabulary: list[str], idf: Matrix) -> TfidfVectorizer:
    options = {k: v for k, v in options.items() if k not in ("min_df", "max_features")}
    vectorizer = TfidfVectorizer(**options, vocabulary=vocabulary)
    vectorizer.idf_ = np.asarray(idf, dtype=np.float64)
    return vectorizer
