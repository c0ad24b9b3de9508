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
from loket.understanding.embedding import SIZE, EmbeddingCache, available
from loket.understanding.features import DENSE_WEIGHT, Features
from loket.understanding.heads import Array, Head
from loket.understanding.other_languages import OtherLanguages
from loket.understanding.solver import softmax_regression
from loket.understanding.targets import Example, Target, targets

FOLDS = 4
CALIBRATION_FOLDS = 2
"""Folds on which the scores are calibrated; all four would take twice the time and change them by a few percent."""

BLOCK = 16
"""Examples that stay together in a fold: neighbours in a file resemble each other, so every n-th alone is too easy."""

ITERATIONS = {"uitkomst": 40, "organisatie": 40, "taal": 20}
STRENGTH = {"uitkomst": 12.0, "organisatie": 30.0, "taal": 8.0}
"""Inverse regularisation (C) per head; chosen by cross-validation on our own data."""

PRODUCT_DENSE = 1.2 / DENSE_WEIGHT
"""Nearest products lean more on the meaning (the embedding) than the classifiers do: measured on our own data."""

Progress = Callable[[str], None]
Indices = NDArray[np.intp]


OTHER = "uitkomst_anders"
"""Head for the outcome of messages that are not in Dutch."""

OTHER_DENSE = 2.5
"""For those the meaning counts for more against the letters: .74 instead of .68 right on our held-out messages."""


@dataclass(frozen=True)
class Trained:
    """The trained parts, to be saved in a folder."""

    features: Features
    heads: dict[str, Head]
    other: OtherLanguages | None

    def save(self, folder: Path) -> None:
        """Write everything into an existing folder."""
        self.features.save(folder)
        for name, head in self.heads.items():
            head.save(folder, name)
        if self.other is not None:
            self.other.save(folder)


def train(examples: Sequence[Example], cache: Path, progress: Progress = lambda _: None) -> Trained:
    """Train all heads.

    Args:
        examples: labelled messages, and texts that belong to organisations.
        cache: folder for embeddings.
        progress: told in words what is going on.
    """
    texts = [example.tekst for example in examples]
    progress(f"{len(texts)} voorbeelden")
    vectors = EmbeddingCache(cache).embed(texts) if available() else None
    features = Features(with_embeddings=vectors is not None)
    features.fit(texts, vectors)
    rows, _ = features.rows(texts, vectors)
    dense = SIZE if vectors is not None else 0
    outcomes = np.array([example.uitkomst if example.bericht else "" for example in examples])
    foreign = np.array([example.taal != "nl" for example in examples])
    heads: dict[str, Head] = {}
    held: dict[str, HeldOut] = {}
    for name, target in targets(examples).items():
        progress(f"klassen van {name}: {len(target.names)}")
        part = rows[target.index]
        if name == "product":
            heads[name] = fit_centroids(part, target, dense)
            continue
        heads[name], held[name] = fit_head(part, dense, target, name, outcomes[target.index] if name != "taal" else None)
        if name == "uitkomst" and dense and foreign.any():
            heads[OTHER] = _fit_other(part, dense, target, np.where(foreign, outcomes, "")[target.index])
    return Trained(features, heads, _join(examples, rows, foreign, heads, held) if dense else None)


@dataclass(frozen=True)
class HeldOut:
    """Scores of examples by weights that did not see them: which (positions in the examples), logits and right class."""

    index: Indices
    logits: NDArray[np.floating]
    gold: Indices


def fit_head(
    rows: sparse.csr_matrix, dense: int, target: Target, name: str, outcomes: NDArray[np.str_] | None
) -> tuple[Head, HeldOut]:
    """One classifier with calibrated scores, and the held-out scores that calibrated it.

    Args:
        rows: features of the examples of `target`.
        dense: number of dense columns at the end of `rows`.
        target: the classes.
        name: of the head: its strength and iterations.
        outcomes: of each example that is a message, "" for the others; None leaves the scores uncalibrated. Scores are
            calibrated on messages only, weighed as outcomes occur in reality, on folds that the weights did not see.
    """
    head = _fit(rows, dense, target, name)
    fold = (np.arange(len(target.gold)) // BLOCK) % FOLDS
    places: list[Indices] = []
    logits: list[NDArray[np.floating]] = []
    for number in range(CALIBRATION_FOLDS if outcomes is not None else 0):
        inside, outside = np.flatnonzero(fold != number), np.flatnonzero((fold == number) & (outcomes != ""))
        if len(inside) and len(outside):
            places.append(outside)
            logits.append(_fit(rows[inside], dense, target.part(inside), name).logits(rows[outside]))
    if not places or outcomes is None:
        return head, HeldOut(np.zeros(0, np.intp), np.zeros((0, len(target.names))), np.zeros(0, np.intp))
    where, scores = np.concatenate(places), np.concatenate(logits)
    gold = target.gold[where]
    head.temperature = fit_temperature(scores, gold, real_mix(outcomes[where], target.names, gold, name))
    return head, HeldOut(target.index[where], scores, gold)


def _fit_other(rows: sparse.csr_matrix, dense: int, target: Target, outcomes: NDArray[np.str_]) -> Head:
    scale = np.ones(rows.shape[1], dtype=np.float32)
    scale[-dense:] = OTHER_DENSE
    head, _ = fit_head((rows @ sparse.diags(scale)).tocsr(), dense, target, "uitkomst", outcomes)
    return Head(head.labels, head.weights * scale, head.bias, head.temperature)


def _join(
    examples: Sequence[Example],
    rows: sparse.csr_matrix,
    foreign: NDArray[np.bool_],
    heads: dict[str, Head],
    held: dict[str, HeldOut],
) -> OtherLanguages | None:
    if "organisatie" not in heads or "product" not in heads:
        return None
    other = OtherLanguages.fit(examples, heads["organisatie"], heads["product"])
    seen = held["organisatie"]
    chosen = foreign[seen.index]
    if chosen.any():
        other.calibrate(seen.logits[chosen], heads["product"].logits(rows[seen.index[chosen]]), seen.gold[chosen])
    return other


def _fit(rows: sparse.csr_matrix, dense: int, target: Target, name: str) -> Head:
    weights, bias = softmax_regression(rows, dense, target.shares, STRENGTH[name], ITERATIONS[name])
    # A class that this fold lacks is never chosen.
    return Head(target.names, weights, np.where(target.shares.any(axis=0), bias, np.float32(-30.0)).astype(np.float32))


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
