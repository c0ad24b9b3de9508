"""The segment counter against an independent implementation (the package smsutil), and what makes texts short."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
import smsutil
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.sms import render, segments
from loket.answers.compose import Composer
from loket.answers.texts import Texts
from loket.conversations.model import Rendered
from loket.directory import Directory
from loket.store.schema import Message

NO_SMS = ("balie.", "leiding.", "verder.pagina", "welkom")
"""Texts for screens only."""

_LETTERS = [c for c in map(chr, range(0x20, 0x3AA)) if smsutil.is_valid_gsm(c)]
GSM = st.text(alphabet=[*_LETTERS, "€", "^", "[", "\n"], min_size=1, max_size=700)
# The escape is how GSM-7 writes two bytes, no sign of its own: the package counts it as one, we send it as UCS-2.
ANY = st.text(alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="\x1b"), min_size=1, max_size=400)
MIXED = st.text(alphabet="abc €[é😀ÿЖع", min_size=1, max_size=400)


@settings(max_examples=300, deadline=None)
@given(st.one_of(GSM, ANY, MIXED))
def test_the_count_is_that_of_an_independent_implementation(text: str) -> None:
    theirs = smsutil.split(text)
    ours = segments.count(text)
    assert ours.encoding == ("gsm7" if smsutil.is_valid_gsm(text) else "ucs2")
    assert ours.segments == max(len(theirs.parts), 1)


@settings(max_examples=200, deadline=None)
@given(ANY)
def test_what_is_left_really_fits_and_one_more_does_not(text: str) -> None:
    count = segments.count(text)
    filler = "a" * count.left
    assert segments.count(text + filler).segments == count.segments
    if count.segments > 1 or count.left == 0:
        assert segments.count(text + filler + "a").segments == count.segments + 1


@pytest.mark.parametrize(
    ("text", "number", "encoding"),
    [
        ("", 1, "gsm7"),
        ("a" * 160, 1, "gsm7"),
        ("a" * 161, 2, "gsm7"),
        ("€" * 80, 1, "gsm7"),
        ("€" * 81, 2, "gsm7"),
        ("a" * 152 + "€" + "a" * 10, 2, "gsm7"),
        ("ë" * 70, 1, "ucs2"),
        ("ë" * 71, 2, "ucs2"),
        ("😀" * 35, 1, "ucs2"),
        ("😀" * 36, 2, "ucs2"),
        ("a" * 459, 3, "gsm7"),
        ("a" * 460, 4, "gsm7"),
    ],
)
def test_the_edges(text: str, number: int, encoding: str) -> None:
    count = segments.count(text)
    assert (count.segments, count.encoding) == (number, encoding)


def test_one_letter_does_not_halve_what_fits() -> None:
    assert segments.plain("“Financiële hulp” – coördinatie…") == '"Financiele hulp" - coördinatie...'
    assert segments.plain("нет") == "нет", "another script stays as it is"
    assert segments.plain("Zoë 😀") == "Zoë 😀"


def _everything() -> Iterator[tuple[str, Rendered]]:
    """Every answer that can be made of the texts and the verwijsindex, in its short form."""
    composer = Composer(Texts.load(Path("data/antwoorden")), Directory.load(Path("data/verwijsindex")))
    directory = composer.directory
    for product in directory.products.values():
        yield product.id, composer.product(product, {}, short=True)
    for organisation in directory.organisations.values():
        yield organisation.id, composer.organisation(organisation, short=True)
    for event in directory.events.values():
        yield event.id, composer.event(event, short=True)
    for key, text in composer.texts.texts.items():
        if not key.startswith(NO_SMS):
            yield key, composer.text(key, short=True, **dict.fromkeys(text.names(), "Gemeente Voorbeeldstad"))


def test_every_answer_is_one_sms_of_at_most_three_segments_with_the_way_on() -> None:
    wrong = []
    for key, rendered in _everything():
        message = Message(text=rendered.text, content=rendered.content())
        parts = render.parts(message)
        if len(parts) > 1 or any(segments.count(part).segments > segments.MOST for part in parts):
            wrong.append(f"{key}: {parts}")
        if rendered.buttons and not render.shown(message):
            wrong.append(f"{key}: no choice fits")
        if any(button.payload == "/mens" for button in rendered.buttons) and not any(
            choice["payload"] == "/mens" for choice in render.shown(message)
        ):
            wrong.append(f"{key}: the way to a human does not fit")
    assert not wrong, "\n".join(wrong)


def test_words_of_a_human_that_are_too_long_are_cut_between_sentences_and_nothing_is_lost() -> None:
    text = " ".join(f"Dit is zin {number} van een heel lang verhaal." for number in range(40))
    parts = render.parts(Message(text=text, content={}))
    assert len(parts) > 1 and " ".join(parts) == text
    assert all(segments.count(part).segments <= segments.MOST and part.endswith(".") for part in parts)
    endless = "a" * 1000
    assert "".join(render.parts(Message(text=endless, content={}))) == endless


CASE_DATA = ("nummer", "titel", "status", "stap", "stappen", "toelichting", "reden", "resultaat", "stand", "plaats")


def test_no_short_text_of_a_case_tells_what_it_is_about() -> None:
    texts = Texts.load(Path("data/antwoorden")).texts
    for key, text in texts.items():
        if key.startswith(("zaak.", "zaken.", "vervolg.", "inzage.")):
            names = {name for _, name, _, _ in Formatter().parse(text.kort if text.kort is not None else text.tekst) if name}
            assert not names & set(CASE_DATA) or key == "zaken.geen_stand", f"{key}: {names}"


def test_numbers_of_persons_and_cases_never_stand_in_an_sms() -> None:
    case = {"title": "1. Bijstand", "payload": '/zaak{"zaaknummer": "ZAAK-2026-0000000002"}'}
    choices = [case, {"title": "Mens", "payload": "/mens"}]
    message = Message(text="Zaak ZAAK-2026-0000000002 van 999990019 is klaar.", content={"buttons": choices})
    (part,) = render.parts(message)
    assert "0000000002" not in part and "999990019" not in part and "Bijstand" not in part
    assert part.endswith("1. Mens") and render.shown(message) == choices[1:]


@pytest.mark.parametrize("organisation", ["gemeente", "toeslagen", "svb", "uwv"])
def test_a_late_case_with_all_there_is_to_say_is_one_sms_with_its_choices(organisation: str) -> None:
    composer = Composer(Texts.load(Path("data/antwoorden")), Directory.load(Path("data/verwijsindex")))
    name = composer.directory.name_in_sentence(organisation)
    late = {"datum": "29 september 2026", "dagen": {"key": "dagen.meer", "values": {"aantal": 119}}}
    keys: list[dict[str, Any]] = [
        {"key": "zaak.wat", "values": {"titel": "x", "nummer": "x", "organisatie": name}},
        {"key": "zaak.status", "values": {"status": "x", "datum": "18 september 2026"}},
        {"key": "zaak.te_laat", "values": late},
        {"key": "zaak.herinneren", "values": {"organisatie": name}},
        {"reach": organisation},
        {"key": "zaak.in_gebreke"},
        {"key": "zaak.verder"},
        {"key": "nieuws.aanbod"},
    ]
    rendered = composer.utterance({"parts": keys}, {}, short=True)
    message = Message(text=rendered.text, content=rendered.content())
    assert len(render.parts(message)) == 1
    payloads = [choice["payload"] for choice in render.shown(message)]
    assert "/nieuws_aan" in payloads and payloads[-1] == "/mens"


def test_choices_stand_below_the_last_part_of_what_is_too_long() -> None:
    text = " ".join(f"Dit is zin {number} van een heel lang verhaal." for number in range(20))
    message = Message(text=text, content={"buttons": [{"title": "Ik wil een mens", "payload": "/mens"}]})
    *before, last = render.parts(message)
    assert before and last.endswith("1. Ik wil een mens") and not any("1. Ik" in part for part in before)
    assert [choice["payload"] for choice in render.shown(message)] == ["/mens"]
