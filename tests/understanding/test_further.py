"""Questions about what was told, and the thread of a conversation; no model is needed for these."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loket.understanding.further import NONE, FurtherQuestions, LikeExamples
from loket.understanding.patterns import InvalidPatterns
from loket.understanding.thread import FURTHER, TOGETHER, Reading, Thread, together

FURTHER_QUESTIONS = FurtherQuestions.load(Path("data/antwoorden/vervolgvragen.yaml"))
THREAD = Thread(FURTHER_QUESTIONS)
TOLD = {"over": "product:paspoort_aanvragen", "vraag": "paspoort", "onderwerp": "Paspoort aanvragen", "laatste": "product:x"}


def alone(outcome: str = "antwoord", score: float = 0.5, product: tuple[str, float] = ("geldplan", 0.3),
          organisation: tuple[str, float] = ("nibud", 0.4), **more: Any) -> dict[str, Any]:  # fmt: skip
    """The understanding of one message by itself."""
    return {"uitkomst": outcome, "score": score, "uitkomsten": [{"id": outcome, "score": score}], "entiteiten": {}, "taal": "nl",
            "crisis": None, "vervolg": False, "vervolg_score": 0.0, "alleen_gegevens": False,
            "producten": [{"id": product[0], "score": product[1]}],
            "organisaties": [{"id": organisation[0], "score": organisation[1]}], **more}  # fmt: skip


def read(text: str, facts: dict[str, Any] = TOLD, heard: str | None = None, asks: bool = True, **more: Any) -> Reading:
    return THREAD.read(alone(**more), text, facts, heard, asks)


@pytest.mark.parametrize(("text", "kinds"), [
    ("wat kost dat", ["kosten"]), ("En hoeveel moet ik dan betalen?", ["kosten"]), ("wie bel ik dan", ["contact"]),
    ("wat kost het en hoe snel heb ik hem", ["kosten", "termijn"]), ("Waar moet ik zijn?", ["waar"]),
    ("welke papieren willen ze", ["meenemen"]), ("kan dat ook digitaal", ["online"]), ("mag dat zomaar??", ["mag"]),
    ("moet mijn nichtje daar zelf bij zijn", []), ("kan mijn man het ophalen", ["ander"]),
    ("tot hoe laat zijn ze er", ["openingstijden"]),
])  # fmt: skip
def test_a_question_without_a_subject_is_about_what_was_told(text: str, kinds: list[str]) -> None:
    reading = read(text)
    assert reading.understanding.get(FURTHER, []) == kinds
    assert (reading.intent, reading.entities) == (("vervolg", {"soort": kinds[0]}) if kinds else ("", {}))
    assert not read(text, {}).understanding.get(FURTHER), "nothing was told yet"


@pytest.mark.parametrize("text", [
    "wat kost een rijbewijs", "waar moet ik zijn met mijn afval", "hoe lang duurt het huisvuil ophalen", "mag die boete zomaar",
])  # fmt: skip
def test_a_question_with_a_subject_is_one_of_its_own(text: str) -> None:
    assert not read(text).understanding.get(FURTHER)


def test_what_was_told_is_no_other_subject() -> None:
    assert read("hoe lang duurt het voor ik mijn paspoort heb").understanding[FURTHER] == ["termijn"]


@given(st.sampled_from(["wat nou dan", "en dan?", "hoe dat dan", "waarom eigenlijk"]), st.floats(0, 1))
def test_a_message_that_names_nothing_is_never_sent_elsewhere(text: str, score: float) -> None:
    reading = read(text, product=("geldplan", score), organisation=("nibud", score))
    assert reading.intent in ("gegevens", "vervolg") and reading.understanding["vervolg"]


def test_likeness_alone_does_not_take_the_wish_for_a_human() -> None:
    like = {"id": "contact", "score": 0.9}
    assert read("kan ik jullie bellen", outcome="mens", score=0.8, lijkt_op=like).intent == ""
    assert read("hebben ze een nummer", lijkt_op=like).understanding[FURTHER] == ["contact"]


def test_danger_comes_first() -> None:
    assert read("mag dat zomaar", heard="112", outcome="crisis", crisis="112").understanding["crisis"] == "112"


def test_a_few_words_are_read_with_those_before() -> None:
    reading = read("verlopen", asks=False, product=("rijbewijs_verlengen", 0.5))
    assert reading.with_words == "paspoort"
    surer = together(reading, alone(product=("paspoort_aanvragen", 0.9)), TOLD)
    assert surer.understanding[TOGETHER] and surer.understanding["producten"][0]["id"] == "paspoort_aanvragen"
    other = read("huurtoeslag", asks=False, product=("huurtoeslag", 0.95))
    assert together(other, alone(product=("paspoort_aanvragen", 0.6)), TOLD) == other


@pytest.mark.parametrize("text", ["ja", "in Breda", "de auto van mijn oom staat al maanden op straat te roesten"])
def test_what_names_nothing_or_tells_much_is_not_joined(text: str) -> None:
    entities = {"gemeente": "Breda"} if "Breda" in text else {}
    assert not read(text, asks=False, entiteiten=entities).with_words


def test_a_choice_is_chosen_by_name_and_other_words_are_read_with_the_question() -> None:
    offered = {"over": "keuze:product=bijstand_aanvragen,organisatie=gemeente,organisatie=uwv", "vraag": "mijn uitkering stopt"}
    named = read("die van de gemeente", offered, asks=False, organisation=("gemeente", 0.9))
    assert together(named, alone(), offered).entities == {"organisatie": "gemeente"}
    more = read("sinds ik samenwoon", offered, asks=False)
    joined = together(more, alone(organisation=("uwv", 0.8)), offered)
    assert joined.intent == "antwoord" and joined.understanding["organisaties"][0]["id"] == "uwv"


def test_what_it_is_about_instead_of_a_number() -> None:
    form = {"over": "status:", "vraag": "waar is mijn aanvraag"}
    named = read("voor een parkeerkaart", form, asks=False, product=("parkeerkaart", 0.9))
    assert together(named, alone(product=("parkeerkaart", 0.6)), form).intent == "geen_nummer"
    assert not read("hoe krijg ik een parkeerkaart", form).with_words, "a question of its own"


def test_another_language_is_heard_at_any_moment() -> None:
    assert read("dutch is difficult", {}, taal="en").entities == {"soort": "taal"}
    assert not read("nederlands is moeilijk", {}).entities


def test_the_nearest_examples_say_which_kind() -> None:
    axes = np.eye(8, dtype=np.float32)
    like = LikeExamples(["kosten"] * 4 + [NONE] * 4, axes)
    found = like.likest(axes[1:2])
    assert found.id == "kosten" and 0.9 < found.score <= 1.0


def test_sentences_of_an_answer_that_tell_it() -> None:
    answer = "Maak een afspraak. Het is gratis.\nNa 5 werkdagen ligt het klaar."
    assert FURTHER_QUESTIONS.sentences("kosten", answer) == ["Het is gratis."]
    assert FURTHER_QUESTIONS.sentences("termijn", answer) == ["Na 5 werkdagen ligt het klaar."]
    assert FURTHER_QUESTIONS.sentences("contact", answer) == []


def test_a_file_that_lacks_something_is_refused() -> None:
    with pytest.raises(InvalidPatterns):
        FurtherQuestions({"soorten": {}})
