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


@pytest.mark.parametrize(("before", "text"), [
    ("huurtoeslag", "Ik ben mijn DigiD kwijt"), ("huurtoeslag", "Mijn DigiD werkt niet"),
    ("huurtoeslag", "Waar kan ik DigiD aanvragen?"), ("huurtoeslag", "Hoe kom ik aan een huis?"), ("rijbewijs", "kwijt"),
    ("kinderbijslag", "Hoe vraag ik kinderopvangtoeslag aan?"), ("kinderbijslag", "Hoe krijg ik kinderalimentatie?"),
    ("kinderbijslag", "Wat kost kinderopvang?"), ("parkeervergunning", "Hoe betaal ik een parkeerboete?"),
    ("verhuizen", "Mijn verhuurder doet niets"),
])  # fmt: skip
def test_another_subject_is_heard(before: str, text: str) -> None:
    assert FURTHER_QUESTIONS.own_words(text, [before])


@pytest.mark.parametrize(("before", "text"), [
    ("huurtoeslag", "moet dat met digid"), ("huurtoeslag", "kan dat met mijn DigiD?"),
    ("huurtoeslag", "kan ik dat vanuit huis doen"), ("boete", "hoeveel ben ik daar aan kwijt"),
    ("kinderbijslag", "hoe lang duurt de kinderbijslag"), ("parkeervergunning", "waar mag ik dan parkeren"),
    ("verhuizen", "en de verhuizing"), ("bijstandsuitkering", "en de bijstand"), ("scheiden", "een scheiding"),
])  # fmt: skip
def test_the_same_subject_in_other_words_is_no_other(before: str, text: str) -> None:
    assert not FURTHER_QUESTIONS.own_words(text, [before])


@pytest.mark.parametrize(("text", "kinds"), [
    ("Wat als ik niet kan betalen?", ["niet_betalen"]), ("en kan dat in delen", ["niet_betalen"]),
    ("kan ik in termijnen betalen", ["niet_betalen"]), ("Kan ik hem in deel twee lezen?", []),
    ("wat als ik de rekening niet betaal", []), ("Wat als ik hem kwijt ben?", []),
    ("hoeveel ben ik daar aan kwijt", ["kosten"]), ("wat moet ik betalen", ["kosten"]),
    ("Moet ik zelf betalen?", []), ("Moet ik zelf iets doen?", []), ("moet ik zelf komen", ["ander"]),
    ("moet ik daar per se zelf heen", ["ander"]), ("moet ik er zelf bij zijn", ["ander"]),
    ("Wanneer heb ik daar recht op?", []), ("wanneer krijg ik dat", ["termijn"]),
    ("Kan hij dat voor mij doen?", ["ander"]), ("kunnen ze dat voor mij doen", []), ("mogen ze dat wel doen", ["mag"]),
    ("Kan het ook gewoon online?", ["online"]), ("mag dat eigenlijk", ["mag"]), ("kan dat zomaar", ["mag"]),
    ("Mijn telefoonnummer is 06", []), ("mijn nieuwe telefoonnummer", []), ("wat is hun telefoonnummer", ["contact"]),
])  # fmt: skip
def test_the_form_of_a_question_is_not_taken_for_another(text: str, kinds: list[str]) -> None:
    assert FURTHER_QUESTIONS.formed(text) == kinds


@pytest.mark.parametrize("outcome", ["mens", "klacht", "bezwaar", "maatwerk"])
def test_what_is_firmly_wanted_counts_for_more_than_the_form(outcome: str) -> None:
    assert read("wat als ik dat niet kan betalen", outcome=outcome, score=0.8).intent == ""
    assert read("wat als ik dat niet kan betalen", outcome=outcome, score=0.4).intent == "vervolg"


def test_whom_to_call_is_no_wish_for_a_human_here() -> None:
    assert read("wie kan ik daar bellen", outcome="mens", score=0.9).understanding[FURTHER] == ["contact"]


def test_another_product_of_the_same_organisation_is_not_a_further_question() -> None:
    told = {"over": "product:boete_betalen", "organisatie": "cjib", "vraag": "een boete betalen", "laatste": "product:x"}
    fine: dict[str, Any] = {"product": ("boete_regeling", 0.97), "organisation": ("cjib", 1.0)}
    assert read("wat als ik de boete niet kan betalen", told, **fine).intent == ""
    assert read("wat als ik dat niet kan betalen", told, **fine).intent == "vervolg", "it names nothing"
    elsewhere: dict[str, Any] = {"product": ("belasting_betalingsregeling", 0.97), "organisation": ("belastingdienst", 1.0)}
    assert read("wat als ik de boete niet kan betalen", told, **elsewhere).intent == "vervolg"


@pytest.mark.parametrize(("before", "text"), [("parkeervergunning", "parkeerboete"), ("kinderbijslag", "kinderalimentatie")])
def test_a_word_of_the_same_family_is_no_detail(before: str, text: str) -> None:
    told = {"over": "product:x", "vraag": before, "laatste": "product:x"}
    assert not read(text, told, asks=False, product=("y", 0.9)).with_words
    assert read("bezoek", told, asks=False, product=("y", 0.9)).with_words


def test_what_is_added_is_read_with_what_was_told() -> None:
    told = {"over": "event:overlijden", "vraag": "mijn moeder is overleden", "laatste": "event:overlijden"}
    talk: dict[str, Any] = {"outcome": "smalltalk", "score": 0.7, "asks": True}
    auto = read("en haar auto?", told, organisation=("rdw", 0.7), **talk)
    joined = together(auto, alone(product=("kenteken_overlijden", 0.9), organisation=("rdw", 1.0)), told)
    assert joined.intent == "antwoord" and joined.understanding["producten"][0]["id"] == "kenteken_overlijden"
    again = alone(product=("overlijden_aangeven", 0.9), organisation=("rdw", 1.0))
    told_product = {**told, "over": "product:overlijden_aangeven"}
    assert together(auto, again, told_product).understanding["producten"] != again["producten"], "that was told"
    both = read("en haar DigiD en pensioen", told, organisation=("pensioenuitvoerder", 0.9), asks=False)
    two = together(both, alone(product=("digid_misbruik", 0.2), organisation=("digid", 0.9)), told).understanding
    assert {one["id"] for one in two["organisaties"]} == {"digid", "pensioenuitvoerder"}
    aside = read("en het is dringend", told, outcome="smalltalk", score=0.7, organisation=("gemeente", 0.8), asks=False)
    assert together(aside, alone(organisation=("digid", 0.9)), told) == aside
    greeting = read("en de groeten", told, organisation=("gemeente", 0.4), **talk)
    assert together(greeting, alone(product=("overlijden_aangeven", 0.9), organisation=("gemeente", 0.9)), told) == greeting


@pytest.mark.parametrize(("text", "more"), [("van het UWV", False), ("medewerker van het UWV", True)])
def test_the_name_of_an_offered_organisation_is_no_wish_for_a_human(text: str, more: bool) -> None:
    offered = {"over": "keuze:organisatie=uwv,organisatie=gemeente", "vraag": "mijn uitkering stopt"}
    reading = read(text, offered, asks=False, outcome="mens", score=0.9, organisation=("uwv", 0.9))
    assert bool(reading.with_words) != more
    assert more or together(reading, alone(), offered).intent == "kies"


def test_who_only_gives_data_asks_nothing() -> None:
    assert not read("telefoonnummer 06 12345678", alleen_gegevens=True).understanding.get(FURTHER)


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


@pytest.mark.parametrize(("text", "more"), [
    ("Bezwaar tegen mijn parkeerboete", {"outcome": "bezwaar", "score": 0.8}), ("kan huur niet betalen", {}),
    ("Klacht over de parkeerboete", {"outcome": "klacht", "score": 0.8}), ("huurtoeslag aanvragen", {}),
])  # fmt: skip
def test_what_is_wanted_instead_is_not_what_the_case_is_about(text: str, more: dict[str, Any]) -> None:
    form = {"over": "status:", "vraag": "waar is mijn aanvraag"}
    assert not read(text, form, asks=False, product=("huurtoeslag", 0.9), **more).with_words
    assert read("van de huurtoeslag", form, asks=False, outcome="status", score=0.9).with_words


def test_what_is_surely_meant_counts_for_more_than_the_organisation_that_is_named() -> None:
    offered = {"over": "keuze:paraplu.boete,product=boete_betalen,organisatie=cjib,organisatie=gemeente", "vraag": "een boete"}
    said: dict[str, Any] = {"organisation": ("cjib", 0.9), "asks": False}
    named = read("van het CJIB, ik wil in delen betalen", offered, product=("belasting", 0.5), **said)
    surer = together(named, alone(product=("boete_regeling", 0.8), organisation=("cjib", 0.9)), offered)
    assert surer.understanding["producten"][0]["id"] == "boete_regeling" and surer.intent == "antwoord"
    assert together(read("van het CJIB", offered, **said), alone(), offered).entities == {"organisatie": "cjib"}
    chosen = read("een verkeersboete van het CJIB", offered, product=("boete_betalen", 0.8), **said)
    assert together(chosen, alone(), offered).entities == {"product": "boete_betalen"}


@pytest.mark.parametrize("text", ["Where can I learn to speak Dutch?", "Kann ich die Theorieprüfung auf Deutsch machen?"])
def test_a_question_that_names_a_language_is_not_about_the_language(text: str) -> None:
    assert not read(text, {}, taal="en", product=("taalles", 0.9)).understanding.get(FURTHER)
    assert read("can you write in english", {}, taal="en", product=("taalles", 0.9)).understanding[FURTHER] == ["taal"]


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
    assert FURTHER_QUESTIONS.sentences("kosten", "U betaalt de boete aan het CJIB. Dat kan met een app.") == []
    assert FURTHER_QUESTIONS.sentences("kosten", "Bel eerst. U betaalt ervoor.") == ["U betaalt ervoor."]
    assert FURTHER_QUESTIONS.sentences("kosten", "Dan betaalt u een eigen bijdrage.") == ["Dan betaalt u een eigen bijdrage."]


def test_a_file_that_lacks_something_is_refused() -> None:
    with pytest.raises(InvalidPatterns):
        FurtherQuestions({"soorten": {}})
