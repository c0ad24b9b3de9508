"""Titles of cases that fit on a line of a WhatsApp list, and tell cases apart."""

from __future__ import annotations

import pytest

from actions.case_choice import SMALL, Choice, buttons, small


@pytest.mark.parametrize(
    ("title", "number", "shown"),
    [
        ("Bezwaar huurtoeslag 2024", "ZAAK-2026-0000000015", "Bezwaar huurtoeslag (15)"),
        ("Bijzondere bijstand, kosten van een wasmachine", "ZAAK-2026-0000000002", "Bijzondere bijstand (2)"),
        ("Kapvergunning", "2026-000123", "Kapvergunning (123)"),
        ("Kapvergunning", "Z1234567890", "Kapvergunning (567890)"),
        ("Arbeidsongeschiktheidsverzekering", "ZAAK-7", "Arbeidsongeschikthei (7)"[:19] + "… (7)"),
        ("", "ZAAK-2026-0000000015", "ZAAK-2026-0000000015"),
        ("Paspoort", "ZAAK", "Paspoort"),
    ],
)
def test_small_titles(title: str, number: str, shown: str) -> None:
    assert small(title, number) == shown and len(shown) <= SMALL


def test_cases_of_one_kind_are_told_apart_on_every_channel() -> None:
    twice = [Choice(f"ZAAK-2026-000000000{n}", "Parkeervergunning", "", None) for n in (1, 2)]
    made = buttons(twice)
    assert len({one["title"] for one in made}) == len({one["short"] for one in made}) == 2
    # A case of which too little is known for an SMS has no form for it, and is left out there.
    assert [one["plain"] for one in made] == [None, None]
