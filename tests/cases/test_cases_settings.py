"""The configuration file: what is refused, and the one that ships with the project."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from loket.cases.errors import Misconfigured
from loket.cases.registry import CaseSystems
from loket.cases.settings import read_settings
from tests.cases.support import ENVIRONMENT, configuration, system

ROOT = Path(__file__).parents[2]
URL = "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "zaaksystemen.yaml:"),
        ("systemen: []", "zaaksystemen.yaml:systemen"),
        ("systemen: [", "not_yaml:zaaksystemen.yaml"),
        ("systemen:\n" + system(URL, geheim="abc"), "zaaksystemen.yaml:systemen.0.geheim"),
        ("systemen:\n" + system(URL, soort="stuf"), "zaaksystemen.yaml:systemen.0.soort"),
        ("systemen:\n" + system(URL, bronorganisatie="'12'"), "zaaksystemen.yaml:systemen.0.bronorganisatie"),
        ("systemen:\n" + system(URL, zaaknummer_patroon="'['"), "zaaksystemen.yaml:systemen.0.zaaknummer_patroon"),
        ("systemen:\n" + system(URL, vrije_tekst_vanaf="altijd"), "zaaksystemen.yaml:systemen.0.vrije_tekst_vanaf"),
        ("systemen:\n" + system(URL, tijd="{totaal: 0}"), "zaaksystemen.yaml:systemen.0.tijd.totaal"),
        ("systemen:\n" + system(URL) + system(URL), "zaaksystemen.yaml:systemen.id"),
        ("antwoordtijd_zonder_zaak: -1\nsystemen:\n" + system(URL), "zaaksystemen.yaml:antwoordtijd_zonder_zaak"),
    ],
)
def test_a_wrong_file_names_the_place(tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "zaaksystemen.yaml"
    path.write_text(content)
    with pytest.raises(Misconfigured) as caught:
        CaseSystems.from_file(path, ENVIRONMENT)
    assert caught.value.reason == reason


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="unreadable"):
        CaseSystems.from_file(tmp_path / "zaaksystemen.yaml", {})


@pytest.mark.parametrize("url", ["", "niets", "ftp://x", "http://"])
async def test_a_wrong_url_stops_only_its_own_system(tmp_path: Path, url: str) -> None:
    systems = CaseSystems.from_file(configuration(tmp_path, system("''", url_variabele="HERE")), {**ENVIRONMENT, "HERE": url})
    (check,) = await systems.check()
    assert check.problem == "url:HERE"
    assert check.misconfigured
    await systems.close()


def test_the_variable_goes_before_the_file(tmp_path: Path) -> None:
    path = configuration(tmp_path, system("http://file.example/", url_variabele="HERE"))
    (settings,) = read_settings(path).systemen
    assert settings.base_url({"HERE": "https://variable.example/prefix/"}) == "https://variable.example/prefix"
    assert settings.base_url({}) == "http://file.example"


def test_the_shipped_file_knows_every_organisation_of_the_demo() -> None:
    (demo,) = read_settings(ROOT / "data" / "zaaksystemen.yaml").systemen
    catalogue = yaml.safe_load((ROOT / "demo" / "zaaksysteem" / "data" / "catalogus.yaml").read_text(encoding="utf-8"))
    in_demo = {item["rsin"]: item["naam"] for item in catalogue["organisaties"].values()}
    assert {rsin: item.naam for rsin, item in demo.organisaties.items()} == in_demo
    index = yaml.safe_load((ROOT / "data" / "verwijsindex" / "organisaties.yaml").read_text(encoding="utf-8"))
    known = {item["id"] for item in index["organisaties"]}
    assert {item.id for item in demo.organisaties.values()} <= known


def test_the_shipped_file_holds_no_secret() -> None:
    for name in ("zaaksystemen.yaml", "klantinteracties.yaml"):
        for line in (ROOT / "data" / name).read_text(encoding="utf-8").splitlines():
            key, _, value = line.strip().partition(":")
            if "geheim" in key or "token" in key:
                assert key.startswith("#") or value.strip().isupper()
