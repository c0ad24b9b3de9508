"""What the tests of the case client share: clients of the demo case system, and configuration files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import aiohttp

from demo.zaaksysteem.clients import READ, WRITE, Client
from demo.zaaksysteem.store import Store
from loket.cases.registry import CaseSystems, LookupResult
from loket.cases.token import JwtAuthorization
from loket.cases.zgw import today_in_the_netherlands

READER = Client("verbonden", "a-secret-of-at-least-32-characters!", READ, "vertrouwelijk")
STAFF = Client("medewerker", "b-secret-of-at-least-32-characters!", READ | WRITE, "zeer_geheim")
TODAY = today_in_the_netherlands()
NUMBER = "ZAAK-2026-%010d"


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


def registry(folder: Path, url: str, **more: str) -> CaseSystems:
    """A registry with one system."""
    return CaseSystems.from_file(configuration(folder, system(url, **more)), ENVIRONMENT)


def numbers(result: LookupResult) -> list[str]:
    """The last digits of the found cases."""
    return [case.number[-2:] for case in result.found]


def uuid_of(demo: Demo, number: int) -> str:
    """UUID of one of the seeded cases."""
    return str(next(item for item in demo.store.all("zaak") if item["identificatie"] == NUMBER % number)["uuid"])


async def set_status(demo: Demo, number: int, step: int, moment: datetime) -> None:
    """Move a seeded case, as a member of staff would in the case system."""
    zaak = demo.store.get("zaak", uuid_of(demo, number))
    assert zaak is not None
    kind = next(item for item in demo.store.where("statustype", "zaaktype", zaak["zaaktype"]) if item["volgnummer"] == step)
    headers = {"Authorization": JwtAuthorization(STAFF.client_id, STAFF.secret).header()}
    body = {
        "zaak": f"{demo.url}/zaken/api/v1/zaken/{zaak['uuid']}",
        "statustype": f"{demo.url}/catalogi/api/v1/statustypen/{kind['uuid']}",
        "datumStatusGezet": moment.isoformat(),
    }
    url = f"{demo.url}/zaken/api/v1/statussen"
    async with aiohttp.ClientSession(headers=headers) as session, session.post(url, json=body) as answer:
        assert answer.status == 201, await answer.text()
