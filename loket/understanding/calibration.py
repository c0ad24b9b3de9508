"""Scores that mean something: of the answers with score .9 about 90 % are right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from loket.understanding.heads import softmax

Floats = NDArray[np.floating]
Indices = NDArray[np.intp]

MIX = {"antwoord": 0.50, "status": 0.13, "buiten_bereik": 0.09, "mens": 0.07}
"""Parts of the messages that a front desk gets (estimate of issue 3; the training data has another mix)."""

GEMEENTE = 0.33
"""Part of the questions that are for a gemeente (estimate of issue 3)."""


def fit_temperature(logits: Floats, gold: Indices, weight: Floats | None = None) -> float:
    """The temperature that minimises the (weighted) log loss of held-out logits, shape (n, classes), gold (n,)."""
    mass = np.ones(len(gold)) if weight is None else weight

    def loss(log_temperature: float) -> float:
        p = softmax(logits / np.exp(log_temperature))
        return float(-np.average(np.log(np.maximum(p[np.arange(len(gold)), gold], 1e-12)), weights=mass))

    return float(np.exp(minimize_scalar(loss, bounds=(-3.0, 3.0), method="bounded").x))


def real_mix(outcomes: NDArray[np.str_], names: Sequence[str], gold: Indices, head: str) -> Floats:
    """Weight of each held-out message, so that together they are mixed as in reality."""
    known, counts = np.unique(outcomes, return_counts=True)
    number = dict(zip(known.tolist(), counts.tolist()))
    others = (1.0 - sum(MIX.values())) / max(1, len(set(number) - set(MIX)))
    weight = np.array([MIX.get(outcome, others) / number[outcome] for outcome in outcomes.tolist()])
    if head == "organisatie" and "gemeente" in names:
        is_gemeente = gold == list(names).index("gemeente")
        part = float(weight[is_gemeente].sum() / weight.sum())
        if 0.0 < part < 1.0:
            weight = weight * np.where(is_gemeente, GEMEENTE / part, (1.0 - GEMEENTE) / (1.0 - part))
    return weight
