"""What is heard in the words of a message: the real patterns of `data/overdracht`, on sentences as citizens write them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from loket.handoff.cues import Cues
from loket.understanding.patterns import PatternGroups, fold, read

CUES = Cues.load(Path("data"))
SENTENCES = yaml.safe_load(Path(__file__).with_name("horen.yaml").read_text(encoding="utf-8"))
MEANT = [(text, name) for text, names in SENTENCES["bedoeld"].items() for name in names]
NOT_MEANT = [(text, name) for text, names in SENTENCES["niet_bedoeld"].items() for name in names]
NAMES = {
    *CUES.signals.labels, "wanhopig", "boos", "bezorgd", "nu", "hinder", "geen_haast", "laat_maar", "iets_anders",
    "politie", "toeslagen", "rdw", "digid", "provincie",
}  # fmt: skip


def heard(text: str) -> set[str]:
    """Every name that the cues find in a text."""
    emotion = CUES.signals.emotion(text)
    found = [*CUES.signals.found(text), *CUES.urgency.found(text), *CUES.turns.found(text), *CUES.named.found(text)]
    return {*found, *([emotion] if emotion else [])}


@pytest.mark.parametrize(("text", "name"), MEANT)
def test_what_is_meant_is_heard(text: str, name: str) -> None:
    assert name in heard(text)


@pytest.mark.parametrize(("text", "name"), NOT_MEANT)
def test_a_word_without_its_meaning_is_not_heard(text: str, name: str) -> None:
    assert name in NAMES, "a name that nothing has can never be heard"
    assert name not in heard(text)


@pytest.mark.parametrize("key", ["signalen", "emotie"])
def test_no_expression_is_passed_over(key: str) -> None:
    patterns = read(Path("data/overdracht/signalen.yaml"))[key]
    groups = PatternGroups(patterns)
    for text in (*SENTENCES["bedoeld"], *SENTENCES["niet_bedoeld"]):
        folded = fold(text)
        assert groups.found(text) == [name for name, each in patterns.items() if any(re.search(p, folded) for p in each)], text
