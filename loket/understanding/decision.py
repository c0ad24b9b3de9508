"""From scores to a decision: answer, ask one question, offer two routes, or admit not to understand.

Pure. The thresholds come from the validation split of our own data (`make evaluate`, docs/begrijpen.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

PRODUCT_SURE = 0.42
ORGANISATION_SURE = 0.55
CLOSE = 0.25
"""Two routes whose scores differ less than this are close: one question decides."""

PAIR_SURE = 0.55
ROUTE_MINIMUM = 0.18
BUTTON_MINIMUM = 0.03


class Kind(Enum):
    """What to do with a question."""

    PRODUCT = "product"
    ORGANISATION = "organisation"
    CLARIFY = "clarify"
    TWO_ROUTES = "two_routes"
    NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True)
class Decision:
    """What to do, with the ids it is about (products or organisations, best first)."""

    kind: Kind
    product: str | None = None
    organisations: tuple[str, ...] = ()
    products: tuple[str, ...] = ()


def decide(understanding: Mapping[str, Any], organisations_of: Mapping[str, Sequence[str]], clarified: bool) -> Decision:
    """Decide on one question.

    Args:
        understanding: result of the NLU pass (`Understanding.as_dict`).
        organisations_of: the organisations of each product.
        clarified: a clarifying question was asked just before; there is never a second one in a row.
    """
    organisations = [(r["id"], float(r["score"])) for r in understanding.get("organisaties", [])]
    products = [(r["id"], float(r["score"])) for r in understanding.get("producten", []) if r["id"] in organisations_of]
    scores = dict(organisations)
    if products:
        product, score = products[0]
        agreed = max((scores.get(o, 0.0) for o in organisations_of[product]), default=0.0)
        if score >= PRODUCT_SURE and agreed >= ROUTE_MINIMUM:
            return Decision(Kind.PRODUCT, product=product, organisations=tuple(organisations_of[product]))
    if not organisations:
        return Decision(Kind.NOT_UNDERSTOOD)
    first, first_score = organisations[0]
    likely = tuple(p for p, s in products if s >= BUTTON_MINIMUM and first in organisations_of[p])[:3]
    if first_score >= ORGANISATION_SURE:
        return Decision(Kind.ORGANISATION, organisations=(first,), products=likely)
    second, second_score = organisations[1] if len(organisations) > 1 else (first, 0.0)
    pair = (first, second)
    best = tuple(p for o in pair for p in [_best(products, o, organisations_of)] if p is not None)
    if not clarified and first_score + second_score >= PAIR_SURE and first_score - second_score < CLOSE:
        return Decision(Kind.CLARIFY, organisations=pair, products=best)
    if first_score >= ROUTE_MINIMUM:
        return Decision(Kind.TWO_ROUTES, organisations=pair if second_score > 0.05 else (first,), products=best)
    return Decision(Kind.NOT_UNDERSTOOD)


def _best(products: Sequence[tuple[str, float]], organisation: str, organisations_of: Mapping[str, Sequence[str]]) -> str | None:
    return next((p for p, s in products if s >= BUTTON_MINIMUM and organisation in organisations_of[p]), None)
