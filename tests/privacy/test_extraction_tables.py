"""What is found in several hundred messages, each checked as a whole: nothing missing, nothing more."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from loket.privacy.entities import as_mapping
from loket.privacy.extraction import extract

TODAY = date(2026, 11, 22)
TABLES = ("case_numbers", "contact", "amounts", "dates", "municipalities", "messages")


def _cases() -> list[Any]:
    cases = []
    for table in TABLES:
        path = Path(__file__).with_name(f"{table}.yaml")
        for number, row in enumerate(yaml.safe_load(path.read_text(encoding="utf-8"))):
            today = date.fromisoformat(row[2]) if len(row) > 2 else TODAY
            cases.append(pytest.param(row[0], row[1], today, id=f"{table}-{number}"))
    return cases


@pytest.mark.parametrize(("message", "expected", "today"), _cases())
def test_message_gives_exactly_these_facts(message: str, expected: dict[str, Any], today: date) -> None:
    assert as_mapping(extract(message, today)) == expected
