"""The action server as it runs in the product: processes with the real data, a database and the demo case system."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError

import aiohttp
import pytest
import yaml

from loket.store.migrate import upgrade
from verbonden.orphans import die_with_parent
from verbonden.supervision.ports import pick_free

SECRET = "a-secret-of-at-least-32-characters!"
VAULT_KEY = os.environ["VERBONDEN_VAULT_KEYS"]
"""The key of the tests (tests/conftest.py): what one process sealed, the other must open."""

START_SECONDS = 60.0
DOMAIN = {
    key: value
    for path in sorted(Path("bot/domain").glob("*.yml"))
    for key, value in yaml.safe_load(path.read_text(encoding="utf-8")).items()
}


@contextmanager
def process(arguments: list[str], url: str, **environment: str) -> Iterator[None]:
    """A program of ours, from when it answers at `url` (whatever it answers) to the end of the block."""
    inherited = {n: v for n, v in os.environ.items() if not n.startswith(("VERBONDEN_", "ZAAKSYSTEEM_"))}
    running = subprocess.Popen([sys.executable, "-m", *arguments], env={**inherited, **environment}, preexec_fn=die_with_parent())
    try:
        deadline = time.monotonic() + START_SECONDS
        while True:
            assert running.poll() is None and time.monotonic() < deadline, f"{arguments} does not start"
            try:
                urllib.request.urlopen(url, timeout=5).close()
                break
            except HTTPError:
                break
            except (URLError, OSError):
                time.sleep(0.1)
        yield
    finally:
        running.terminate()
        running.wait(10)


@dataclass(frozen=True)
class ActionServer:
    """A running action server."""

    url: str

    async def run(
        self,
        action: str,
        *,
        text: str = "",
        slots: dict[str, Any] | None = None,
        context: dict[str, Any] | None = None,
        understanding: dict[str, Any] | None = None,
        entities: dict[str, Any] | None = None,
        intent: str = "antwoord",
        events: list[dict[str, Any]] | None = None,
    ) -> Said:
        """Run one action as Rasa would, and return what came of it."""
        latest = {
            "text": text,
            "intent": {"name": intent},
            "entities": [{"entity": kind, "value": value} for kind, value in (entities or {}).items()],
            "metadata": context or {},
            "understanding": understanding,
        }
        tracker = {
            "sender_id": "c.0",
            "slots": slots or {},
            "latest_message": latest,
            "events": events or [],
            "paused": False,
            "followup_action": None,
            "active_loop": {},
            "latest_action_name": None,
        }
        call = {"next_action": action, "sender_id": "c.0", "tracker": tracker, "domain": DOMAIN, "version": "3.6.21"}
        async with aiohttp.ClientSession() as http, http.post(f"{self.url}/webhook", json=call) as answer:
            assert answer.status == 200, await answer.text()
            body = await answer.json()
        slots_set = {event["name"]: event["value"] for event in body["events"] if event["event"] == "slot"}
        return Said([response["custom"] for response in body["responses"]], slots_set)


@dataclass(frozen=True)
class Said:
    """What an action answered: `payloads` for the gateway, `slots` for the dialogue."""

    payloads: list[dict[str, Any]]
    slots: dict[str, Any]

    @property
    def parts(self) -> list[dict[str, Any]]:
        """The references to texts, in order."""
        return [part for p in self.payloads if "utterance" in p for part in p["utterance"]["parts"]]

    @property
    def keys(self) -> list[str]:
        """The keys of the texts, in order."""
        return [part["key"] for part in self.parts if "key" in part]

    @property
    def facts(self) -> dict[str, Any]:
        """What was learned."""
        return {name: value for p in self.payloads for name, value in p.get("facts", {}).items()}

    @property
    def handoff(self) -> dict[str, Any] | None:
        """The hand-off that was asked for."""
        return next((p["handoff"] for p in self.payloads if "handoff" in p), None)

    @property
    def card(self) -> dict[str, Any]:
        """The picture of a case."""
        found: dict[str, Any] = next(p["utterance"]["card"] for p in self.payloads if p.get("utterance", {}).get("card"))
        return found


@pytest.fixture(scope="session")
def actions_database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated database that the action servers share."""
    url = f"sqlite:///{tmp_path_factory.mktemp('actions') / 'store.sqlite3'}"
    upgrade(url)
    return url


@pytest.fixture(scope="session")
def zaaksysteem() -> Iterator[str]:
    """The URL of the demo case system, a process of its own."""
    port = pick_free(set())
    url = f"http://127.0.0.1:{port}"
    with process(["demo.zaaksysteem", "--port", str(port)], f"{url}/zaken/api/v1/zaken",
                 ZAAKSYSTEEM_CLIENT_ID="verbonden", ZAAKSYSTEEM_SECRET=SECRET):  # fmt: skip
        yield url


@contextmanager
def action_server(database: str, cases: str) -> Iterator[ActionServer]:
    """An action server on a database and a case system."""
    port = pick_free(set())
    with process(["verbonden.action_server", "--port", str(port)], f"http://127.0.0.1:{port}/health",
                 VERBONDEN_DEMO="1", VERBONDEN_DATABASE_URL=database,
                 VERBONDEN_DATA=str(Path("data").resolve()), ZAAKSYSTEEM_URL=cases,
                 ZAAKSYSTEEM_CLIENT_ID="verbonden", ZAAKSYSTEEM_SECRET=SECRET, VERBONDEN_DIGID_ISSUER="https://digid.example",
                 VERBONDEN_DIGID_DEMO="1", VERBONDEN_VAULT_KEYS=VAULT_KEY, VERBONDEN_PUBLIC_URL="https://gemeente.example"):
        yield ActionServer(f"http://127.0.0.1:{port}")


@pytest.fixture(scope="session")
def server(actions_database: str, zaaksysteem: str) -> Iterator[ActionServer]:
    """An action server."""
    with action_server(actions_database, zaaksysteem) as running:
        yield running


@pytest.fixture(scope="session")
def second_server(actions_database: str, zaaksysteem: str) -> Iterator[ActionServer]:
    """Another one on the same database."""
    with action_server(actions_database, zaaksysteem) as running:
        yield running


@pytest.fixture(scope="session")
def cut_off_server(actions_database: str) -> Iterator[ActionServer]:
    """One whose case system does not answer: nobody listens at its address."""
    with action_server(actions_database, f"http://127.0.0.1:{pick_free(set())}") as running:
        yield running
