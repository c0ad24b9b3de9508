"""What a whole conversation is about, where the wish for a human is all that was said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from loket.handoff.outcome import LISTENERS, overall
from loket.store.schema import Conversation, Message
from loket.understanding.signals import Signals

SIGNALS = Signals.load(Path("data/overdracht/signalen.yaml"))


def said(text: str, outcome: str, organisations: dict[str, float], seq: int = 1) -> Message:
    """One message of a citizen with what was understood of it."""
    ranked = [{"id": name, "score": score} for name, score in organisations.items()]
    found: dict[str, Any] = {"uitkomst": outcome, "score": 0.95, "organisaties": ranked}
    return Message(seq=seq, author="citizen", text=text, understanding=found)


@pytest.mark.parametrize("listener", sorted(LISTENERS))
def test_who_wants_a_human_is_not_labelled_with_a_help_line(listener: str) -> None:
    wish = said("ik wil een mens", "mens", {listener: 0.97, "gemeente": 0.02})
    found = overall([wish], Conversation(facts={}), SIGNALS)
    assert (found.uitkomst, found.organisatie) == ("mens", None)


def test_who_wants_somebody_of_an_organisation_is_about_that_organisation() -> None:
    found = overall([said("verbind me door met het UWV", "mens", {"uwv": 0.9})], Conversation(facts={}), SIGNALS)
    assert (found.uitkomst, found.organisatie) == ("mens", "uwv")


def test_what_was_asked_before_is_what_the_wish_for_a_human_is_about() -> None:
    asked = said("mijn huurtoeslag is gestopt", "antwoord", {"toeslagen": 0.9})
    wish = said("kan ik iemand spreken", "mens", {"luisterlijn": 0.97}, 2)
    assert overall([asked, wish], Conversation(facts={}), SIGNALS).organisatie == "toeslagen"


def test_a_question_about_a_help_line_stays_about_it() -> None:
    asked = said("hoe word ik vrijwilliger bij 113", "antwoord", {"113": 0.9})
    assert overall([asked], Conversation(facts={}), SIGNALS).organisatie == "113"
