"""The crisis gate: the real patterns of `data/crisis/poort.yaml`."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from loket.understanding.crisis import CrisisGate
from loket.understanding.patterns import InvalidPatterns

GATE = CrisisGate.load(Path("data/crisis/poort.yaml"))
CASES = yaml.safe_load(Path(__file__).with_name("poort.yaml").read_text(encoding="utf-8"))
HEARD = [(text, route) for route, texts in CASES["gehoord"].items() for text in texts]


@pytest.mark.parametrize(("text", "route"), HEARD, ids=[text for text, _ in HEARD])
def test_a_cry_for_help_is_heard_in_every_language(text: str, route: str) -> None:
    assert GATE.route(text) == route
    assert GATE.route(text.upper() + "!!") == route


@pytest.mark.parametrize("text", CASES["niet_gehoord"])
def test_a_figure_of_speech_and_a_plain_question_are_not_heard(text: str) -> None:
    assert GATE.route(text) is None


def test_a_hint_is_weaker_than_a_cry() -> None:
    assert GATE.hint("er liggen lege doosjes naast haar bed")
    assert GATE.route("er liggen lege doosjes naast haar bed") is None
    assert not GATE.hint("hoe vraag ik huurtoeslag aan")


def test_a_file_without_hints_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "poort.yaml"
    path.write_text("routes: {}\nbeeldspraak: {}\n", encoding="utf-8")
    with pytest.raises(InvalidPatterns, match="aanwijzingen"):
        CrisisGate.load(path)
