"""The table of cases to try in the demo's README is true."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from loket.cases.registry import CaseSystems
from loket.cases.second_factor import SecondFactor

README = (Path(__file__).parents[2] / "demo" / "zaaksysteem" / "README.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (ZAAK-\d{4}-\d{10}) \| (.*?) \| (.*?) ?\|$", README, re.MULTILINE)
BIRTH_DATE = re.compile(r"(\d\d)-(\d\d)-(\d{4})")
ADDRESS = re.compile(r"(\d{4}[A-Z]{2}) (\d+)")


@pytest.mark.parametrize(("number", "what", "factors"), ROWS, ids=[row[0][-2:] for row in ROWS])
async def test_second_factors_of_the_readme_work(systems: CaseSystems, number: str, what: str, factors: str) -> None:
    hidden = "nothing" in factors or "none" in factors or not factors
    for day, month, year in BIRTH_DATE.findall(factors):
        found = (await systems.by_number(number, SecondFactor.birth_date(date(int(year), int(month), int(day))))).found
        assert bool(found) is not hidden
    for postcode, house in ADDRESS.findall(factors):
        found = (await systems.by_number(number, SecondFactor.address(postcode, house))).found
        assert bool(found) is not hidden
        if found:
            assert found[0].late is what.startswith("late")
            assert found[0].suspended is ("suspended" in what)
            assert found[0].prolonged is ("prolonged" in what)


async def test_bsns_of_the_readme_work(systems: CaseSystems) -> None:
    people = re.findall(r"\w+ (\d{9}) \(([\d, ]+)\)", README)
    assert len(people) == 5
    for bsn, numbers in people:
        found = {int(case.number[-2:]) for case in (await systems.by_person(bsn)).found}
        assert found == {int(number) for number in numbers.split(",")}


def test_the_readme_has_every_case() -> None:
    assert [int(number[-2:]) for number, _, _ in ROWS] == list(range(1, 16))
