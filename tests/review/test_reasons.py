"""Why a message goes on the list: decided from what the turn led to."""

from __future__ import annotations

from typing import Any

import pytest

from loket.conversations.model import HandOff
from loket.review.reasons import BELOW, Reason, reasons
from tests.review.conftest import understood


@pytest.mark.parametrize(
    ("understanding", "facts", "handoff", "expected"),
    [
        (understood(), {}, None, []),
        (understood(), {"onbegrepen": "onbegrepen"}, None, [Reason.NOT_UNDERSTOOD]),
        (None, {"onbegrepen": "niet_bedoeld"}, None, [Reason.NOT_MEANT]),
        (understood("mens"), {"onbegrepen": "verduidelijking"}, "human", [Reason.CLARIFICATION]),
        (understood(), {}, "misunderstood", [Reason.HANDED_OVER]),
        (understood(), {"onbegrepen": "onbegrepen"}, "misunderstood", [Reason.NOT_UNDERSTOOD]),
        (None, {}, "failure", [Reason.FAILURE]),
        (understood(), {}, "human", []),
        (understood(), {}, "crisis", []),
        (understood(), {"onbegrepen": "iets nieuws"}, None, []),
        (understood(score=BELOW - 0.01), {}, None, [Reason.LOW_SCORE]),
        (understood(score=BELOW), {}, None, []),
        (understood(organisation=BELOW - 0.01), {}, None, [Reason.LOW_SCORE]),
        # A greeting has no organisation, an answer to our question asks nothing, a crisis is never second-guessed here.
        (understood("smalltalk", organisation=0.0), {}, None, []),
        (understood(score=0.1, vervolg=True), {}, None, []),
        (understood("crisis", score=0.1, crisis="113"), {}, None, []),
        ({}, {}, None, []),
    ],
)
def test_reasons(
    understanding: dict[str, Any] | None, facts: dict[str, Any], handoff: str | None, expected: list[Reason]
) -> None:
    assert reasons(understanding, facts, HandOff(handoff) if handoff else None, pressed=False) == expected


def test_the_score_of_a_button_says_nothing() -> None:
    assert reasons(understood(score=0.01), {}, None, pressed=True) == []


def test_the_limit_is_a_setting() -> None:
    assert reasons(understood(score=0.8), {}, None, pressed=False, below=0.81) == [Reason.LOW_SCORE]
