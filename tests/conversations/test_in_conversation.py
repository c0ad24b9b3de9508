"""What a message means after others."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from loket.understanding.in_conversation import CARE, DANGER_SURE, at_start, begun, in_conversation

SCORE = st.floats(0, 1)
ROUTE = st.sampled_from(["112", "113", "veiligthuis", "kind"])


def alone(outcome: str, score: float, follows: float = 0.0, crisis: str | None = None, danger: float = 0.0) -> dict[str, Any]:
    """A result of the understanding of one message."""
    ranked = [{"id": "crisis", "score": danger}, {"id": outcome, "score": score}]
    return {"uitkomst": "crisis" if crisis else outcome, "score": score, "vervolg_score": follows, "vervolg": False,
            "crisis": crisis, "alleen_gegevens": False, "uitkomsten": ranked}  # fmt: skip


@given(score=SCORE, route=ROUTE, danger=SCORE, follows=SCORE)
def test_what_the_gate_hears_stays_a_crisis(score: float, route: str, danger: float, follows: float) -> None:
    found = in_conversation(alone("antwoord", score, follows, crisis=route, danger=danger), heard=route)
    assert found["crisis"] == route and found["uitkomst"] == "crisis" and not found["vervolg"]


@given(route=ROUTE, danger=SCORE)
def test_danger_is_never_dropped_in_silence(route: str, danger: float) -> None:
    found = in_conversation(alone("antwoord", 0.5, crisis=route, danger=danger), heard=None)
    assert (found["crisis"], found.get(CARE)) in ((route, None), (None, route))
    assert (found["crisis"] == route) == (danger >= DANGER_SURE)


def test_a_detail_after_an_answer_is_a_detail_and_a_clear_question_stays_one() -> None:
    assert in_conversation(alone("status", 0.6, follows=0.3), None)["vervolg"]
    assert not in_conversation(alone("antwoord", 0.95, follows=0.02), None)["vervolg"]


@given(follows=SCORE)
def test_the_wish_for_a_human_is_never_a_detail(follows: float) -> None:
    assert in_conversation(alone("mens", 0.2, follows=follows), None)["uitkomst"] == "mens"
    assert not in_conversation(alone("mens", 0.2, follows=follows), None)["vervolg"]


def test_a_conversation_has_begun_once_something_was_answered() -> None:
    assert not begun({}) and not begun({"gemeente": "Ede"})
    assert begun({"organisatie": "uwv"}) and begun({"laatste": "bezwaar:"})


def test_a_first_message_is_a_question_unless_it_can_not_be_one() -> None:
    question = {**alone("antwoord", 0.68, follows=0.88), "vervolg": True}  # "mijn pas is kwijt"
    assert not at_start(question)["vervolg"]
    only_yes = {**alone("smalltalk", 0.4, follows=0.999), "vervolg": True}
    assert at_start(only_yes)["vervolg"]
    data = {**alone("antwoord", 0.5, follows=1.0), "vervolg": True, "alleen_gegevens": True}
    assert at_start(data)["vervolg"]


@given(outcome=st.sampled_from(["antwoord", "klacht", "mens"]), score=SCORE, follows=SCORE)
def test_a_first_message_is_never_made_a_follow_up(outcome: str, score: float, follows: float) -> None:
    assert not at_start(alone(outcome, score, follows))["vervolg"]
