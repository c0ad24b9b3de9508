"""Which official names a product covers, and where the others go; with names of our own invention."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from loket.answers import Texts
from loket.directory import Directory, Product
from loket.directory.names import Matcher, same_word
from loket.directory.upl import LAYERS, Covered, OfficialName, Rules, coverage
from verbonden.cli import main

FOLDER = Path("data/verwijsindex")
RULES = Rules.load(FOLDER)
SHIPPED = Directory.load(FOLDER)


def product(name: str, words: Sequence[str]) -> Product:
    """A product that is known by these words."""
    return Product(id=name, naam=name.replace("_", " "), woorden=tuple(words), organisaties=("gemeente",), doelgroep=("burger",),
                   antwoord="Vraag het.", kort="Vraag het.", zekerheid="uit_kennis")


MATCHER = Matcher([
    product("zandbak_plaatsen", ["zandbak", "zandbakvergunning", "vergunning zandbak"]),
    product("vlieger_verlengen", ["vlieger verlengen", "vliegerpas"]),
    product("dijkfeest", ["feest op de dijk", "subsidie dijkfeest"]),
], RULES.comparison)  # fmt: skip


@pytest.mark.parametrize(("name", "expected"), [
    ("zandbakvergunning", "zandbak_plaatsen"),
    ("Zandbak (vergunning)", "zandbak_plaatsen"),
    ("vlieger verlenging", "vlieger_verlengen"),
    ("verlenging vlieger verzoek", "vlieger_verlengen"),
    ("dijkfeestsubsidie", "dijkfeest"),
    ("zándbak", "zandbak_plaatsen"),
])  # fmt: skip
def test_covers_the_same_thing_in_other_words(name: str, expected: str) -> None:
    found = MATCHER.covering(name)
    assert found is not None and found.product == expected
    assert 0.8 <= found.score <= 1 and found.phrase


@pytest.mark.parametrize("name", [
    "zandbak bezwaar en schadevergoeding", "vlieger invoerrechten", "dijkonderhoud", "klacht", "knikkerregister", "",
    "verzoek aanvraag informatie",
])  # fmt: skip
def test_something_like_it_is_not_covered(name: str) -> None:
    assert MATCHER.covering(name) is None


def test_a_rare_word_weighs_more_than_one_that_all_products_have() -> None:
    sports = ["kano", "slee", "step", "bob"]
    matcher = Matcher([product(f"p{number}", [f"{sport} pas"]) for number, sport in enumerate(sports)], RULES.comparison)
    kano, pas = matcher.best("kano iets"), matcher.best("pas iets")
    assert kano is not None and pas is not None and kano.product == "p0" and kano.score > pas.score


def test_forms_of_one_word() -> None:
    assert same_word("verlengen", "verlenging") and same_word("taxatieverslag", "taxatieverslagen")
    assert not same_word("belasting", "belofte") and not same_word("pas", "pad") and not same_word("gas", "gast")


def answered(name: str, *layers: str) -> Covered:
    """How the shipped verwijsindex answers a name."""
    return coverage([OfficialName(name, True, False, layers)], SHIPPED, RULES)[0]


@pytest.mark.parametrize(("layers", "organisation", "text"), [
    (("gemeente",), "gemeente", "laag.gemeente"),
    (("rijk", "gemeente"), "gemeente", "laag.gemeente"),
    (("provincie", "waterschap"), "waterschap", "laag.waterschap"),
    (("rijk", "provincie"), "provincie", "laag.provincie"),
    (("rijk",), "rijksoverheid", "laag.rijk"),
    ((), "rijksoverheid", "laag.onbekend"),
])  # fmt: skip
def test_the_nearest_layer_answers_what_no_product_does(layers: tuple[str, ...], organisation: str, text: str) -> None:
    found = answered("knikkerregister inzagebewijs", *layers)
    assert (found.how, found.organisations[0], found.text, found.match) == ("laag", organisation, text, None)


def test_no_layer_is_a_dead_end() -> None:
    texts = Texts.load(Path("data/antwoorden"))
    for layers in ((), *((layer,) for layer in LAYERS)):
        organisations, key = RULES.of(layers)
        assert organisations and set(organisations) <= set(SHIPPED.organisations)
        for short in (False, True):
            said = texts.render(key, short, onderwerp="knikkers")
            assert "knikkers" in said.text and any(button.payload == "/mens" for button in said.buttons)
        assert texts.render(key, onderwerp="knikkers").links


def test_without_the_organisation_it_says_not_covered() -> None:
    gemeente = SHIPPED.organisations["gemeente"]
    small = Directory([gemeente], [product("zandbak_plaatsen", ["zandbak"])], [])
    names = [OfficialName("zandbak", True, False, ("gemeente",)), OfficialName("knikkerregister", True, False, ("rijk",))]
    assert [c.how for c in coverage(names, small, RULES)] == ["product", "niet"]


LIST = """naam;uri;burger;bedrijf;rijk;provincie;waterschap;gemeente
paspoort kwijtgeraakt;u:1;X;;;;;X
knikkerregister;u:2;X;;;;;X
dijkfeest;u:3;;X;;;X;
"""


def test_the_command_reports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "lijst.csv"
    path.write_text(LIST, encoding="utf-8")
    assert main(["upl", str(path), "--lijst", "laag"]) == 0
    said = capsys.readouterr().out
    assert "2 namen voor inwoners" in said and "knikkerregister: gemeente" in said and "dijkfeest" not in said
    assert main(["upl", str(path), "--json", "--voor", "alle"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["aantal"]["alle"] == 3 and found["aantal"]["niet"] == 0
    assert {row["naam"]: row["hoe"] for row in found["namen"]}["dijkfeest"] == "laag"


def test_the_command_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "lijst.csv"
    path.write_text("naam,burger\n", encoding="utf-8")
    assert main(["upl", str(path)]) == 2
    assert "in de kopregel ontbreekt" in capsys.readouterr().err
