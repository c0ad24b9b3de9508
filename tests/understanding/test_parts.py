"""Which parts of a message may be questions of their own."""

from __future__ import annotations

import pytest

from loket.understanding.parts import MIN_WORDS_PART, _parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("mijn paspoort is verlopen en ik wil ook huurtoeslag aanvragen", 2),
        ("Ik ben verhuisd. Hoe geef ik dat door? En waar krijg ik een parkeervergunning?", 2),
        ("hoe vraag ik ww aan en wat moet ik met mijn zorgtoeslag", 2),
        ("mijn man en ik willen trouwen in het gemeentehuis", 1),
        ("hoe vraag ik een paspoort aan", 1),
        ("", 0),
        ("hoi", 0),
    ],
)
def test_a_message_is_taken_apart_where_another_question_begins(text: str, parts: int) -> None:
    found = _parts(text)
    assert len(found) == parts
    assert all(len(part.split()) >= MIN_WORDS_PART for part in found)
