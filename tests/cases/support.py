"""What the tests of the case client share: clients of the demo case system, and configuration files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from demo.zaaksysteem.clients import READ, WRITE, Client
from demo.zaaksysteem.store import Store

READER = Client("verbonden", "a-secret-of-at-least-32-characters!", READ, "vertrouwelijk")
STAFF = Client("medewerker", "b-secret-of-at-least-32-characters!", READ | WRITE, "zeer_geheim")
TODAY = date.today()


@dataclass
class Asked:
    """What a case system was asked: every request that reached it."""

    lines: list[str]
    bodies: list[str]


@dataclass
class Demo:
    """A running demo case system."""

    url: str
    asked: Asked
    store: Store


def configuration(tmp_path: Path, *systems: str, wait: float = 0) -> Path:
    """A configuration file with these systems."""
    path = tmp_path / "zaaksystemen.yaml"
    path.write_text(f"antwoordtijd_zonder_zaak: {wait}\nsystemen:\n" + "".join(systems))
    return path


def system(url: str, key: str = "demo", name: str = "Demodam", **more: str) -> str:
    """One system of a configuration file."""
    lines = [
        f"  - id: {key}",
        f"    naam: {name}",
        "    soort: zgw",
        f"    url: {url}",
        "    client_id_variabele: CLIENT",
        "    geheim_variabele: SECRET",
    ]
    lines += [f"    {field}: {value}" for field, value in more.items()]
    return "\n".join(lines) + "\n"


ENVIRONMENT = {"CLIENT": READER.client_id, "SECRET": READER.secret}
