"""The doctor finds what is really wrong, says what to do, and its exit code tells scripts."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet

from loket.store import Store
from loket.store.field_keys import FieldKeys
from loket.store.migrate import head, upgrade
from tests.conversations.support import Clock, Process
from verbonden.commands import ROOT

Findings = dict[str, dict[str, str]]


def examine(var: Path, **environment: str) -> tuple[int, Findings]:
    """Exit code, and findings by subject."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("VERBONDEN_", "ZAAKSYSTEEM_"))}
    done = subprocess.run([sys.executable, "-m", "verbonden.cli", "doctor", "--json", "--var", str(var)], cwd=ROOT,
                          env={**inherited, **environment}, capture_output=True, text=True, timeout=120, check=False)
    assert done.stderr == ""
    return done.returncode, {finding["subject"]: finding for finding in json.loads(done.stdout)}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_nothing_runs_yet(tmp_path: Path) -> None:
    code, found = examine(tmp_path, VERBONDEN_PORT=str(free_port()))
    assert found["processes"]["level"] == "note" and "make run" in found["processes"]["advice"]
    assert found["database"]["level"] == "note" and "first start makes it" in found["database"]["sentence"]
    assert found["port"]["level"] == found["disk"]["level"] == "good"
    assert not {"Rasa", "gateway", "action server", "Redis"} & set(found)
    assert code == (1 if any(finding["level"] == "wrong" for finding in found.values()) else 0)


def test_an_occupied_port_and_open_secrets(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets.json"
    secrets.write_text("{}", encoding="utf-8")
    secrets.chmod(0o644)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen(1)
        code, found = examine(tmp_path, VERBONDEN_PORT=str(other.getsockname()[1]))
    assert code == 1
    assert found["port"]["level"] == "wrong" and "VERBONDEN_PORT" in found["port"]["advice"]
    assert found["secrets"]["level"] == "wrong" and "chmod 600" in found["secrets"]["advice"]


def test_tables_of_an_old_revision(tmp_path: Path) -> None:
    path = tmp_path / "verbonden.sqlite3"
    path.touch()
    code, found = examine(tmp_path)
    assert code == 1 and found["database"]["level"] == "wrong"
    assert f"needs {head()}" in found["database"]["sentence"]
    upgrade(f"sqlite:///{path}")
    _, found = examine(tmp_path)
    assert found["database"]["level"] == "good"


async def test_a_key_that_is_missing(tmp_path: Path, use_keys: Callable[..., None]) -> None:
    url, old, new = f"sqlite:///{tmp_path / 'verbonden.sqlite3'}", *(Fernet.generate_key().decode() for _ in range(2))
    await asyncio.to_thread(upgrade, url)
    store = Store.connect(url)
    for key in (old, new):
        use_keys(key)
        process = Process(store, Clock())
        await process.receive(await process.open(), "Hallo")
    await store.close()
    missing = FieldKeys([old]).names[0]
    for given in (new, ""):
        code, found = examine(tmp_path, VERBONDEN_VAULT_KEYS=given)
        assert code == 1 and found["keys"]["level"] == "wrong" and missing in found["keys"]["sentence"]
    # As `make run` keeps them, and as they are set
    secrets = tmp_path / "secrets.json"
    secrets.write_text(json.dumps({"vault_key": old}), encoding="utf-8")
    _, found = examine(tmp_path)
    assert missing not in found["keys"]["sentence"] and FieldKeys([new]).names[0] in found["keys"]["sentence"]
    _, found = examine(tmp_path, VERBONDEN_VAULT_KEYS=f"{new},{old}")
    assert found["keys"]["level"] == "good" and old not in json.dumps(found)


def test_everything_out_of_reach(tmp_path: Path) -> None:
    nowhere = f"127.0.0.1:{free_port()}"
    code, found = examine(
        tmp_path, VERBONDEN_DATABASE_URL=f"postgresql://piet:geheim@{nowhere}/x", VERBONDEN_REDIS_URL=f"redis://:geheim@{nowhere}",
        VERBONDEN_BOT_URL=f"http://{nowhere}", VERBONDEN_BOT_SECRET="geheim", VERBONDEN_ACTIONS_URL=f"http://{nowhere}/webhook",
        VERBONDEN_PUBLIC_URL=f"http://{nowhere}", ZAAKSYSTEEM_URL=f"http://{nowhere}",
    )
    assert code == 1
    for subject in ("database", "Redis", "Rasa", "action server", "gateway", "case system demo"):
        assert found[subject]["level"] == "wrong", found[subject]
        assert found[subject]["advice"]
    assert "geheim" not in json.dumps(found)


def test_a_redis_that_refuses_us(tmp_path: Path, redis_server: str) -> None:
    _, found = examine(tmp_path, VERBONDEN_REDIS_URL=redis_server.replace("redis://", "redis://niemand:geheim@"))
    assert found["Redis"]["level"] == "wrong" and "refuses" in found["Redis"]["sentence"]
    _, found = examine(tmp_path, VERBONDEN_REDIS_URL=redis_server)
    assert found["Redis"]["level"] == "good"


def test_demo_accounts_open_to_others_and_a_page_without_tls(tmp_path: Path) -> None:
    code, found = examine(tmp_path, VERBONDEN_HOST="0.0.0.0", VERBONDEN_PORT="0")
    assert code == 1 and "demo accounts can log in" in found["settings"]["sentence"]
    code, found = examine(tmp_path, VERBONDEN_PUBLIC_URL="http://verbonden.example.nl", VERBONDEN_PORT="0")
    assert code == 1 and "no https" in found["settings"]["sentence"]
