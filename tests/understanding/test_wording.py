"""A message without the case numbers in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loket.understanding.wording import worded


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("ik ben het niet eens met het besluit in ZAAK-2026-0000000001", "ik ben het niet eens met het besluit in"),
        ("1) kaart voor vader, GPK-26-4471. 2) geld KB-2026-90035 graag", "1) kaart voor vader, . 2) geld graag"),
        ("ZAAK-2026-0000000001", "ZAAK-2026-0000000001"),
        ("zaak ZAAK-2026-0000000001", "zaak ZAAK-2026-0000000001"),
        ("ik woon op 1234 AB 10 sinds 3 mei 2026", "ik woon op 1234 AB 10 sinds 3 mei 2026"),
        ("", ""),
    ],
)
def test_only_case_numbers_are_left_out_and_only_beside_words(text: str, bare: str) -> None:
    assert worded(text) == bare


@given(st.text(max_size=60))
def test_whatever_is_typed_keeps_its_words(text: str) -> None:
    said = worded(text)
    assert said == text or len(said) < len(text)
    assert worded(text, []) == text
