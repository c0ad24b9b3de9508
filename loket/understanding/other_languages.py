"""The organisation of a message that is not in Dutch.

Character n-grams know the few messages in that language too well and nothing else. The products nearest in meaning (the
embedding is multilingual) know all the verwijsindex: on messages in topics that the training lacks in that language,
the first organisation is right .70 instead of .51 of the time. For Dutch they add nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from loket.understanding.calibration import fit_temperature
from loket.understanding.heads import Head, softmax
from loket.understanding.targets import SECOND_WEIGHT, Example

Floats = NDArray[np.floating]

SHARPNESS = 35.0
"""How much the nearest product counts above the second nearest."""

PRODUCT_SHARE = 2.0
"""Weight of the products' logarithmic scores against those of the classifier of organisations."""

FLOOR = 1e-3
"""Score of an organisation without a product near."""

FILE = "other_languages.npz"


class OtherLanguages:
    """Joins the scores of organisations and of products.

    Args:
        owners: how much each product is of each organisation, shape (products, organisations).
        temperature: of the joined scores.
    """

    def __init__(self, owners: Floats, temperature: float = 1.0) -> None:
        self._owners, self._temperature = owners, temperature

    @classmethod
    def fit(cls, examples: Sequence[Example], organisations: Head, products: Head) -> OtherLanguages:
        """Owners from the examples that have a product; uncalibrated."""
        owners = np.zeros((len(products.labels), len(organisations.labels)), dtype=np.float32)
        row = {name: number for number, name in enumerate(products.labels)}
        column = {name: number for number, name in enumerate(organisations.labels)}
        for example in examples:
            if example.product in row:
                for rank, organisation in enumerate(o for o in example.organisaties if o in column):
                    owners[row[example.product], column[organisation]] = SECOND_WEIGHT if rank else 1.0
        return cls(owners)

    def calibrate(self, organisations: Floats, products: Floats, gold: NDArray[np.intp]) -> None:
        """Fit the temperature on held-out logits, shapes (n, organisations) and (n, products)."""
        self._temperature = fit_temperature(self._joined(organisations, products), gold)

    def scores(self, organisations: Floats, products: Floats) -> Floats:
        """Calibrated scores of the organisations, shape (n, organisations), from the logits of both heads."""
        return softmax(self._joined(organisations, products) / self._temperature)

    def _joined(self, organisations: Floats, products: Floats) -> Floats:
        near = np.log(softmax(products * SHARPNESS) @ self._owners + FLOOR)
        return np.asarray(np.log(softmax(organisations) + 1e-9) + PRODUCT_SHARE * near)

    def save(self, folder: Path) -> None:
        """Write into a folder."""
        np.savez_compressed(folder / FILE, owners=self._owners, temperature=self._temperature)

    @classmethod
    def load(cls, folder: Path) -> OtherLanguages:
        """Read what `save` wrote."""
        with np.load(folder / FILE) as stored:
            return cls(stored["owners"], float(stored["temperature"]))
