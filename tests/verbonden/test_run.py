"""`verbonden run`, really started: what runs, what comes back, what stops, what is said."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import aiohttp
import psutil
import pytest

from tests.services.postgres import PostgresServer
from verbonden.client import CitizenClient
from verbonden.commands import ROOT
from verbonden.running import RunningProduct, running_product
from verbonden.supervision.banner import accounts_of

NAMES = {"valkey", "zaaksysteem", "inlog", "twilio", "rasa", "actions", "gateway"}
KILLED_ELSEWHERE = {"rasa", "actions", "valkey", "gateway"}
"""While several citizens talk: tests/product/test_kills.py."""

SECOND_START_SECONDS = 20.0
STOP_SECONDS = 10.0


def verbonden(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    inherited = {n: v for n, v in os.environ.items() if n == "VERBONDEN_MODEL" or not n.startswith("VERBONDEN_")}
    return subprocess.run([sys.executable, "-m", "verbonden.cli", *arguments], cwd=ROOT, env={**inherited, **environment},
                          capture_output=True, text=True, timeout=120, check=False)


def gone(pids: list[int], seconds: float = 5.0) -> bool:
    """Whether none of the processes lives, within so many seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not any(psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE for pid in pids):
            return True
        time.sleep(0.05)
    return False


def family(product: RunningProduct) -> list[int]:
    """The supervisor and everything under it."""
    supervisor = psutil.Process(product.process.pid)
    return [supervisor.pid, *(child.pid for child in supervisor.children(recursive=True))]


def test_everything_runs_and_listens_only_on_this_machine(product: RunningProduct) -> None:
    status = product.status()
    assert status["state"] == "ready" and set(status["children"]) == NAMES
    for name in NAMES:
        process = psutil.Process(product.pid(name))
        listening = {c.laddr for c in process.net_connections("inet") if c.status == psutil.CONN_LISTEN}
        assert {(a.ip, a.port) for a in listening} == {("127.0.0.1", status["children"][name]["port"])}, name


def test_no_secret_can_be_read_by_other_users(product: RunningProduct) -> None:
    secrets = json.loads((product.var / "secrets.json").read_text(encoding="utf-8"))
    words = [secrets["bot_secret"], secrets["redis_password"], secrets["zaaksysteem_secret"], *secrets["demo_accounts"].values()]
    for pid in family(product):
        line = " ".join(psutil.Process(pid).cmdline())
        assert not any(word in line for word in words), line
    for path in (product.var / "secrets.json", product.var / "status.json", product.var / "valkey" / "valkey.conf",
                 product.var / "verbonden.sqlite3", *(product.var / "log").iterdir()):
        assert path.stat().st_mode & 0o077 == 0, path


def test_rasa_gets_neither_the_store_nor_the_case_system(product: RunningProduct) -> None:
    environment = psutil.Process(product.pid("rasa")).environ()
    assert not {"VERBONDEN_DATABASE_URL", "ZAAKSYSTEEM_SECRET", "ZAAKSYSTEEM_BEHEER_SECRET"} & set(environment)
    assert "VERBONDEN_BOT_SECRET" in environment


async def test_the_pages_are_where_the_banner_says_and_the_demo_accounts_work(product: RunningProduct) -> None:
    said = (product.var / "run.log").read_text(encoding="utf-8")
    assert f"{product.url}/\n" in said and f"{product.url}/balie\n" in said
    people = accounts_of(ROOT / "data")
    assert {person["username"] for person in people} == set(product.accounts)
    async with aiohttp.ClientSession() as http:
        for path in ("/", "/balie"):
            async with http.get(f"{product.url}{path}") as page:
                assert page.status == 200 and "text/html" in page.headers["Content-Type"]
        for person in people:
            password = product.accounts[person["username"]]
            assert f"{person['username']:<10} {password} " in said
            async with http.post(f"{product.url}/api/balie/login", json={"username": person["username"], "password": password},
                                 headers={"Origin": product.url}) as answer:
                assert answer.status == 200
                assert (await answer.json())["user"]["name"] == person["name"]


def test_demo_accounts_belong_to_known_organisations() -> None:
    import yaml

    index = yaml.safe_load((ROOT / "data/verwijsindex/organisaties.yaml").read_text(encoding="utf-8"))
    known = {organisation["id"] for organisation in index["organisaties"]}
    people = accounts_of(ROOT / "data")
    assert {person["organisation"] for person in people} <= known
    managers = {person["organisation"] for person in people if person["role"] == "casemanager"}
    assert len(managers) >= 2
    assert {person["role"] for person in people} == {"casemanager", "medewerker", "teamleider", "beheerder"}


@pytest.mark.parametrize("name", sorted(NAMES - KILLED_ELSEWHERE))
async def test_what_is_killed_comes_back_and_the_conversation_goes_on(product: RunningProduct, name: str) -> None:
    async with CitizenClient(product.url) as citizen:
        assert await citizen.ask("Hallo")
        pid = product.pid(name)
        os.kill(pid, signal.SIGKILL)
        assert await asyncio.to_thread(product.wait_ready, name, 60, pid) != pid
        if not citizen.connected:
            await citizen.connect()
        assert await citizen.ask("Hoe vraag ik huurtoeslag aan?")
    assert product.status()["children"][name]["restarts"] >= 1
    assert f"{name} was killed by signal SIGKILL" in (product.var / "run.log").read_text(encoding="utf-8")


def test_a_second_start_on_the_same_folder_says_so(product: RunningProduct) -> None:
    done = verbonden("run", "--var", str(product.var), "--port", "0")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        f"Verbonden already runs on the folder {product.var} (process {product.process.pid}): stop that, "
        "or start another one beside it with --var FOLDER --port 0."
    ]


def test_an_occupied_port_says_so(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen(1)
        port = other.getsockname()[1]
        done = verbonden("run", "--var", str(tmp_path), "--port", str(port))
        assert done.returncode == 1
        assert f"Port {port} (for gateway) is in use by another program" in done.stderr and "VERBONDEN_PORT=" in done.stderr
        done = verbonden("run", "--var", str(tmp_path), "--port", "0", VERBONDEN_BOT_PORT=str(port))
        assert done.returncode == 1
        assert f"Port {port} (for rasa)" in done.stderr and "VERBONDEN_BOT_PORT=" in done.stderr


@pytest.mark.parametrize(
    ("variable", "url", "expected"),
    [
        ("VERBONDEN_DATABASE_URL", "postgresql://piet:geheim@127.0.0.1:1/x", "The database (postgresql://…@127.0.0.1:1/x)"),
        ("VERBONDEN_REDIS_URL", "redis://piet:geheim@127.0.0.1:1/0", "The Redis server (redis://…@127.0.0.1:1/0)"),
        ("VERBONDEN_REDIS_URL", "unix:///run/redis.sock", "VERBONDEN_REDIS_URL must look like"),
        ("VERBONDEN_MODEL", "/there/is/none.tar.gz", "VERBONDEN_MODEL is /there/is/none.tar.gz"),
    ],
)
def test_what_can_not_be_reached_is_told_without_its_password(tmp_path: Path, variable: str, url: str, expected: str) -> None:
    done = verbonden("run", "--var", str(tmp_path), "--port", "0", **{variable: url})
    assert done.returncode == 1
    assert expected in done.stderr and "geheim" not in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "status.json").exists()


def test_stop_start_again_kill_and_start_again(tmp_path: Path) -> None:
    own = {"VERBONDEN_VAULT_KEYS": ""}  # as people start it: the keys that it makes
    with running_product(tmp_path, own) as product:
        first, passwords = family(product), product.accounts
        assert len(first) == len(NAMES) + 1
        began = time.monotonic()
        product.process.send_signal(signal.SIGINT)
        assert product.process.wait(STOP_SECONDS) == 0
        assert time.monotonic() - began < STOP_SECONDS
        assert gone(first)
    assert (tmp_path / "run.log").read_text(encoding="utf-8").rstrip().endswith("Verbonden is stopped.")
    began = time.monotonic()
    with running_product(tmp_path, own) as product:
        # On a machine that does other work too, it may take as much longer as that work takes.
        busy = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
        assert time.monotonic() - began < SECOND_START_SECONDS * busy
        assert product.accounts == passwords
        second = family(product)
        product.process.kill()
        product.process.wait()
        assert gone(second), "orphans after kill -9 of the supervisor"
    with running_product(tmp_path, own) as product:  # the lock of the killed one is free, its files are usable
        third = family(product)
        played = tmp_path / "gesprekken.yaml"
        played.write_text("[{id: een, beurten: [{burger: \"Hoe vraag ik huurtoeslag aan?\"}]}]", encoding="utf-8")
        done = verbonden("gesprek", str(played), "--url", product.url, "--var", str(tmp_path))
        assert done.returncode == 0 and json.loads(done.stdout)["organisatie"] == "toeslagen", done.stderr
    assert gone(third)
    assert not (tmp_path / "status.json").exists()


def test_a_stop_during_the_start_leaves_nothing(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-m", "verbonden.cli", "run", "--var", str(tmp_path), "--port", "0"], cwd=ROOT,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not (tmp_path / "status.json").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    children = [child.pid for child in psutil.Process(process.pid).children(recursive=True)]
    assert children
    process.terminate()
    process.wait(STOP_SECONDS)
    assert gone(children)


async def test_with_postgres_and_an_outside_redis(product_postgres: RunningProduct, postgres_server: PostgresServer) -> None:
    import asyncpg

    assert set(product_postgres.status()["children"]) == NAMES - {"valkey"}
    async with CitizenClient(product_postgres.url) as citizen:
        assert await citizen.ask("Hoe vraag ik huurtoeslag aan?")
    connection = await asyncpg.connect(product_postgres.database_url)
    try:
        assert await connection.fetchval("select count(*) from message") >= 2
    finally:
        await connection.close()


def test_the_doctor_examines_a_running_product(product: RunningProduct) -> None:
    done = verbonden("doctor", "--var", str(product.var), "--json", VERBONDEN_VAULT_KEYS=os.environ["VERBONDEN_VAULT_KEYS"])
    findings = {finding["subject"]: finding for finding in json.loads(done.stdout)}
    for subject in ("database", "Redis", "Rasa", "action server", "gateway", "case system demo", "secrets", "keys"):
        assert findings[subject]["level"] == "good", findings[subject]
    assert done.returncode == (1 if any(finding["level"] == "wrong" for finding in findings.values()) else 0)
