"""What a whole conversation comes down to: outcome, organisation, urgency and emotion."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from loket.handoff.cues import Cues
from loket.handoff.outcome import Outcome, overall
from loket.handoff.subject import LISTENERS
from loket.handoff.urgency import raised
from loket.privacy.entities import as_mapping
from loket.privacy.extraction import extract
from loket.store.schema import Conversation, Message

CUES = Cues.load(Path("data"))
SUNDAY = datetime(2026, 11, 22, 12, tzinfo=UTC)


def said(text: str, outcome: str, organisations: dict[str, float], seq: int = 1) -> Message:
    """One message of a citizen with what was understood of it."""
    ranked = [{"id": name, "score": score} for name, score in organisations.items()]
    found: dict[str, Any] = {"uitkomst": outcome, "score": 0.95, "organisaties": ranked}
    return Message(seq=seq, author="citizen", text=text, understanding=found, created_at=SUNDAY)


@pytest.mark.parametrize("listener", sorted(LISTENERS))
def test_who_wants_a_human_is_not_labelled_with_a_help_line(listener: str) -> None:
    wish = said("ik wil een mens", "mens", {listener: 0.97, "gemeente": 0.02})
    found = overall([wish], Conversation(facts={}), CUES)
    assert (found.uitkomst, found.organisatie) == ("mens", None)


def test_who_wants_somebody_of_an_organisation_is_about_that_organisation() -> None:
    found = overall([said("verbind me door met het UWV", "mens", {"uwv": 0.9})], Conversation(facts={}), CUES)
    assert (found.uitkomst, found.organisatie) == ("mens", "uwv")


def test_what_was_asked_before_is_what_the_wish_for_a_human_is_about() -> None:
    asked = said("mijn huurtoeslag is gestopt", "antwoord", {"toeslagen": 0.9})
    wish = said("kan ik iemand spreken", "mens", {"luisterlijn": 0.97}, 2)
    assert overall([asked, wish], Conversation(facts={}), CUES).organisatie == "toeslagen"


def test_a_question_about_a_help_line_stays_about_it() -> None:
    asked = said("hoe word ik vrijwilliger bij 113", "antwoord", {"113": 0.9})
    assert overall([asked], Conversation(facts={}), CUES).organisatie == "113"


def weighed(*turns: tuple[str, str, dict[str, float]]) -> Outcome:
    """The outcome of a conversation of messages that were surely understood as told."""
    messages = [said(text, kind, organisations, seq) for seq, (text, kind, organisations) in enumerate(turns, 1)]
    return overall(messages, Conversation(facts={}), CUES)


def test_a_firm_wish_for_a_human_at_the_end_is_what_an_ordinary_conversation_comes_down_to() -> None:
    found = weighed(
        ("Hoe verleng ik mijn paspoort?", "antwoord", {"gemeente": 0.9}), ("Kan dat ook online?", "antwoord", {}),
        ("Ik wil graag een medewerker spreken", "mens", {}),
    )  # fmt: skip
    assert (found.uitkomst, found.seq, found.organisatie) == ("mens", 3, "gemeente")


def test_who_mostly_asks_how_far_it_is_makes_no_complaint_of_a_grumble() -> None:
    asked = [(f"Hoe staat het met mijn aanvraag{sign}", "status", {"gemeente": 0.9}) for sign in "?!."]
    grumble = ("Ze zeiden aan de telefoon ook al niks", "klacht", {"gemeente": 0.5})
    assert weighed(*asked, grumble).uitkomst == "status"
    assert weighed(asked[0], grumble, ("Waar kan ik een klacht indienen?", "klacht", {})).uitkomst == "klacht"


def test_what_was_dropped_counts_less_than_what_is_asked_after_it() -> None:
    pass_broken = ("Waarom doet mijn afvalpas het niet?", "antwoord", {"gemeente": 0.9})
    benefit = ("Hoe komt het geld op mijn eigen rekening?", "antwoord", {"svb": 0.9})
    assert weighed(pass_broken, ("Laat maar, de container is stuk", "antwoord", {}), benefit).organisatie == "svb"
    assert weighed(pass_broken, benefit, ("Laat maar.", "smalltalk", {})).organisatie == "gemeente"


def test_a_name_makes_the_difference_between_two_guesses() -> None:
    guess = ("Zij hebben mijn brief niet", "antwoord", {"cak": 0.6, "uwv": 0.55})
    assert weighed(guess).organisatie == "cak"
    assert weighed(guess, ("UWV ja", "antwoord", {})).organisatie == "uwv"


def test_danger_that_only_the_classifier_suspects_does_not_hide_what_was_asked() -> None:
    stranger = ("er stond gister een man voor de deur", "crisis", {"112": 0.4})
    wish = ("Ik wil een medewerker spreken over mijn inschrijving", "mens", {"kvk": 0.9})
    assert weighed(stranger).uitkomst == "crisis"
    assert (found := weighed(wish, stranger)).uitkomst == "mens" and found.organisatie == "kvk"
    assert weighed(wish, stranger, ("hij komt steeds dichterbij", "crisis", {"veiligthuis": 0.9})).organisatie == "veiligthuis"
    assert weighed(wish, ("Ik wil niet meer leven", "crisis", {})).organisatie == "113"


def test_who_told_of_danger_and_then_wants_a_human_is_still_in_danger() -> None:
    stranger = ("er stond gister een man voor de deur", "crisis", {"112": 0.4})
    found = weighed(stranger, ("kan er iemand komen, ik wil iemand spreken", "mens", {}))
    assert found.uitkomst == "crisis" and (found.seq, found.urgentie) == (1, "spoed")
    complaint = ("Ik wil een klacht indienen over de gemeente", "klacht", {"gemeente": 0.9})
    assert weighed(stranger, complaint).uitkomst == "klacht"


@pytest.mark.parametrize(
    ("text", "organisations", "outcome"),
    [
        ("Wat een klote gemeente, niemand belt terug. Ik wil een klacht indienen.", {}, "klacht"),
        ("Die klote gemeente laat mij stikken.", {"gemeente": 0.8}, "klacht"),
        ("klote computer, je bent een idioot", {"digid": 0.2}, "antwoord"),
    ],
)
def test_a_complaint_with_a_swearword_is_one_and_cursing_at_the_computer_is_none(
    text: str, organisations: dict[str, float], outcome: str
) -> None:
    asked = ("Hoe verleng ik mijn paspoort?", "antwoord", {"gemeente": 0.9})
    assert weighed(asked, (text, "klacht", organisations)).uitkomst == outcome


@pytest.mark.parametrize(
    ("text", "urgency"),
    [
        ("Hoe vraag ik een paspoort aan?", "laag"),
        ("Mijn paspoort is gestolen, hoe kom ik aan een nieuw?", "normaal"),
        ("Mijn paspoort is gestolen maar er is geen haast bij", "laag"),
        ("Mijn paspoort is gestolen en op 1 december vlieg ik", "hoog"),
        ("Wij verhuizen op 1 december, wat moet ik regelen?", "laag"),
        ("Ik moet het voor 1 december inleveren, waar kan dat?", "hoog"),
        ("Ik moet het voor 1 maart 2027 inleveren, waar kan dat?", "laag"),
        ("Ik moest het voor 10 november inleveren, mag dat nog?", "hoog"),
        ("Ik woonde tot 1 november in Ede, waar schrijf ik mij in?", "laag"),
        ("Het besluit zou er uiterlijk 4 september zijn, waar blijft het?", "hoog"),
        ("Er staat een deurwaarder voor de deur", "hoog"),
        ("Wanneer komt het geld op mijn rekening?", "laag"),
        ("Het geld is op, wanneer komt de uitkering?", "hoog"),
        ("Hoe kan ik een automatische incasso instellen?", "laag"),
        ("Ik heb geen internet in huis, hoe vraag ik een paspoort aan?", "laag"),
        ("Er is niks meer in huis, hoe vraag ik bijstand aan?", "hoog"),
        ("Mijn paspoort is gestolen maar het heeft geen spoed", "laag"),
        ("Mijn paspoort is gestolen en ik heb spoed", "hoog"),
        ("Ik weet het nummer niet meer, waar staat dat?", "laag"),
    ],
)
def test_what_cannot_wait_and_what_can(text: str, urgency: str) -> None:
    message = said(text, "antwoord", {"gemeente": 0.9})
    message.understanding |= {"entiteiten": as_mapping(extract(text, SUNDAY.date()))}  # type: ignore[operator]
    assert overall([message], Conversation(facts={}), CUES).urgentie == urgency


@pytest.mark.parametrize(("known", "now", "then"), [
    ("normaal", "laag", "laag"), ("laag", "normaal", "normaal"), ("hoog", "laag", "hoog"), ("spoed", "hoog", "spoed"),
])  # fmt: skip
def test_what_was_raised_stays_raised(known: str, now: str, then: str) -> None:
    assert raised(known, now) == then


@pytest.mark.parametrize("text", ["Mevrouw de Ruiter", "De ontvangst is bevestigd", "Zij hebben vlekken op", "geen stress"])
def test_part_of_a_word_is_no_emotion(text: str) -> None:
    assert CUES.signals.emotion(text) is None
