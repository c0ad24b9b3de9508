"""The second factor: what matches, and that it cannot be read back."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loket.cases.errors import InvalidInput
from loket.cases.second_factor import InitiatorFacts, SecondFactor


@pytest.mark.parametrize("stored", ["1980-03-12", "19800312", " 1980-03-12 "])
def test_birth_date_in_every_spelling_of_the_source(stored: str) -> None:
    assert SecondFactor.birth_date(date(1980, 3, 12)).matches([InitiatorFacts(birth_date=stored)])


@pytest.mark.parametrize("stored", [None, "", "1980", "19800000", "1980-03-00", "12-03-1980", "0000-00-00"])
def test_unknown_or_incomplete_birth_date_verifies_nobody(stored: str | None) -> None:
    assert not SecondFactor.birth_date(date(1980, 3, 12)).matches([InitiatorFacts(birth_date=stored)])


def test_no_initiator_verifies_nobody() -> None:
    assert not SecondFactor.birth_date(date(1980, 3, 12)).matches([])
    assert not SecondFactor.address("1234AB", 10).matches([InitiatorFacts()])
    assert not SecondFactor.address("1234AB", 10).matches([InitiatorFacts(postcode="1234AB")])


def test_any_of_several_initiators() -> None:
    factor = SecondFactor.address("1234ab", "10 A")
    others = [InitiatorFacts(postcode="9999ZZ", house_number=10), InitiatorFacts(postcode="1234 AB", house_number=10)]
    assert factor.matches(others)
    assert not factor.matches(others[:1])


def test_house_number_is_compared_whole() -> None:
    known = [InitiatorFacts(postcode="1234AB", house_number=1)]
    assert not SecondFactor.address("1234AB", "10").matches(known)
    assert SecondFactor.address("1234AB", "1-3").matches(known)


@pytest.mark.parametrize(("postcode", "number"), [("", "1"), ("0234AB", "1"), ("1234", "1"), ("12345AB", "1")])
def test_malformed_postcode(postcode: str, number: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        SecondFactor.address(postcode, number)
    assert caught.value.field == "postcode"


@pytest.mark.parametrize("number", ["", "0", "A", "-1", "123456"])
def test_malformed_house_number(number: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        SecondFactor.address("1234AB", number)
    assert caught.value.field == "huisnummer"


def test_nothing_of_it_can_be_printed() -> None:
    for text in (repr(SecondFactor.birth_date(date(1980, 3, 12))), repr(SecondFactor.address("1234AB", 10))):
        assert "1980" not in text
        assert "1234" not in text
    assert "1980" not in repr(InitiatorFacts(birth_date="1980-03-12", postcode="1234AB", house_number=10))
    assert "1234" not in repr(InitiatorFacts(birth_date="1980-03-12", postcode="1234AB", house_number=10))


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.dates(date(1900, 1, 1), date(2026, 1, 1)))
def test_only_the_same_date_matches(asked: date, known: date) -> None:
    facts = [InitiatorFacts(birth_date=known.isoformat())]
    assert SecondFactor.birth_date(asked).matches(facts) is (asked == known)
