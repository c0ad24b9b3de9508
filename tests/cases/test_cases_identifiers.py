"""Case numbers and BSNs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loket.cases.errors import InvalidInput
from loket.cases.identifiers import bsn, case_number


@pytest.mark.parametrize(
    "text", ["", " ", "99999063", " 9999906", "9999906390", "999990638", "000000000", "99999063x", "９９９９９０６３９"]
)
def test_what_is_no_bsn_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        bsn(text)
    assert caught.value.field == "bsn"
    assert not text.strip() or text.strip() not in str(caught.value)


def test_a_bsn_that_passes_the_elfproef() -> None:
    assert bsn(" 999990639 ") == "999990639"
    assert bsn("999993653") == "999993653"


@given(st.integers(0, 9), st.integers(0, 8))
def test_one_wrong_digit_fails_the_elfproef(digit: int, place: int) -> None:
    right = "999990639"
    wrong = right[:place] + str(digit) + right[place + 1 :]
    if wrong == right:
        assert bsn(wrong) == right
    else:
        with pytest.raises(InvalidInput):
            bsn(wrong)


@given(st.text(max_size=60))
def test_a_number_is_refused_or_safe(text: str) -> None:
    try:
        number = case_number(text)
    except InvalidInput:
        return
    assert 4 <= len(number) <= 40
    assert number == number.upper() == case_number(number)
    assert number.isascii()
    assert not set(number) & set(" ?&#%*,\n")
