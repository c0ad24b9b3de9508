"""What may be shown of a text that is not sent."""

from __future__ import annotations

import pytest

from loket.conversations.preview import Preview
from loket.conversations.states import State
from loket.privacy.masking import mask


@pytest.fixture
def preview() -> Preview:
    """Turned on, with the mask of the gateway."""
    preview = Preview(lambda text: mask(text).text)
    preview.turn(True)
    return preview


@pytest.mark.parametrize("typed", ["mijn bsn is 99999333", "mijn bsn is 999 99 333", "99999333", "bel 0612", "NL91 ABNA 0417 16"])
def test_a_number_is_hidden_before_it_is_whole(preview: Preview, typed: str) -> None:
    shown = preview.words(typed)
    assert shown != typed and sum(letter.isdigit() for letter in shown) <= 3


def test_words_and_small_numbers_are_shown(preview: Preview) -> None:
    assert preview.words("Ik heb 3 kinderen en huur voor 700 euro") == "Ik heb 3 kinderen en huur voor 700 euro"


def test_only_where_a_human_has_it_and_only_while_it_is_on() -> None:
    told: list[bool] = []
    preview = Preview(str, lambda: told.append(True))
    assert not preview.in_state(State.CLAIMED)
    preview.turn(False)
    assert not told
    preview.turn(True)
    assert {state for state in State if preview.in_state(state)} == {State.CLAIMED, State.SECOND_LINE_PENDING}
    preview.turn(False)
    assert len(told) == 2 and not preview.in_state(State.CLAIMED)
