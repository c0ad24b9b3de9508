"""Every product, organisation and life event as a citizen gets it, in the long and the short form."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from loket.answers.compose import Composer, UnknownReference
from loket.answers.texts import Texts
from loket.conversations.model import Rendered
from loket.directory import Directory

DIRECTORY = Directory.load(Path("data/verwijsindex"))
COMPOSER = Composer(Texts.load(Path("data/antwoorden")), DIRECTORY)
PHONE = re.compile(r"(?<![\d/-])(?:0[\d ]{8,13}\d|14 ?0\d+|\+31[\d ]+|1\d\d)(?![\d/-])")
WHOLE_NUMBER = re.compile(r"^1\d\d$")
ALARM = {"112", "113"}


def digits(number: str) -> str:
    """Only the digits."""
    return re.sub(r"\D", "", number)


CERTAIN = ALARM | {
    digits(number)
    for organisation in DIRECTORY.organisations.values()
    for number in (organisation.certain("telefoon"), *(e.nummer for e in organisation.extra_telefoon if e.zekerheid == "gezien"))
    if number
}


def check(rendered: Rendered, name: str) -> None:
    """What holds for every answer: words, a way on, no number that is not certain, a human at the end."""
    assert rendered.text.strip() and "{" not in rendered.text, name
    payloads = [button.payload for button in rendered.buttons]
    assert rendered.links or rendered.phones or "/mens" in payloads, f"{name} is a dead end"
    assert len(payloads) == len(set(payloads)) and len(rendered.links) == len(set(rendered.links)), name
    assert "/mens" not in payloads[:-1], f"{name}: the human comes last"
    for _, number in rendered.phones:
        assert digits(number) in CERTAIN, f"{name}: {number}"
    for number in PHONE.findall(rendered.text):
        assert digits(number) in CERTAIN or WHOLE_NUMBER.match(number), f"{name}: {number}"
    for title, url in rendered.links:
        assert title and url.startswith(("https://", "http://")), name


@pytest.mark.parametrize("short", [False, True], ids=["long", "short"])
def test_every_product(short: bool) -> None:
    for product in DIRECTORY.products.values():
        for facts in ({}, {"gemeente": "Utrecht"}):
            rendered = COMPOSER.product(product, facts, short)
            check(rendered, product.id)
            assert "/mens" in [b.payload for b in rendered.buttons] and "/klopt_niet" in [b.payload for b in rendered.buttons]
            if short:
                assert len(rendered.text) <= 400, product.id
                assert rendered.text.startswith(product.kort)


def test_the_long_form_names_where_to_be() -> None:
    for product in DIRECTORY.products.values():
        name = DIRECTORY.organisations[product.organisaties[0]].naam
        assert name.lower() in COMPOSER.product(product, {}).text.lower(), product.id
    passport = COMPOSER.product(DIRECTORY.products["paspoort_aanvragen"], {"gemeente": "Utrecht"})
    assert "gemeente Utrecht" in passport.text


@pytest.mark.parametrize("short", [False, True], ids=["long", "short"])
def test_every_organisation(short: bool) -> None:
    for organisation in DIRECTORY.organisations.values():
        rendered = COMPOSER.organisation(organisation, short)
        check(rendered, organisation.id)
        assert "/mens" in [b.payload for b in rendered.buttons]
        number = organisation.certain("telefoon")
        if short and number[:1].isdigit() and organisation.id != "gemeente":
            assert number in rendered.text
        if not short and organisation.website:
            assert organisation.website in [url for _, url in rendered.links]


@pytest.mark.parametrize("short", [False, True], ids=["long", "short"])
def test_every_life_event(short: bool) -> None:
    for event in DIRECTORY.events.values():
        rendered = COMPOSER.event(event, short)
        check(rendered, event.id)
        assert event.stappen[0].wat in rendered.text
        for step in event.stappen:
            if step.termijn and step.zekerheid != "gezien":
                assert f"{step.wat} {step.termijn}" not in rendered.text, f"{event.id}: an unchecked term"


def test_no_uncertain_number_is_shown_anywhere() -> None:
    uncertain = {
        digits(number)
        for organisation in DIRECTORY.organisations.values()
        for number in (
            organisation.telefoon if not organisation.certain("telefoon") else "",
            *(e.nummer for e in organisation.extra_telefoon if e.zekerheid != "gezien"),
        )
        if number
    } - CERTAIN
    assert uncertain, "the data has uncertain numbers; else this test proves nothing"
    for short in (False, True):
        for rendered in (
            *(COMPOSER.organisation(o, short) for o in DIRECTORY.organisations.values()),
            *(COMPOSER.product(p, {}, short) for p in DIRECTORY.products.values()),
            *(COMPOSER.event(e, short) for e in DIRECTORY.events.values()),
        ):
            shown = digits(rendered.text) + " " + " ".join(digits(n) for _, n in rendered.phones)
            assert not any(number in shown for number in uncertain)


def test_every_number_in_a_text_is_certain() -> None:
    for key, text in COMPOSER.texts.texts.items():
        values = {name: "x" for name in text.names()}
        for short in (False, True):
            rendered = COMPOSER.text(key, short, **values)
            for number in (*PHONE.findall(rendered.text), *(n for _, n in rendered.phones)):
                assert digits(number) in CERTAIN, f"{key}: {number}"


def test_an_utterance_is_one_message() -> None:
    rendered = COMPOSER.utterance(
        {
            "parts": [
                {
                    "key": "zaak.te_laat",
                    "values": {"datum": "1 mei 2026", "dagen": {"key": "dagen.meer", "values": {"aantal": 3}}},
                },
                {"key": "zaak.verder"},
            ],
            "buttons": [{"title": "Meer", "payload": '/kies{"product": "x"}'}, {"name": "mens"}],
            "card": {"kind": "case"},
        },
        {},
    )
    assert "te laat: 3 dagen." in rendered.text and rendered.card == {"kind": "case"}
    assert rendered.buttons[0].payload == '/kies{"product": "x"}' and rendered.buttons[-1].payload == "/mens"
    assert len(rendered.buttons) == len(set(rendered.buttons))


@pytest.mark.parametrize(
    "part",
    [
        {"key": "bestaat.niet"},
        {"product": "bestaat_niet"},
        {"organisation": "x"},
        {"event": "x"},
        {"iets": "x"},
        {"key": "mens.plaats"},
    ],
)
def test_a_reference_to_nothing_raises(part: dict[str, str]) -> None:
    with pytest.raises(UnknownReference):
        COMPOSER.utterance({"parts": [part]}, {})
