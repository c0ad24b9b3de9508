"""The small readers, each by its own rule."""

import ast
import sys
from datetime import date
from pathlib import Path

import pytest

import loket.privacy
from loket.privacy import bsn, cards, iban, number_words
from loket.privacy.entities import Entity, as_mapping
from loket.privacy.extraction import extract
from loket.privacy.folding import fold
from loket.privacy.municipalities import gazetteer
from loket.privacy.numeric_dates import full_year
from loket.privacy.words import key_of, within_one_edit

FOLDER = Path(loket.privacy.__file__).parent


@pytest.mark.parametrize(
    ("digits", "valid"),
    [
        ("999990019", True),
        ("123456782", True),
        ("123456789", False),
        ("000000000", False),
        ("12345678", False),
        ("9999900190", False),
        ("٩٩٩٩٩٠٠١٩", False),
    ],
)
def test_elfproef(digits: str, valid: bool) -> None:
    assert bsn.passes_elfproef(digits) is valid


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("NL91ABNA0417164300", True),
        ("NL92ABNA0417164300", False),
        ("NL91ABNA041716430", False),
        ("BE68539007547034", True),
        ("ZZ68539007547034", False),
        ("", False),
    ],
)
def test_iban_checksum(number: str, valid: bool) -> None:
    assert iban.passes_checksum(number) is valid


def test_iban_structures_have_the_registered_length() -> None:
    lengths = {country: len(shape) + 2 for country, shape in iban.SHAPES.items()}

    assert {c: lengths[c] for c in ("NL", "BE", "DE", "FR", "GB", "PL", "TR", "UA", "NO", "MT")} == {
        "NL": 18, "BE": 16, "DE": 22, "FR": 27, "GB": 22, "PL": 28, "TR": 26, "UA": 29, "NO": 15, "MT": 31,
    }  # fmt: skip


def test_luhn() -> None:
    assert cards.passes_luhn("4111111111111111")
    assert not cards.passes_luhn("4111111111111112")


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("twaalfhonderd", 1200),
        ("tweeëntwintig", 22),
        ("vierduizenddriehonderdvijf", 4305),
        ("zweihundertfünfzig", 250),
        ("geen", None),
        ("honderden", None),
        ("een", 1),
    ],
)
def test_number_words(word: str, value: "int | None") -> None:
    assert number_words.read(word) == value


@pytest.mark.parametrize(
    ("words", "value", "used"),
    [
        ("vier duizend driehonderd euro", 4300, 3),
        ("two hundred and fifty", 250, 4),
        ("vijf en zeventig", 75, 3),
        ("zes vijf", 6, 1),
        ("appel", None, 0),
    ],
)
def test_number_in_several_words(words: str, value: "int | None", used: int) -> None:
    assert number_words.read_sequence(words.split()) == (value, used)


@pytest.mark.parametrize(
    ("year", "birth", "full"),
    [(80, True, 1980), (26, True, 2026), (27, True, 1927), (27, False, 2027), (36, False, 2036), (37, False, 1937)],
)
def test_short_years(year: int, birth: bool, full: int) -> None:
    assert full_year(year, date(2026, 11, 22), birth) == full


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("septemer", "september"),
        ("vrijdg", "vrijdag"),
        ("dondredag", "donderdag"),
        ("kaart", "kaart"),
        ("vandaan", "vandaan"),
        ("maar", "maar"),
    ],
)
def test_misspelt_calendar_words(typed: str, meant: str) -> None:
    assert key_of(typed) == meant


def test_one_edit_is_one_letter_more_less_other_or_swapped() -> None:
    assert all(within_one_edit(word, "utrecht") for word in ("utrecht", "utrect", "utrechtt", "utracht", "utrehct"))
    assert not within_one_edit("utrach", "utrecht")


def test_all_municipalities_are_known_once_and_found_by_name() -> None:
    names = gazetteer().names

    assert len(names) == 342
    assert sorted(name for name in names if names.count(name) > 1) == ["Bergen", "Bergen"]
    for name in names:
        assert as_mapping(extract(f"ik woon in de gemeente {name}.", date(2026, 11, 22))) == {"gemeente": name}


def test_folding_reads_other_scripts() -> None:
    assert fold("٠٦–١٢\u00a0ＡＢ’s") == "06-12 AB's"


def test_mapping_holds_one_value_or_a_list_and_no_secrets() -> None:
    entities = [
        Entity("bedrag", 10.0, 9, 10, "b"),
        Entity("bsn", "999990019", 0, 1, "x"),
        Entity("bedrag", 5.0, 5, 6, "a"),
        Entity("bedrag", 5.0, 12, 13, "a"),
        Entity("gemeente", "Ede", 20, 23, "Ede"),
        Entity("iban", "NL91ABNA0417164300", 30, 48, "y"),
    ]

    assert as_mapping(entities) == {"bedrag": [5.0, 10.0], "gemeente": "Ede"}


def test_secrets_are_entities_of_their_own() -> None:
    found = {entity.kind: entity.value for entity in extract("bsn 9999.90.019, nl91 abna 0417 1643 00", date(2026, 11, 22))}

    assert found == {"bsn": "999990019", "iban": "NL91ABNA0417164300"}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.name)
def test_module_runs_inside_rasa_too(path: Path) -> None:
    # Rasa's environment is Python 3.10, with spaCy and PyYAML.
    tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 10))

    roots = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            roots |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            roots.add(str(node.module).split(".")[0] if not str(node.module).startswith("loket.privacy") else "own")
    assert roots <= sys.stdlib_module_names | {"own", "spacy", "yaml"}
