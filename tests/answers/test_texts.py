"""Every text that the code asks for exists, and gets every value that it names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from channels.twilio.meaning import SMS_YES
from loket.answers.texts import InvalidTexts, Text, Texts
from loket.conversations.model import Rendered
from loket.conversations.rating_asked import PREFIX
from loket.handoff.choices import FIXED
from loket.notifications.consent import OFF, ON

FOLDER = Path("data/antwoorden")
TEXTS = Texts.load(FOLDER)
FOLDERS = ("actions", "channels", "loket/answers", "loket/conversations", "loket/handoff")
CODE = [path for folder in FOLDERS for path in sorted(Path(folder).rglob("*.py"))]
GROUPS = {key.partition(".")[0] for key in TEXTS.texts if "." in key}
CALLS = {"text", "line", "render"}


def dict_keys(node: ast.expr) -> set[str]:
    """The constant keys of a dict in the code."""
    return {str(k.value) for k in node.keys if isinstance(k, ast.Constant)} if isinstance(node, ast.Dict) else set()


def asked(path: Path) -> Iterator[tuple[str, set[str] | None]]:
    """Keys of texts in a file with the names of the values they are given; None where that can not be seen."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and node.args
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[0].value, str)
        ):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in CALLS and node.args[0].value.partition(".")[0] in GROUPS | set(TEXTS.texts):
                names = {k.arg for k in node.keywords}
                yield node.args[0].value, None if None in names else {str(n) for n in names}
        elif isinstance(node, ast.Tuple) and len(node.elts) == 2 and isinstance(node.elts[1], ast.Dict):
            key = node.elts[0]
            if isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value.partition(".")[0] in GROUPS:
                yield key.value, dict_keys(node.elts[1])


def mentioned(path: Path) -> Iterator[str]:
    """Everything in a file that looks like the key of a text and is not the name of a line in the log."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    logged = {
        id(node.args[0]) for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "log"
    }  # fmt: skip
    for node in ast.walk(tree):
        if id(node) in logged:
            continue
        value = node.value if isinstance(node, ast.Constant) else None
        if isinstance(value, str) and re.fullmatch(r"[a-z]+\.[a-z_0-9]+", value) and value.partition(".")[0] in GROUPS:
            yield value


def test_the_code_is_read_at_all() -> None:
    keys = {key for path in CODE for key, _ in asked(path)}
    assert {"mens.verbonden", "status.niet_gevonden", "antwoord.waar", "zaak.te_laat", "welkom"} <= keys
    assert len(keys) >= 40


@pytest.mark.parametrize("path", [p for p in CODE if any(asked(p))], ids=str)
def test_every_text_gets_the_values_that_it_names(path: Path) -> None:
    for key, given in asked(path):
        assert key in TEXTS.texts, f"{path}: {key}"
        if given is not None:
            assert TEXTS.texts[key].names() <= given, f"{path}: {key}"


def test_every_key_in_the_code_exists() -> None:
    unknown = {(str(path), key) for path in CODE for key in mentioned(path) if key not in TEXTS.texts}
    assert {(path, key) for path, key in unknown if not key.endswith((".html", ".yaml"))} == set()


def test_keys_that_are_put_together_exist() -> None:
    gate = yaml.safe_load(Path("data/crisis/poort.yaml").read_text(encoding="utf-8"))
    small_talk = yaml.safe_load((FOLDER / "smalltalk.yaml").read_text(encoding="utf-8"))
    for key in (*(f"crisis.{route}" for route in gate["routes"]), *(line["tekst"] for line in small_talk)):
        assert TEXTS.texts[key].names() == set(), key
    for path in Path("channels").rglob("*.py"):
        for code in re.findall(r"_problem\(\d+, \"(\w+)\"", path.read_text(encoding="utf-8")):
            assert TEXTS.texts[f"balie.{code}"].names() <= {"by"}, code


@pytest.mark.parametrize("key", sorted(TEXTS.texts))
def test_every_text_renders_in_both_forms(key: str) -> None:
    text = TEXTS.texts[key]
    values: dict[str, Any] = {name: f"<{name}>" for name in text.names()}
    for short in (False, True):
        rendered = TEXTS.render(key, short, **values)
        assert "{" not in rendered.text and "}" not in rendered.text
    assert TEXTS.render(key, **values).text or text.titel, "an empty text"
    for name in text.names():
        assert f"<{name}>" in filled(TEXTS.render(key, **values)) + filled(TEXTS.render(key, True, **values))
    if text.names():
        with pytest.raises(KeyError):
            TEXTS.render(key)
        strange: dict[str, Any] = dict.fromkeys(text.names(), "{vreemd} {0}")
        assert filled(TEXTS.render(key, **strange)).count("{vreemd}") >= 1, "values are not read as templates"


def filled(rendered: Rendered) -> str:
    """Everything of a text that values can be in: the words and the addresses."""
    return " ".join([rendered.text, *(url for _, url in rendered.links)])


def test_buttons_send_what_the_dialogue_knows() -> None:
    intents = yaml.safe_load(Path("bot/domain/intents.yml").read_text(encoding="utf-8"))["intents"]
    known = {next(iter(intent)) if isinstance(intent, dict) else intent for intent in intents}
    # Settled by core and channels, which ask no dialogue.
    known |= {payload[1:] for payload in (ON, OFF, *FIXED, SMS_YES, *(f"{PREFIX}{score}" for score in range(1, 6)))}
    for name, button in TEXTS.buttons.items():
        assert button.title.strip() and button.payload.startswith("/"), name
        assert button.payload[1:].partition("{")[0] in known, name


def test_short_texts_fit_two_sms() -> None:
    for key, text in TEXTS.texts.items():
        assert len(text.kort or "") <= 306, key


def test_a_button_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InvalidTexts, match="welkom: button bestaat_niet"):
        Texts({"welkom": Text(tekst="Hallo", knoppen=("bestaat_niet",))}, {})


def test_a_misspelt_field_is_refused(tmp_path: Path) -> None:
    (tmp_path / "teksten.yaml").write_text("welkom: {teskt: Hallo}\n", encoding="utf-8")
    (tmp_path / "knoppen.yaml").write_text("{}\n", encoding="utf-8")
    with pytest.raises(InvalidTexts, match="teskt"):
        Texts.load(tmp_path)
