"""The demonstration's log-in is part of the demo only, and the product does without it."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from setup import inlog as packages
from verbonden.doctor.findings import Level
from verbonden.doctor.log_in import examine_log_in
from verbonden.supervision import inlog
from verbonden.supervision.plan import RASA_MAY_NOT_KNOW, make_plan
from verbonden.supervision.secrets_file import Secrets, load_or_make


@pytest.fixture
def secrets(tmp_path: Path) -> Secrets:
    """Fresh ones."""
    return load_or_make(tmp_path / "secrets.json", ["fatima"])


def test_it_runs_in_demo_mode(tmp_path: Path, secrets: Secrets) -> None:
    plan = make_plan(tmp_path, secrets, Path("model"), {"VERBONDEN_PORT": "0"})
    (spec,) = [one for one in plan.specs if one.name == "inlog"]
    assert not spec.essential, "the product starts when it does not"
    assert plan.environment["VERBONDEN_DIGID_ISSUER"] == f"http://127.0.0.1:{plan.ports['inlog']}/digid"
    assert plan.environment["VERBONDEN_DIGID_DEMO"] == "1" and plan.environment["VERBONDEN_VAULT_KEYS"] == secrets.vault_key
    path = tmp_path / "inlog" / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600, "it holds passwords"
    assert config["clients"]["digid"]["redirect_uris"] == [plan.url + "/digid/terug"]
    assert all(citizen["bsn"].startswith("99999") for citizen in config["citizens"])
    assert secrets.inlog_client_secret not in " ".join(spec.command)


def test_nothing_of_the_demo_in_use(tmp_path: Path, secrets: Secrets) -> None:
    plan = make_plan(tmp_path, secrets, Path("model"), {"VERBONDEN_PORT": "0", "VERBONDEN_DEMO": "0"})
    assert "inlog" not in plan.ports and not [name for name in plan.environment if name.startswith("VERBONDEN_DIGID")]


def test_a_real_provider_stays(tmp_path: Path, secrets: Secrets) -> None:
    given = {"VERBONDEN_PORT": "0", "VERBONDEN_DIGID_ISSUER": "https://broker.example"}
    plan = make_plan(tmp_path, secrets, Path("model"), given)
    assert plan.environment["VERBONDEN_DIGID_ISSUER"] == "https://broker.example"
    assert "VERBONDEN_DIGID_DEMO" not in plan.environment and "VERBONDEN_DIGID_CLIENT_SECRET" not in plan.environment


def test_without_its_packages_or_node_the_product_runs_without_it(
    tmp_path: Path, secrets: Secrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "FOLDER", tmp_path)
    assert not inlog.is_wanted({})
    assert "inlog" not in make_plan(tmp_path, secrets, Path("model"), {"VERBONDEN_PORT": "0"}).ports
    monkeypatch.undo()
    monkeypatch.setattr(inlog, "node_program", lambda: None)
    assert not inlog.is_wanted({})


def test_rasa_knows_no_secret_of_logging_in(tmp_path: Path, secrets: Secrets) -> None:
    plan = make_plan(tmp_path, secrets, Path("model"), {"VERBONDEN_PORT": "0"})
    (rasa,) = [one for one in plan.specs if one.name == "rasa"]
    secret = {secrets.vault_key, secrets.inlog_client_secret}
    assert not secret & set(rasa.environment.values()) and "VERBONDEN_VAULT_KEYS" in RASA_MAY_NOT_KNOW


@pytest.mark.parametrize(("environment", "levels"), [
    ({}, [Level.NOTE, Level.NOTE]),
    ({"VERBONDEN_DIGID_ISSUER": "http://elders.example"}, [Level.WRONG, Level.NOTE, Level.WRONG]),
    ({"VERBONDEN_DIGID_ISSUER": "http://127.0.0.1:9", "VERBONDEN_DIGID_CLIENT_ID": "a", "VERBONDEN_DIGID_CLIENT_SECRET": "b",
      "VERBONDEN_VAULT_KEYS": "kort"}, [Level.WRONG, Level.NOTE, Level.WRONG]),
    ({"VERBONDEN_DIGID_ISSUER": "http://127.0.0.1:9", "VERBONDEN_DIGID_CLIENT_ID": "a", "VERBONDEN_DIGID_CLIENT_SECRET": "b",
      "VERBONDEN_DIGID_DEMO": "1", "VERBONDEN_DEMO": "0", "VERBONDEN_VAULT_KEYS": "x" * 42 + "A="},
     [Level.WRONG, Level.NOTE, Level.GOOD]),
])
async def test_the_doctor_says_what_is_wrong(environment: dict[str, str], levels: list[Level]) -> None:
    assert [finding.level async for finding in examine_log_in(environment)] == levels
