"""Training of the understanding from `data/nlu` and the questions in the verwijsindex.

Used inside Rasa's training (`bot.components.understanding`) and by `make evaluate`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from loket.understanding.embedding import EmbeddingCache, Matrix, available
from loket.understanding.features import Features
from loket.understanding.heads import Array, Head, fit_temperature

FOLDS = 4
CALIBRATION_FOLDS = 2
"""Folds on which the temperature is fitted; all four would take twice the time and change it by a few percent."""

SECOND_WEIGHT = 0.35
"""Weight of the second and third organisation of an example against the first."""

MIN_EXAMPLES = 3
"""Classes with fewer examples are left out: nothing can be learned from them."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Example:
    """One labelled message. `product` is known only for questions of the verwijsindex."""

    tekst: str
    uitkomst: str
    organisaties: tuple[str, ...] = ()
    taal: str = "nl"
    product: str | None = None


@dataclass(frozen=True)
class Trained:
    """The trained parts, to be saved in a folder."""

    features: Features
    heads: dict[str, Head]

    def save(self, folder: Path) -> None:
        """Write everything into an existing folder."""
        self.features.save(folder)
        for name, head in self.heads.items():
            head.save(folder, name)


MAX_ITERATIONS = 40
"""Where the fit is cut off. The tolerance means different things in different versions of scikit-learn; this does not."""

STRENGTH = {"uitkomst": 12.0, "organisatie": 16.0, "taal": 8.0}
"""Inverse regularisation (C) per head; chosen by cross-validation on our own data."""


def train(examples: Sequence[Example], cache: Path, progress: Progress = lambda _: None) -> Trained:
    """Train all heads.

    Args:
        examples: labelled messages.
        cache: folder for embeddings.
        progress: told in words what is going on.
    """
    texts = [example.tekst for example in examples]
    progress(f"{len(texts)} voorbeelden")
    vectors = EmbeddingCache(cache).embed(texts) if available() else None
    features = Features(with_embeddings=vectors is not None)
    features.fit(texts, vectors)
    rows, _ = features.rows(texts, vectors)
    heads = {}
    for name, (index, labels, weights) in targets(examples).items():
        progress(f"klassen van {name}: {len(set(labels))}")
        if name == "product":
            heads[name] = fit_centroids(rows[index], labels)
        else:
            heads[name] = fit_head(rows[index], labels, weights, STRENGTH[name], calibrate=name != "taal")
    return Trained(features, heads)


Target = tuple[list[int], list[str], list[float]]


def targets(examples: Sequence[Example]) -> dict[str, Target]:
    """Per head: which examples take part (an example may more than once), with which label and weight."""
    organisations: Target = ([], [], [])
    for i, example in enumerate(examples):
        for rank, organisation in enumerate(example.organisaties):
            if example.uitkomst == "klacht" and organisation == "ombudsman" and rank:
                continue  # the way on after a complaint, not what the message is about
            _add(organisations, i, organisation, 1.0 if rank == 0 else SECOND_WEIGHT)
    outcome = (list(range(len(examples))), [e.uitkomst for e in examples], [1.0] * len(examples))
    language = (list(range(len(examples))), [e.taal for e in examples], [1.0] * len(examples))
    with_product = [(i, e.product) for i, e in enumerate(examples) if e.product]
    product = ([i for i, _ in with_product], [p for _, p in with_product], [1.0] * len(with_product))
    found = {"uitkomst": outcome, "organisatie": organisations, "taal": language, "product": product}
    return {name: _frequent(target) for name, target in found.items() if len(set(_frequent(target)[1])) > 1}


def _add(target: Target, index: int, label: str, weight: float) -> None:
    for column, value in zip(target, (index, label, weight)):
        column.append(value)  # type: ignore[attr-defined]


def _frequent(target: Target) -> Target:
    counts: dict[str, int] = {}
    for label in target[1]:
        counts[label] = counts.get(label, 0) + 1
    kept = [item for item in zip(*target) if counts[item[1]] >= MIN_EXAMPLES]
    return [k[0] for k in kept], [k[1] for k in kept], [k[2] for k in kept]


def fit_head(rows: sparse.csr_matrix, labels: Sequence[str], weights: Sequence[float], strength: float, calibrate: bool) -> Head:
    """One multinomial logistic regression; the temperature is fitted on folds that the weights did not see."""
    names = sorted(set(labels))
    gold = np.array([names.index(label) for label in labels])
    weight = np.asarray(weights)
    final = _fit(rows, gold, weight, strength, names)
    if calibrate:
        # Deterministic folds: neighbours in a file often resemble each other, so every FOLDS-th is too easy;
        # blocks of 25 keep look-alikes together.
        fold = (np.arange(len(gold)) // 25) % FOLDS
        held, held_gold = [], []
        for number in range(CALIBRATION_FOLDS):
            inside, outside = fold != number, fold == number
            part = _fit(rows[inside], gold[inside], weight[inside], strength, names)
            counted = outside & (weight == 1.0)
            held.append(part.logits(rows[counted]))
            held_gold.append(gold[counted])
        final.temperature = fit_temperature(np.concatenate(held), np.concatenate(held_gold))
    return final


def fit_centroids(rows: sparse.csr_matrix, labels: Sequence[str]) -> Head:
    """A head whose weights are the mean of each class.

    With some ten examples for each of 500 products a logistic regression gains 2 points of accuracy (measured: .51
    against .49 on held-out questions) and costs minutes.
    """
    names = sorted(set(labels))
    gold = np.array([names.index(label) for label in labels])
    fold = np.arange(len(gold)) % FOLDS
    inside = fold != 0
    held = np.asarray(rows[~inside] @ _centroids(rows[inside], gold[inside], len(names)).T)
    weights = _centroids(rows, gold, len(names))
    head = Head(names, weights, np.zeros(len(names), dtype=np.float32))
    head.temperature = fit_temperature(held, gold[~inside])
    return head


def _centroids(rows: sparse.csr_matrix, gold: Array, classes: int) -> Array:
    members = sparse.csr_matrix((np.ones(len(gold), dtype=np.float32), (gold, np.arange(len(gold)))), shape=(classes, len(gold)))
    sums = np.asarray((members @ rows).todense(), dtype=np.float32)
    return sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)


def _fit(rows: sparse.csr_matrix, gold: Array, weight: Array, strength: float, names: list[str]) -> Head:
    model = LogisticRegression(C=strength, max_iter=MAX_ITERATIONS, tol=1e-6, solver="lbfgs")
    model.fit(rows, gold, sample_weight=weight)
    classes = len(names)
    weights = np.zeros((classes, rows.shape[1]), dtype=np.float32)
    bias = np.full(classes, -30.0, dtype=np.float32)  # a class that this fold lacks is never chosen
    if len(model.classes_) == 2:
        weights[model.classes_] = np.concatenate([-model.coef_, model.coef_]) / 2
        bias[model.classes_] = np.concatenate([-model.intercept_, model.intercept_]) / 2
    else:
        weights[model.classes_], bias[model.classes_] = model.coef_, model.intercept_
    return Head(names, weights, bias)


def embeddings_of(texts: Sequence[str], cache: Path) -> Matrix | None:
    """Cached embeddings, or None where embeddings are not available."""
    return EmbeddingCache(cache).embed(texts) if available() else None
