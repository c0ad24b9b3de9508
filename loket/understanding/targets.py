"""Examples to learn from, and what each head learns from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Indices = NDArray[np.intp]

SECOND_WEIGHT = 0.35
"""Weight of the second and third organisation of an example against the first."""

MIN_EXAMPLES = 3
"""Classes with fewer examples are left out: nothing can be learned from them."""

BALANCE = {"uitkomst": 0.4, "organisatie": 0.3}
"""Power with which rare classes count for more: a third of the questions is about gemeenten, and a classifier that says
gemeente to everything strange is no front desk. Chosen on messages of writers that the training had not seen."""

TYPICAL = 100.0
"""Number of examples at which a class counts as it is."""

PRODUCT_WEIGHT = 0.15
"""Weight of a question of the verwijsindex for the outcome: there are as many as messages, all neat and all `antwoord`,
and at full weight they teach that whatever is neat is `antwoord` (measured: .80 against .78 right with another writer)."""


@dataclass(frozen=True)
class Example:
    """One labelled text. `product` is known only for questions of the verwijsindex.

    Attributes:
        tekst: what was written.
        uitkomst: the outcome; "" for a text that only says what an organisation is for.
        organisaties: the organisations, best first.
        taal: nl, en, tr, ar, pl, uk or de.
        product: id in the verwijsindex.
        gewicht: how much the text counts for the organisation.
        schrijver: number of who wrote it.
    """

    tekst: str
    uitkomst: str
    organisaties: tuple[str, ...] = ()
    taal: str = "nl"
    product: str | None = None
    gewicht: float = 1.0
    schrijver: int = 1

    @property
    def bericht(self) -> bool:
        """Whether it is a message as people send them, on which scores may be calibrated."""
        return bool(self.uitkomst) and self.product is None


@dataclass(frozen=True)
class Target:
    """What one head learns.

    Attributes:
        index: which examples take part, shape (n,).
        names: the classes.
        shares: how much each class counts for each of those examples, shape (n, classes).
        gold: the first class of each, shape (n,).
    """

    index: Indices
    names: list[str]
    shares: Array
    gold: Indices

    def part(self, rows: Indices) -> Target:
        """The same for some of its rows."""
        return Target(self.index[rows], self.names, self.shares[rows], self.gold[rows])


Labels = list[tuple[int, list[tuple[str, float]]]]


def targets(examples: Sequence[Example]) -> dict[str, Target]:
    """The target of each head that has at least two classes."""
    messages = [(i, e) for i, e in enumerate(examples) if e.uitkomst]
    labels: dict[str, Labels] = {
        "uitkomst": [(i, [(e.uitkomst, PRODUCT_WEIGHT if e.product else 1.0)]) for i, e in messages],
        "organisatie": [(i, _organisations(e)) for i, e in enumerate(examples) if e.organisaties],
        "taal": [(i, [(e.taal, 1.0)]) for i, e in messages],
        "product": [(i, [(e.product, 1.0)]) for i, e in messages if e.product],
    }
    found = {name: _target(pairs) for name, pairs in labels.items()}
    for name, power in BALANCE.items():
        found[name] = _balanced(found[name], power)
    return {name: target for name, target in found.items() if len(target.names) > 1}


def _organisations(example: Example) -> list[tuple[str, float]]:
    ranked = [(o, example.gewicht * (SECOND_WEIGHT if rank else 1.0)) for rank, o in enumerate(example.organisaties)]
    if example.uitkomst == "klacht":  # the way on after a complaint, not what the message is about
        return [ranked[0], *((o, weight) for o, weight in ranked[1:] if o != "ombudsman")]
    return ranked


def _target(labels: Labels) -> Target:
    counts: dict[str, int] = {}
    for _, pairs in labels:
        for name, _ in pairs:
            counts[name] = counts.get(name, 0) + 1
    names = sorted(name for name, count in counts.items() if count >= MIN_EXAMPLES)
    column = {name: number for number, name in enumerate(names)}
    kept = [(i, [(column[n], w) for n, w in pairs if n in column]) for i, pairs in labels if pairs[0][0] in column]
    shares = np.zeros((len(kept), len(names)), dtype=np.float32)
    for row, (_, columns) in enumerate(kept):
        for number, weight in columns:
            shares[row, number] = weight
    index = np.array([i for i, _ in kept], dtype=np.intp)
    return Target(index, names, shares, np.array([columns[0][0] for _, columns in kept], dtype=np.intp))


def _balanced(target: Target, power: float) -> Target:
    mass = np.bincount(target.gold, weights=target.shares.max(axis=1, initial=0.0), minlength=len(target.names))
    factor = (np.maximum(mass, 1.0) / TYPICAL) ** -power
    shares = (target.shares * factor[target.gold][:, None]).astype(np.float32)
    return Target(target.index, target.names, shares, target.gold)
