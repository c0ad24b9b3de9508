"""From scores to a decision: answer, ask one question, offer two routes, or admit not to understand.

Pure. The thresholds come from the validation split of our own data (`make evaluate`, docs/begrijpen.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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


SUBJECT_ODDS = 4.0
"""How much likelier a further question is about the organisation of the answer before than about any other. A choice, not a
measurement: we have too few whole conversations of our own for one."""


def leaning(
    understanding: Mapping[str, Any], organisation: str | None, organisations_of: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """The understanding of a further question, leaning to the organisation of the answer before.

    "Kan dat in termijnen?" after an answer about a study loan is about that loan, though by itself it is about fines. A
    question that is clearly about something else stays so: a score of .9 against .05 is .82 against .18 afterwards.

    Args:
        understanding: result of the NLU pass.
        organisation: what the answer before was about; None changes nothing.
        organisations_of: the organisations of each product.
    """
    found = dict(understanding)
    if organisation is None:
        return found
    found["organisaties"] = _leaned(found.get("organisaties", []), lambda name: name == organisation)
    found["producten"] = _leaned(found.get("producten", []), lambda name: organisation in organisations_of.get(name, ()))
    return found


def _leaned(ranked: Sequence[Mapping[str, Any]], about: Callable[[str], bool]) -> list[dict[str, Any]]:
    """Scores after a change of prior, best first; what is not in the list keeps its share of one."""
    odds = [(one["id"], float(one["score"]) * (SUBJECT_ODDS if about(one["id"]) else 1.0)) for one in ranked]
    rest = max(0.0, 1.0 - sum(float(one["score"]) for one in ranked))
    total = rest + sum(score for _, score in odds) or 1.0
    return [{"id": name, "score": score / total} for name, score in sorted(odds, key=lambda pair: -pair[1])]


def _best(products: Sequence[tuple[str, float]], organisation: str, organisations_of: Mapping[str, Sequence[str]]) -> str | None:
    return next((p for p, s in products if s >= BUTTON_MINIMUM and organisation in organisations_of[p]), None)
