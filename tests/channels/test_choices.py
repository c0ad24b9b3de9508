"""Choices by number and by words, and the words that always work."""

from __future__ import annotations

from pathlib import Path

import pytest

from channels.choices import Words, numbered

WORDS = Words.load(Path("data/kanalen/woorden.yaml"))
OFFERED = [
    {"title": "Hoe ver is mijn zaak?", "payload": "/status"},
    {"title": "Dit bedoel ik niet", "payload": "/klopt_niet"},
    {"title": "Ik wil een mens", "payload": "/mens"},
]


@pytest.mark.parametrize(
    ("said", "payload"),
    [
        ("1", "/status"),
        (" 1. ", "/status"),
        ("1)", "/status"),
        ("een", "/status"),
        ("één", "/status"),
        ("Eén!", "/status"),
        ("optie 2", "/klopt_niet"),
        ("nummer twee", "/klopt_niet"),
        ("twe", "/klopt_niet"),
        ("tweede", "/klopt_niet"),
        ("three", "/mens"),
        ("dre", "/mens"),
        ("ik wil een mens", "/mens"),
        ("Ik wil een mesn", "/mens"),
        ("dit bedoel ik neit", "/klopt_niet"),
        ("hoe ver is mijn zaak", "/status"),
    ],
)
def test_a_choice_is_recognised(said: str, payload: str) -> None:
    found = WORDS.choice(said, OFFERED)
    assert found is not None and found["payload"] == payload


@pytest.mark.parametrize("said", ["4", "0", "99", "nee", "12 maart", "ik wil een uitkering", "help mij", "", "?", "2026", "²"])
def test_something_else_is_no_choice(said: str) -> None:
    assert WORDS.choice(said, OFFERED) is None


@pytest.mark.parametrize("said", ["Mijn zaak", "Hoe ver is mijn…", "hoe ver is mijn zaak nu precies"])
def test_the_words_that_a_small_button_shows_are_the_choice(said: str) -> None:
    offered = [{"title": "Hoe ver is mijn zaak nu precies", "short": "Mijn zaak", "payload": "/status"}, *OFFERED[1:]]
    found = WORDS.choice(said, offered)
    assert found is not None and found["payload"] == "/status"


def test_a_choice_between_equal_titles_is_not_guessed() -> None:
    twice = [{"title": "Zaak bekijken", "payload": "a"}, {"title": "zaak bekijken", "payload": "b"}]
    assert WORDS.choice("zaak bekijken", twice) is None


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("STOP", "stop"), ("stop.", "stop"), ("Stopp", "stop"), ("AFMELDEN", "stop"), ("unsubscribe", "stop"),
        ("meld mij af", "stop"), ("START", "start"), ("aanmelden", "start"), ("HELP", "help"), ("hulp!", "help"),
        ("Plek", "plaats"), ("hoe lang nog?", "plaats"),
        ("mijn uitkering stopt", None), ("help mijn man slaat mij", None), ("stop met die brieven", None), ("", None),
    ],
)  # fmt: skip
def test_words_that_work_without_understanding(said: str, kind: str | None) -> None:
    assert WORDS.keyword(said) == kind


def test_the_numbers_stand_before_the_choices() -> None:
    assert numbered(OFFERED).splitlines()[2] == "3. Ik wil een mens"
