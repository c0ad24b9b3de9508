"""Training of the understanding from `data/nlu` and the verwijsindex.

Used inside Rasa's training (`bot.components.understanding`) and by `make evaluate`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from loket.understanding.calibration import fit_temperature, real_mix
from loket.understanding.embedding import SIZE, EmbeddingCache, Encoder, Matrix, encoder
from loket.understanding.features import DENSE_WEIGHT, DUTCH, Features
from loket.understanding.further import FurtherQuestions, LikeExamples
from loket.understanding.heads import Array, Head
from loket.understanding.neighbours import Neighbours, joined
from loket.understanding.solver import Problem, softmax_regressions
from loket.understanding.targets import Example, Target, targets
from loket.understanding.wording import worded

FOLDS = 4
CALIBRATION_FOLDS = 2
"""Folds on which the scores are calibrated; more would take more time and change them by a few percent."""

BLOCK = 16
"""Examples that stay together in a fold: neighbours in a file resemble each other, so every n-th alone is too easy."""

ITERATIONS = {"uitkomst": 40, "organisatie": 40, "taal": 20}
STRENGTH = {"uitkomst": 12.0, "organisatie": 30.0, "taal": 8.0}
"""Inverse regularisation (C) per head; chosen by cross-validation on our own data."""

PRODUCT_DENSE = 1.2 / DENSE_WEIGHT
"""Nearest products lean more on the meaning (the embedding) than the classifiers do: measured on our own data."""

Progress = Callable[[str], None]
Indices = NDArray[np.intp]


@dataclass(frozen=True)
class Trained:
    """The trained parts, to be saved in a folder."""

    features: Features
    heads: dict[str, Head]
    neighbours: Neighbours | None
    encoding: Encoder | None
    further: LikeExamples | None = None

    def save(self, folder: Path) -> None:
        """Write everything into an existing folder."""
        self.features.save(folder)
        for name, head in self.heads.items():
            head.save(folder, name)
        if self.neighbours is not None:
            self.neighbours.save(folder)
        if self.encoding is not None:
            self.encoding.save(folder)
        if self.further is not None:
            self.further.save(folder)


def train(
    examples: Sequence[Example], cache: Path, progress: Progress = lambda _: None, further: FurtherQuestions | None = None
) -> Trained:
    """Train all heads.

    Args:
        examples: labelled messages, and texts that belong to organisations.
        cache: folder for embeddings.
        progress: told in words what is going on.
        further: the questions that belong to what was told before, for a model that is asked in conversations.
    """
    texts, languages = [worded(example.tekst) for example in examples], [example.taal for example in examples]
    progress(f"{len(texts)} voorbeelden")
    encoding = encoder()
    vectors = None if encoding is None else EmbeddingCache(cache, encoding).embed(texts)
    features = Features()
    features.fit(texts, languages, vectors)
    letters = features.letters(texts)
    meaning = None if vectors is None else features.meaning(vectors, languages)
    rows = features.rows(letters, meaning)
    dense = 0 if meaning is None else SIZE
    outside = folds(examples)
    heads: dict[str, Head] = {}
    members: dict[str, tuple[Indices, sparse.csr_matrix]] = {}
    for name, target in targets(examples).items():
        progress(f"klassen van {name}: {len(target.names)}")
        if name == "taal":  # known before the meaning, which is centred by language
            (heads[name],) = _fit([(letters[target.index], target)], 0, name)
        elif name == "product":
            heads[name] = fit_centroids(rows[target.index], target, dense)
        else:
            heads[name] = fit_head(rows, meaning, target, name, examples, outside)
            members[name] = (target.index, sparse.csr_matrix(target.shares))
    neighbours = None if meaning is None else Neighbours(meaning, members)
    like = None
    if encoding is not None and further is not None:
        like = _like(further, features, heads["taal"], EmbeddingCache(cache, encoding))
    return Trained(features, heads, neighbours, encoding, like)


def _like(further: FurtherQuestions, features: Features, language: Head, cache: EmbeddingCache) -> LikeExamples:
    """The examples of further questions as a message would be read."""
    texts = [text for text, _ in further.examples]
    languages = [language.best_of_one(features.letters_of_one(text)) for text in texts]
    return LikeExamples([kind for _, kind in further.examples], features.meaning(cache.embed(texts), languages))


def folds(examples: Sequence[Example]) -> Indices:
    """In which fold each message is held out to calibrate the scores, shape (n,); -1: in none.

    Whole writers are left out, one in each fold: a citizen is a writer that no model has seen. What there is too little
    of for that (other languages, or all, when one writer wrote everything) is left out in blocks.
    """
    first = min((example.schrijver for example in examples), default=1)
    several = len({example.schrijver for example in examples if example.bericht}) > CALIBRATION_FOLDS
    found = np.full(len(examples), -1, dtype=np.intp)
    for number, example in enumerate(examples):
        if not example.bericht:
            continue
        if several and example.schrijver != first:
            found[number] = example.schrijver % CALIBRATION_FOLDS
        elif not several or example.taal != DUTCH:
            block = (number // BLOCK) % FOLDS
            found[number] = block if block < CALIBRATION_FOLDS else -1
    return found


def fit_head(
    rows: sparse.csr_matrix,
    meaning: Matrix | None,
    target: Target,
    name: str,
    examples: Sequence[Example],
    outside: Indices,
) -> Head:
    """One classifier whose scores, together with those of the nearest texts, are calibrated.

    Args:
        rows: features of all examples.
        meaning: their centred embeddings; None without embeddings.
        target: the classes.
        name: of the head: its strength and iterations.
        examples: all of them.
        outside: the fold in which each is held out. Scores are calibrated on messages that the weights did not see,
            weighed as outcomes occur in reality.
    """
    dense = 0 if meaning is None else SIZE
    fold = outside[target.index]
    apart = [(np.flatnonzero(fold != number), np.flatnonzero(fold == number)) for number in range(CALIBRATION_FOLDS)]
    apart = [(inside, held) for inside, held in apart if len(inside) and len(held)]
    parts = [target.part(inside) for inside, _ in apart]
    head, *without = _fit([(rows[each.index], each) for each in (target, *parts)], dense, name)
    places: list[Indices] = []
    logits: list[NDArray[np.floating]] = []
    for (inside, held), part, other in zip(apart, parts, without):
        found = other.logits(rows[target.index[held]])
        if meaning is not None:
            near = Neighbours(meaning[part.index], {name: (np.arange(len(inside)), sparse.csr_matrix(part.shares))})
            found = joined(name, found, near.scores(name, near.likeness(meaning[target.index[held]])))
        places.append(held)
        logits.append(found)
    if places:
        where = np.concatenate(places)
        outcomes = np.array([examples[i].uitkomst for i in target.index[where]])
        gold = target.gold[where]
        head.temperature = fit_temperature(np.concatenate(logits), gold, real_mix(outcomes, target.names, gold, name))
    return head


def _fit(parts: Sequence[tuple[sparse.csr_matrix, Target]], dense: int, name: str) -> list[Head]:
    """A head for each pair of rows and their classes."""
    problems = [Problem(rows, dense, target.shares, STRENGTH[name], ITERATIONS[name]) for rows, target in parts]
    return [
        # A class that this fold lacks is never chosen.
        Head(target.names, weights, np.where(target.shares.any(axis=0), bias, np.float32(-30.0)).astype(np.float32))
        for (_, target), (weights, bias) in zip(parts, softmax_regressions(problems))
    ]


def fit_centroids(rows: sparse.csr_matrix, target: Target, dense: int) -> Head:
    """A head whose weights are the mean of each class.

    With some ten examples for each of 500 products a logistic regression gains 2 points of accuracy (measured: .51
    against .49 on held-out questions) and costs minutes.
    """
    scale = np.ones(rows.shape[1], dtype=np.float32)
    if dense:
        scale[-dense:] = PRODUCT_DENSE
    scaled = (rows @ sparse.diags(scale)).tocsr()
    inside = np.arange(len(target.gold)) % FOLDS != 0
    held = np.asarray(scaled[~inside] @ _centroids(scaled[inside], target.gold[inside], len(target.names)).T)
    weights = _centroids(scaled, target.gold, len(target.names))
    head = Head(target.names, weights * scale, np.zeros(len(target.names), dtype=np.float32))
    head.temperature = fit_temperature(held, target.gold[~inside])
    return head


def _centroids(rows: sparse.csr_matrix, gold: Indices, classes: int) -> Array:
    ones = np.ones(len(gold), dtype=np.float32)
    members = sparse.csr_matrix((ones, (gold, np.arange(len(gold)))), shape=(classes, len(gold)))
    sums = np.asarray((members @ rows).todense(), dtype=np.float32)
    return np.asarray(sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9))
