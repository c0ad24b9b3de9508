"""The answer to "wat is uw geboortedatum, of uw postcode en huisnummer?"."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from loket.privacy.second_factor import Address, second_factor

CASES = yaml.safe_load(Path(__file__).with_name("second_factor.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("answer", "expected"), CASES)
def test_answer_is_read_as_a_person_means_it(answer: str, expected: "str | list[str | int] | None") -> None:
    found = second_factor(answer, date(2026, 11, 22))

    if expected is None:
        assert found is None
    elif isinstance(expected, str):
        assert found == date.fromisoformat(expected)
    else:
        assert found == Address(*expected)  # type: ignore[arg-type]
