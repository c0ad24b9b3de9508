"""Short messages that need no language model, and only those."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from loket.conversations.shortcuts import Shortcuts

SHORTCUTS = Shortcuts.load(Path("data/antwoorden/vervolg.yaml"))
TOLD: dict[str, Any] = {"facts": {"zaken": {"4": {"nummer": "Z-1"}}, "onderwerp_seq": 4}, "seq": 6}


@pytest.mark.parametrize(("text", "kind"), [
    ("En die andere?", "andere"), ("en mijn andere zaak?", "andere"), ("hoe zit het met de andere aanvraag", "andere"),
    ("Wanneer dan?", "wanneer"), ("hoe lang duurt het nog?", "wanneer"), ("wanneer hoor ik iets", "wanneer"),
    ("hoelang nog?", "wanneer"),
    ("Waarom duurt het zo lang?", "waarom"), ("waarom dan", "waarom"), ("waar wachten jullie op?", "waarom"),
    ("wat is er al gedaan?", "gedaan"), ("wat hebben jullie al gedaan", "gedaan"), ("en nu?", "volgende"),
    ("wat is de volgende stap?", "volgende"), ("wat gebeurt er nu?", "volgende"), ("Moet ik nog iets doen?", "zelf"),
    ("moet ik nog iets opsturen", "zelf"), ("en als ze te laat zijn?", "te_laat"), ("wat zijn mijn rechten?", "te_laat"),
])  # fmt: skip
def test_a_question_after_a_case(text: str, kind: str) -> None:
    assert SHORTCUTS.payload(text, TOLD) == f'/vervolg{{"soort": "{kind}"}}'
    assert SHORTCUTS.payload(text, {"facts": {}, "seq": 6}) is None, "without a case it means something else"


@pytest.mark.parametrize(("text", "payload"), [
    ("Uitloggen", "/uitloggen"), ("log mij uit", "/uitloggen"), ("inloggen met DigiD", "/inloggen"),
    ("Ik wil inloggen", "/inloggen"),
])
def test_logging_in_and_out_is_heard_anywhere(text: str, payload: str) -> None:
    assert SHORTCUTS.payload(text, {"facts": {}, "seq": 1}) == payload


@pytest.mark.parametrize("text", [
    "wanneer krijg ik huurtoeslag uitbetaald", "waarom krijg ik geen bijstand", "mijn man slaat mij, waarom duurt het zo lang",
    "ik wil niet meer, wanneer stopt dit", "en mijn andere dochter?", "ik kan niet inloggen bij de belastingdienst",
    "hoe lang duurt het om een paspoort aan te vragen", "wat moet ik doen als mijn vader overleden is", "DigiD aanvragen",
])  # fmt: skip
def test_what_says_more_goes_to_the_bot(text: str) -> None:
    assert SHORTCUTS.payload(text, TOLD) is None


def test_another_subject_ends_it() -> None:
    later = {"facts": {**TOLD["facts"], "onderwerp_seq": 8}, "seq": 10}
    assert SHORTCUTS.payload("wanneer dan?", later) is None
    assert SHORTCUTS.payload("wanneer dan?", {**TOLD, "seq": 40}) is None
