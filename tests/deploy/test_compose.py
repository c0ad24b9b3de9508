"""The compose file, read by Docker Compose itself, and the images that it builds."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from verbonden.commands import ROOT

DEPLOY = ROOT / "deploy"
GIVEN = {
    "VERBONDEN_PUBLIC_URL": "https://verbonden.example.nl", "VERBONDEN_BOT_SECRET": "b" * 12 + "o" * 12 + "t",
    "VERBONDEN_VAULT_KEYS": "k", "POSTGRES_PASSWORD": "p", "REDIS_PASSWORD": "r",
}
OUTSIDE, ISOLATED = "outside", {"bot", "webhook", "memory"}


def compose(*words: str, without: str = "") -> subprocess.CompletedProcess[str]:
    """Run Docker Compose on our file."""
    given = {name: value for name, value in GIVEN.items() if name != without}
    return subprocess.run(
        [Path(sys.executable).with_name("docker-compose"), "-f", DEPLOY / "compose.yaml", *words], text=True, capture_output=True,
        check=False, env={"PATH": os.environ["PATH"], "HOME": "/tmp", **given},
    )


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """The services as Compose understands them."""
    done = compose("config", "--format", "json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)["services"]
    return found


def test_compose_takes_the_file() -> None:
    done = compose("config", "-q")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", GIVEN)
def test_a_secret_that_is_not_given_is_asked_for(name: str) -> None:
    done = compose("config", "-q", without=name)
    assert done.returncode != 0 and name in done.stderr


def test_only_the_balancer_is_open_to_others(services: dict[str, Any]) -> None:
    assert {name for name, one in services.items() if one.get("ports")} == {"balancer"}
    assert set(services["rasa"]["networks"]) == ISOLATED
    assert {name for name, one in services.items() if "bot" in one["networks"]} == {"balancer", "gateway", "rasa"}


def test_our_containers_write_nothing_and_gain_nothing(services: dict[str, Any]) -> None:
    for name in ("balancer", "gateway", "actions", "rasa", "migrate", "redis"):
        one = services[name]
        assert one["read_only"] and one["cap_drop"] == ["ALL"] and one["security_opt"] == ["no-new-privileges:true"], name
    assert {name: services[name]["deploy"]["replicas"] for name in ("gateway", "rasa", "actions")} == {
        "gateway": 3, "rasa": 3, "actions": 2,
    }


def test_rasa_knows_no_secret_but_two(services: dict[str, Any]) -> None:
    values = json.dumps(services["rasa"]["environment"])
    assert GIVEN["VERBONDEN_BOT_SECRET"] in values and "DATABASE" not in values and "VAULT" not in values


@pytest.mark.parametrize("name", ["app.Dockerfile", "rasa.Dockerfile"])
def test_images_are_built_from_what_is_there(name: str) -> None:
    text = (DEPLOY / name).read_text(encoding="utf-8")
    assert re.findall(r"^FROM (\S+)", text, re.MULTILINE) == ["${PYTHON}"] * 2, "the base is chosen by whoever builds"
    assert "." not in re.search(r"^ARG PYTHON=([^:]+):", text, re.MULTILINE).group(1)  # type: ignore[union-attr]
    assert re.search(r"^USER 10001:10001$", text, re.MULTILINE)
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")}
    assert all((ROOT / path).exists() for path in kept)
    assert not kept & {"var", ".env", "models", "deploy"}


def test_the_example_names_every_setting_that_must_be_given() -> None:
    example = (DEPLOY / "settings.example").read_text(encoding="utf-8")
    assert all(re.search(rf"^{name}=$", example, re.MULTILINE) for name in GIVEN)
