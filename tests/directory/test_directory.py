"""The verwijsindex as it ships: valid, complete, without references to nothing and without guessed numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from loket.directory import Directory, InvalidDirectory, LifeEvent, Organisation, Product
from loket.directory.model import LifeStep, Tip

FOLDER = Path("data/verwijsindex")
KEPT_FOR_LATER = {"whatsapp", "telefoon_bronsoort", "bron"}
"""Fields of an organisation that nothing reads yet."""


def records(name: str, key: str) -> list[dict[str, Any]]:
    """The raw records of a file."""
    raw = yaml.load((FOLDER / name).read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    found: list[dict[str, Any]] = raw[key]
    return found


ORGANISATIONS = records("organisaties.yaml", "organisaties")
EVENTS = records("levensgebeurtenissen.yaml", "levensgebeurtenissen")
PRODUCTS = [r for path in sorted((FOLDER / "producten").glob("*.yaml")) for r in records(f"producten/{path.name}", "producten")]
KNOWN = {organisation["id"] for organisation in ORGANISATIONS}


def test_it_loads_and_nothing_gets_lost() -> None:
    directory = Directory.load(FOLDER)
    assert (len(directory.organisations), len(directory.products), len(directory.events)) == (
        len(ORGANISATIONS), len(PRODUCTS), len(EVENTS))  # fmt: skip
    assert len(directory.organisations) >= 60 and len(directory.products) >= 400 and len(directory.events) >= 25


def test_a_name_in_a_sentence_has_no_capital_of_its_own() -> None:
    directory = Directory.load(FOLDER)
    assert directory.name_in_sentence("gemeente") == "uw gemeente"
    assert directory.name_in_sentence("uwv") == "UWV"
    assert directory.name_in_sentence(None) == ""


def test_no_field_is_misspelt() -> None:
    checks: tuple[tuple[dict[str, Any], type[BaseModel], set[str]], ...] = (
        *((r, Organisation, KEPT_FOR_LATER) for r in ORGANISATIONS),
        *((r, Product, set[str]()) for r in PRODUCTS),
        *((r, LifeEvent, {"bron"}) for r in EVENTS),
        *((s, LifeStep, set[str]()) for r in EVENTS for s in r["stappen"]),
        *((t, Tip, {"bron"}) for r in EVENTS for t in r.get("tips") or ()),
    )
    for raw, model, more in checks:
        assert set(raw) <= set(model.model_fields) | more, (raw.get("id"), set(raw) - set(model.model_fields))


def test_what_was_seen_has_a_source() -> None:
    for raw in (*ORGANISATIONS, *PRODUCTS, *(s for r in EVENTS for s in r["stappen"])):
        if raw["zekerheid"] == "gezien":
            assert raw.get("bron"), raw.get("id") or raw["wat"]


def test_every_reference_points_somewhere() -> None:
    products = {product["id"] for product in PRODUCTS}
    for product in PRODUCTS:
        assert set(product["organisaties"]) <= KNOWN and set(product.get("verwant") or ()) <= products - {product["id"]}, product[
            "id"
        ]
    for event in EVENTS:
        for item in (*event["stappen"], *(event.get("tips") or ())):
            assert item.get("organisatie", "") in KNOWN | {""}, event["id"]


def test_every_organisation_can_be_reached_or_is_ones_own() -> None:
    """Uw gemeente, uw werkgever ...: those the citizen knows; of all others we know a website or a number."""
    for organisation in Directory.load(FOLDER).organisations.values():
        own = organisation.naam.startswith("Uw ") or organisation.id in ("verhuurder", "zorgkantoor")
        assert own or organisation.website or organisation.certain("telefoon"), organisation.id
        assert not organisation.website or organisation.website.startswith(("https://", "http://"))
        assert organisation.waarvoor.strip() and organisation.onderwerpen, organisation.id


def test_steps_of_a_life_event_are_numbered_in_order() -> None:
    for event in EVENTS:
        assert [step["nr"] for step in event["stappen"]] == list(range(1, len(event["stappen"]) + 1)), event["id"]
        assert event["signaalwoorden"], event["id"]


def test_only_what_was_read_at_a_source_is_certain() -> None:
    for organisation in Directory.load(FOLDER).organisations.values():
        for field in ("telefoon", "openingstijden", "website"):
            expected = getattr(organisation, field) if organisation.zekerheid_per_veld.get(field) == "gezien" else ""
            assert organisation.certain(field) == expected


def test_questions_of_citizens_are_not_the_same_for_two_products() -> None:
    seen: dict[str, str] = {}
    double = [
        (question, seen[question], product["id"])
        for product in PRODUCTS for question in product.get("vragen") or ()
        if seen.setdefault(question, product["id"]) != product["id"]
    ]  # fmt: skip
    assert not double


PRODUCT = {
    "id": "een", "naam": "Een", "woorden": ["een"], "organisaties": ["uwv"], "doelgroep": ["burger"], "antwoord": "a",
    "kort": "k", "zekerheid": "gezien",
}  # fmt: skip


@pytest.mark.parametrize(
    ("product", "said"),
    [
        ({"organisaties": ["bestaat_niet"]}, "organisation bestaat_niet does not exist"),
        ({"verwant": ["bestaat_niet"]}, "related product bestaat_niet does not exist"),
    ],
)
def test_a_reference_to_nothing_is_refused(product: dict[str, Any], said: str) -> None:
    organisation = Organisation(id="uwv", naam="UWV", soort="rijk", waarvoor="werk", onderwerpen=("ww",))
    with pytest.raises(InvalidDirectory, match=said):
        Directory([organisation], [Product.model_validate({**PRODUCT, **product})], [])


def test_two_of_one_id_and_every_fault_of_a_file_are_told(tmp_path: Path) -> None:
    organisation = Organisation(id="uwv", naam="UWV", soort="rijk", waarvoor="werk", onderwerpen=("ww",))
    with pytest.raises(InvalidDirectory, match="Organisation uwv is there twice"):
        Directory([organisation, organisation], [], [])
    (tmp_path / "producten").mkdir()
    wrong = [{**PRODUCT, "kort": "k" * 321}, {**PRODUCT, "id": "Twee!"}]
    (tmp_path / "producten" / "a.yaml").write_text(yaml.safe_dump({"producten": wrong}), encoding="utf-8")
    with pytest.raises(InvalidDirectory, match=r"a.yaml: een: kort(.|\n)*a.yaml: Twee!: id"):
        Directory.load(tmp_path)
