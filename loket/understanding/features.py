"""One text as numbers: sentence embedding, character n-grams and words side by side."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from loket.understanding.embedding import SIZE, Matrix
from loket.understanding.heads import Row
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

DUTCH = "nl"
MIN_FOR_MEAN = 30
"""Texts in a language from which their mean is that of the language; with fewer, that of Dutch serves."""


Analyser = Callable[[str], list[str]]


class Reader(NamedTuple):
    """One vectorizer, made ready for one text at a time: it computes `idf_` anew whenever it is asked for it."""

    analyse: Analyser
    vocabulary: Mapping[str, int]
    idf: NDArray[np.float64]

    def row(self, folded: str) -> Row:
        """What `transform` gives for one text, its places in the order in which they occur first."""
        counts = Counter(place for place in map(self.vocabulary.get, self.analyse(folded)) if place is not None)
        places = np.fromiter(counts, dtype=np.intp, count=len(counts))
        found = np.fromiter(counts.values(), dtype=np.float64, count=len(counts))
        values = (np.log(found) + 1.0) * self.idf[places]  # sublinear_tf
        norm = float(np.linalg.norm(values)) or 1.0
        return Row(places, (values / norm).astype(np.float32))


class Features:
    """Turns texts into rows of a sparse matrix: letters (n-grams and words) and meaning (the embedding).

    The embedding of a text says also in which language it is, so much that the nearest texts are those in the same
    language. Taking off the mean of each language leaves the subject: on messages that are not in Dutch and that the
    training lacked, the outcome is right .80 instead of .69 of the time, the first organisation .64 instead of .50.
    """

    def __init__(self) -> None:
        self._chars, self._words = TfidfVectorizer(**CHARS), TfidfVectorizer(**WORDS)
        self._means = {DUTCH: np.zeros(SIZE, dtype=np.float32)}
        self._scale = np.ones(SIZE, dtype=np.float32)

    def fit(self, texts: Sequence[str], languages: Sequence[str], vectors: Matrix | None) -> None:
        """Learn from training texts in `languages`; `vectors` are their embeddings, shape (n, 384), or None without."""
        folded = [fold(text) for text in texts]
        self._chars.fit(folded)
        self._words.fit(folded)
        if vectors is None:
            return
        names = np.array(languages)
        for name in sorted(set(languages)):
            of_language = vectors[names == name]
            if name == DUTCH or len(of_language) >= MIN_FOR_MEAN:
                self._means[name] = of_language.mean(axis=0)
        # Raw cosines lie between 0.8 and 0.95: without this a linear classifier's confidence stays on the floor.
        centred = vectors - self._mean_of(languages)
        self._scale = (1.0 / np.maximum(centred.std(axis=0), 1e-6)).astype(np.float32)

    def letters(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Character n-grams and words, shape (n, vocabulary)."""
        folded = [fold(text) for text in texts]
        return sparse.hstack([self._chars.transform(folded), self._words.transform(folded)], format="csr", dtype=np.float32)

    @cached_property
    def _readers(self) -> list[Reader]:
        return [Reader(v.build_analyzer(), v.vocabulary_, v.idf_) for v in (self._chars, self._words)]

    def letters_of_one(self, text: str) -> Row:
        """The same for one text, without the checks that scikit-learn makes each time: 0.4 ms instead of 2.3."""
        folded = fold(text)
        parts = [reader.row(folded) for reader in self._readers]
        places = np.concatenate([parts[0].places, parts[1].places + len(self._chars.vocabulary_)])
        return Row(places, np.concatenate([part.values for part in parts]))

    def row_of_one(self, letters: Row, meaning: Matrix | None) -> Row:
        """Letters and meaning, shape (1, 384), of one text; the letters alone where `meaning` is None."""
        if meaning is None:
            return letters
        start = len(self._chars.vocabulary_) + len(self._words.vocabulary_)
        places = np.concatenate([letters.places, np.arange(start, start + meaning.shape[1])])
        return Row(places, np.concatenate([letters.values, meaning[0] * np.float32(DENSE_WEIGHT)]))

    def meaning(self, vectors: Matrix, languages: Sequence[str]) -> Matrix:
        """Embeddings of texts in `languages`, centred and rescaled, with norm 1, shape (n, 384)."""
        scaled = (vectors - self._mean_of(languages)) * self._scale
        norms = np.linalg.norm(scaled, axis=1, keepdims=True)
        return np.asarray(scaled / np.maximum(norms, 1e-6), dtype=np.float32)

    def rows(self, letters: sparse.csr_matrix, meaning: Matrix | None) -> sparse.csr_matrix:
        """Both side by side, letters first; the letters alone where `meaning` is None."""
        if meaning is None:
            return letters
        return sparse.hstack([letters, sparse.csr_matrix(meaning * DENSE_WEIGHT)], format="csr", dtype=np.float32)

    def _mean_of(self, languages: Sequence[str]) -> Matrix:
        return np.stack([self._means.get(language, self._means[DUTCH]) for language in languages])

    def save(self, folder: Path) -> None:
        """Write vocabularies and numbers; plain JSON and npz, no pickle, readable by other Python versions."""
        vocabularies = {
            name: sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.__getitem__)
            for name, vectorizer in (("chars", self._chars), ("words", self._words))
        }
        (folder / "vocabulary.json").write_text(json.dumps(vocabularies, ensure_ascii=False), encoding="utf-8")
        np.savez(
            folder / "features.npz",
            languages=np.array(sorted(self._means)),
            means=np.stack([self._means[name] for name in sorted(self._means)]),
            scale=self._scale,
            chars=self._chars.idf_.astype(np.float32),
            words=self._words.idf_.astype(np.float32),
        )

    @classmethod
    def load(cls, folder: Path) -> Features:
        """Read what `save` wrote."""
        vocabularies = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
        with np.load(folder / "features.npz") as stored:
            features = cls()
            features._means = dict(zip(stored["languages"].tolist(), stored["means"]))
            features._scale = stored["scale"]
            features._chars = _restored(CHARS, vocabularies["chars"], stored["chars"])
            features._words = _restored(WORDS, vocabularies["words"], stored["words"])
        return features


def _restored(options: dict[str, object], vocabulary: list[str], idf: Matrix) -> TfidfVectorizer:
    options = {k: v for k, v in options.items() if k not in ("min_df", "max_features")}
    vectorizer = TfidfVectorizer(**options, vocabulary=vocabulary)
    vectorizer.idf_ = np.asarray(idf, dtype=np.float64)
    return vectorizer
