"""Easy Dutch: short, one sentence on a line, and nothing lost that a citizen can tap."""

from __future__ import annotations

from pathlib import Path

from loket.answers.compose import Composer
from loket.answers.easy import FACT, one_sentence_a_line
from loket.answers.texts import Texts
from loket.directory import Directory

DATA = Path("data")


def test_a_sentence_gets_a_line_of_its_own() -> None:
    assert one_sentence_a_line("Ga naar de balie. Neem uw pas mee! Kan dat niet? Bel dan.") == (
        "Ga naar de balie.\nNeem uw pas mee!\nKan dat niet?\nBel dan."
    )


def test_lists_numbers_and_addresses_stay_whole() -> None:
    text = "1. Ga. Dan weg.\n- Neem mee. Alles.\nKijk op www.uwv.nl of bel 14 010. Het kost € 1.250,50 per jaar."
    lines = one_sentence_a_line(text).split("\n")
    assert lines[:2] == ["1. Ga. Dan weg.", "- Neem mee. Alles."]
    assert lines[2:] == ["Kijk op www.uwv.nl of bel 14 010.", "Het kost € 1.250,50 per jaar."]


def test_every_answer_is_shorter_and_loses_no_way_on() -> None:
    composer = Composer(Texts.load(DATA / "antwoorden"), Directory.load(DATA / "verwijsindex"))
    longer = []
    for product in composer.directory.products:
        utterance = {"parts": [{"product": product}]}
        ordinary, easy = composer.utterance(utterance, {}), composer.utterance(utterance, {FACT: True})
        assert (easy.links, easy.phones, easy.buttons) == (ordinary.links, ordinary.phones, ordinary.buttons), product
        if len(easy.text) > len(ordinary.text):
            longer.append(product)
    assert len(longer) < 0.05 * len(composer.directory.products), longer
