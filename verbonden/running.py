"""A product of its own beside whatever else runs: free ports, own var folder. For `gesprek`, measurements and tests."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from verbonden.commands import ROOT
from verbonden.orphans import die_with_parent

TRAIN_SECONDS, START_SECONDS = 1800.0, 200.0
"""The supervisor may train the model first; after that it gives up by itself after 180 s."""

STOP_SECONDS = 12.0
NOT_FOR_CHILDREN = ("VERBONDEN_", "ZAAKSYSTEEM_", "TWILIO_")
"""Settings of whoever starts us do not reach the product: they would point it at something that exists."""

ALL_THE_SAME = ("VERBONDEN_MODEL", "VERBONDEN_VAULT_KEYS")
"""These do: who has keys can look in the store of the product."""


class NotRunning(Exception):
    """The product did not start; the message says why."""


@dataclass(frozen=True)
class RunningProduct:
    """A running product.

    Attributes:
        var: its folder.
        process: the supervisor.
        status_file: see `status`.
    """

    var: Path
    process: subprocess.Popen[str]
    status_file: Path

    def status(self) -> dict[str, Any]:
        """As the supervisor keeps it: `children` has `pid`, `port`, `ready` and `restarts` for each name."""
        found: dict[str, Any] = json.loads(self.status_file.read_text(encoding="utf-8"))
        return found

    @property
    def url(self) -> str:
        """Address of the citizen's page, without a slash at the end."""
        return str(self.status()["url"])

    @property
    def database_url(self) -> str:
        """Of the store."""
        return str(self.status()["database_url"])

    @property
    def redis_url(self) -> str:
        """Of the bus, with its password."""
        return str(self.status()["redis_url"])

    @property
    def twilio_url(self) -> str:
        """Of the fake provider of SMS and WhatsApp, without a slash at the end."""
        return str(self.status()["twilio_url"])

    @property
    def accounts(self) -> dict[str, str]:
        """Passwords of the demo accounts, by user name."""
        found: dict[str, str] = json.loads((self.var / "secrets.json").read_text(encoding="utf-8"))["demo_accounts"]
        return found

    def pid(self, name: str) -> int:
        """Process id of one of the processes. Raises NotRunning while it is down."""
        pid = self.status()["children"][name]["pid"]
        if pid is None:
            raise NotRunning(f"{name} is down")
        return int(pid)

    def wait_ready(self, name: str, seconds: float = 60.0, other_than: int | None = None) -> int:
        """Wait until a process is ready, and return its process id.

        Args:
            name: of the process.
            seconds: how long at most.
            other_than: the process id that was killed.

        Raises:
            NotRunning: it took too long.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            child = self.status()["children"][name]
            if child["ready"] and child["pid"] != other_than:
                return int(child["pid"])
            time.sleep(0.1)
        raise NotRunning(f"{name} was not ready after {seconds:g} s")


@contextmanager
def running_product(
    var: Path | None = None, environment: Mapping[str, str] | None = None, words: Sequence[str] = ("run",)
) -> Iterator[RunningProduct]:
    """Start a product, and stop it at the end of the block.

    Args:
        var: its folder; without it a temporary one that is removed afterwards.
        environment: settings for it, such as VERBONDEN_DATABASE_URL.
        words: the command: `run`, or `cluster` with its arguments.

    Raises:
        NotRunning: it did not start.
    """
    if var is None:
        with tempfile.TemporaryDirectory(prefix="verbonden-") as folder:
            with running_product(Path(folder), environment, words) as product:
                yield product
        return
    var.mkdir(parents=True, exist_ok=True)
    inherited = {n: v for n, v in os.environ.items() if n in ALL_THE_SAME or not n.startswith(NOT_FOR_CHILDREN)}
    status_file, output = var / "status.json", var / "run.log"
    status_file.unlink(missing_ok=True)
    with output.open("w", encoding="utf-8") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "verbonden.cli", *words, "--var", str(var), "--port", "0"],
            cwd=ROOT,
            text=True,
            env={**inherited, "PYTHONUNBUFFERED": "1", **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent(),
        )
    try:
        _wait_ready(process, status_file, output)
        yield RunningProduct(var, process, status_file)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()  # the kernel kills its children with it
            process.wait(5)


def _wait_ready(process: subprocess.Popen[str], status_file: Path, output: Path) -> None:
    deadline = time.monotonic() + TRAIN_SECONDS
    began = False
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        if status_file.exists():
            if json.loads(status_file.read_text(encoding="utf-8"))["state"] == "ready":
                return
            if not began:
                began, deadline = True, time.monotonic() + START_SECONDS
        time.sleep(0.1)
    said = output.read_text(encoding="utf-8").strip().splitlines()
    raise NotRunning(said[-1] if said else "it said nothing")
