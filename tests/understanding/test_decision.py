"""What is done with scores, and how a further question leans to what the conversation is about."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loket.understanding.decision import Kind, decide, leaning

ORGANISATIONS_OF = {"boete_termijnen": ("cjib",), "schuld_lager": ("duo",), "bijstand": ("gemeente",)}


def scored(organisations: dict[str, float], products: dict[str, float] | None = None) -> dict[str, Any]:
    """The ranked part of an understanding."""
    def ranked(scores: dict[str, float]) -> list[dict[str, Any]]:
        return [{"id": name, "score": score} for name, score in sorted(scores.items(), key=lambda pair: -pair[1])]

    return {"organisaties": ranked(organisations), "producten": ranked(products or {})}


def test_a_vague_further_question_is_about_the_organisation_of_the_answer_before() -> None:
    # "Kan dat in termijnen?", by itself about fines
    found = scored({"cjib": 0.4, "gemeente": 0.2, "duo": 0.25}, {"boete_termijnen": 0.4, "schuld_lager": 0.3})
    assert decide(found, ORGANISATIONS_OF, False).kind is Kind.CLARIFY
    leaned = decide(leaning(found, "duo", ORGANISATIONS_OF), ORGANISATIONS_OF, False)
    assert (leaned.kind, leaned.product) == (Kind.PRODUCT, "schuld_lager")


def test_a_clear_other_question_stays_another_question() -> None:
    found = scored({"cjib": 0.93, "duo": 0.04}, {"boete_termijnen": 0.8, "schuld_lager": 0.05})
    leaned = decide(leaning(found, "duo", ORGANISATIONS_OF), ORGANISATIONS_OF, False)
    assert (leaned.kind, leaned.product) == (Kind.PRODUCT, "boete_termijnen")


@given(st.dictionaries(st.sampled_from(["cjib", "duo", "gemeente", "uwv"]), st.floats(0.001, 0.25), min_size=1))
def test_leaning_keeps_scores_scores(organisations: dict[str, float]) -> None:
    found = scored(organisations)
    assert leaning(found, None, ORGANISATIONS_OF) == found
    leaned = leaning(found, "duo", ORGANISATIONS_OF)["organisaties"]
    assert {one["id"] for one in leaned} == set(organisations)
    values = [one["score"] for one in leaned]
    assert values == sorted(values, reverse=True) and 0 < sum(values) <= 1.0 + 1e-9
    duo = {one["id"]: one["score"] for one in leaned}.get("duo")
    assert duo is None or duo >= organisations["duo"]


@pytest.mark.parametrize(
    ("organisations", "kind"),
    [({}, Kind.NOT_UNDERSTOOD), ({"uwv": 0.6}, Kind.ORGANISATION), ({"uwv": 0.4, "duo": 0.3}, Kind.CLARIFY),
     ({"uwv": 0.3, "duo": 0.1}, Kind.TWO_ROUTES), ({"uwv": 0.1}, Kind.NOT_UNDERSTOOD)],
)
def test_what_is_done_with_one_question(organisations: dict[str, float], kind: Kind) -> None:
    assert decide(scored(organisations), ORGANISATIONS_OF, False).kind is kind


def test_there_is_never_a_second_question_in_a_row() -> None:
    assert decide(scored({"uwv": 0.4, "duo": 0.3}), ORGANISATIONS_OF, True).kind is Kind.TWO_ROUTES
