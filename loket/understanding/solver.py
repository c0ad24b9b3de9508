"""Multinomial logistic regression on rows that are part sparse, part dense.

scikit-learn's estimator does the same, but its two versions in use here (1.1 inside Rasa, newer outside) scale the
loss differently and stop at different points, so that a model depended on where it was trained; and it carries the
dense embedding as a sparse matrix of doubles. This one gives the same weights on both and takes a third of the time.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Array = NDArray[np.float32]
Objective = Callable[[Array], tuple[float, Array]]

MEMORY = 6
"""Past steps from which L-BFGS estimates the curvature."""

ARMIJO = 1e-4
"""Part of the promised decrease that a step must reach (Nocedal and Wright, Numerical Optimization, section 3.1)."""

SHRINK = 0.4
TRIES = 12
SETTLED = 1e-7


def minimise(objective: Objective, start: Array, iterations: int) -> Array:
    """L-BFGS with backtracking (Nocedal and Wright, algorithm 7.4), in 32-bit floats.

    Args:
        objective: gives the loss and its gradient at a point.
        start: where to begin; one dimension.
        iterations: steps at most; stopping early is part of the regularisation.
    """
    point = start
    loss, gradient = objective(point)
    past: deque[tuple[Array, Array, float]] = deque(maxlen=MEMORY)
    for _ in range(iterations):
        direction = _direction(gradient, past)
        slope = -float(gradient @ direction)
        if slope >= 0:
            break
        step = 1.0
        for _ in range(TRIES):
            candidate = point - np.float32(step) * direction
            new_loss, new_gradient = objective(candidate)
            if new_loss <= loss + ARMIJO * step * slope:
                break
            step *= SHRINK
        else:
            break
        moved, turned = candidate - point, new_gradient - gradient
        curvature = float(moved @ turned)
        if curvature > 1e-12:
            past.append((moved, turned, 1.0 / curvature))
        settled = abs(loss - new_loss) < SETTLED
        point, loss, gradient = candidate, new_loss, new_gradient
        if settled:
            break
    return point


def _direction(gradient: Array, past: deque[tuple[Array, Array, float]]) -> Array:
    direction = gradient.copy()
    factors = []
    for moved, turned, inverse in reversed(past):
        factor = inverse * float(moved @ direction)
        factors.append(factor)
        direction -= np.float32(factor) * turned
    if past:
        _, turned, inverse = past[-1]
        direction *= np.float32(1.0 / (inverse * float(turned @ turned)))
    else:
        direction *= np.float32(1.0 / max(float(np.linalg.norm(gradient)), 1e-12))
    for (moved, turned, inverse), factor in zip(past, reversed(factors)):
        direction += np.float32(factor - inverse * float(turned @ direction)) * moved
    return direction


SMALL = 5_000
"""Rows up to which a problem is solved before another process has begun."""


class Problem(NamedTuple):
    """What `softmax_regression` is asked."""

    rows: sparse.csr_matrix
    dense: int
    shares: Array
    strength: float
    iterations: int


def softmax_regressions(problems: Sequence[Problem]) -> list[tuple[Array, Array]]:
    """The answers of `softmax_regression` to each, as many at the same time as there are processors, the same as one by one.

    Processes, because the multiplication of sparse matrices holds on to Python; forked, because a fresh one would first load
    all of Rasa again.
    """
    several = min(len(problems), os.cpu_count() or 1)
    largest = max((problem.rows.shape[0] for problem in problems), default=0)
    if several < 2 or largest <= SMALL or "fork" not in multiprocessing.get_all_start_methods():
        return [softmax_regression(*problem) for problem in problems]
    with ProcessPoolExecutor(several, mp_context=multiprocessing.get_context("fork")) as pool:
        return [future.result() for future in [pool.submit(softmax_regression, *problem) for problem in problems]]


def softmax_regression(
    rows: sparse.csr_matrix, dense: int, shares: Array, strength: float, iterations: int
) -> tuple[Array, Array]:
    """Weights (classes, features) and bias (classes,) of the best classifier.

    Args:
        rows: features, shape (n, features).
        dense: how many of the last columns are filled for every row (the embedding).
        shares: how much each class counts for each row, shape (n, classes); a row may belong to several classes.
        strength: inverse of the regularisation (C), as in scikit-learn.
        iterations: steps at most.
    """
    features, classes = rows.shape[1], shares.shape[1]
    split = features - dense
    sparse_part = rows[:, :split].tocsr().astype(np.float32)
    sparse_columns = sparse_part.T.tocsr()
    dense_part = np.ascontiguousarray(rows[:, split:].toarray(), dtype=np.float32)
    total = float(shares.sum())
    goal = (shares / total).astype(np.float32)
    counts = goal.sum(axis=1, keepdims=True)
    penalty = np.float32(1.0 / (strength * total))

    def objective(flat: Array) -> tuple[float, Array]:
        weights = flat.reshape(features + 1, classes)
        scores = np.asarray(sparse_part @ weights[:split]) + dense_part @ weights[split:features] + weights[-1]
        scores -= scores.max(axis=1, keepdims=True)
        exponents = np.exp(scores)
        sums = exponents.sum(axis=1, keepdims=True)
        loss = float((counts * np.log(sums)).sum(dtype=np.float64) - (goal * scores).sum(dtype=np.float64))
        exponents *= counts / sums
        exponents -= goal
        gradient = np.empty_like(weights)
        gradient[:split] = sparse_columns @ exponents
        gradient[split:features] = dense_part.T @ exponents
        gradient[-1] = exponents.sum(axis=0)
        gradient[:-1] += penalty * weights[:-1]
        return loss + 0.5 * float(penalty) * float(np.vdot(weights[:-1], weights[:-1])), gradient.ravel()

    best = minimise(objective, np.zeros((features + 1) * classes, dtype=np.float32), iterations).reshape(features + 1, classes)
    return np.ascontiguousarray(best[:-1].T), best[-1].copy()
