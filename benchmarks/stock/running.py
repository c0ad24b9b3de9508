"""Trains and starts the stock assistant."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from verbonden.commands import ROOT
from verbonden.content import fingerprint
from verbonden.model import QUIET, RASA_PYTHON
from verbonden.orphans import die_with_parent

FOLDER = "benchmarks/stock"
START_SECONDS = 240.0


@dataclass(frozen=True)
class StockRasa:
    """A running stock assistant: where it is, and its two processes."""

    url: str
    pids: dict[str, int]

    def memory(self) -> dict[str, int]:
        """Resident memory of Rasa and its action server with their children, MB."""
        return {name: family_memory(pid) for name, pid in self.pids.items()}


def family_memory(pid: int) -> int:
    """Resident memory of a process and its children, MB."""
    parent = psutil.Process(pid)
    return sum(each.memory_info().rss for each in (parent, *parent.children(recursive=True))) // 2**20


def family_processor(pid: int) -> float:
    """Processor time of a process and its children so far, milliseconds."""
    parent = psutil.Process(pid)
    return sum(sum(each.cpu_times()[:2]) for each in (parent, *parent.children(recursive=True))) * 1000


def trained(var: Path) -> Path:
    """The model; trained when that was not done for this configuration (about a minute)."""
    sources = [f"{FOLDER}/{name}.yml" for name in ("config", "domain", "nlu", "rules")]
    path = var / f"stock-{fingerprint(ROOT, sources)}.tar.gz"
    if not path.exists():
        var.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [
                str(RASA_PYTHON),
                "-m",
                "rasa",
                "train",
                "--config",
                f"{FOLDER}/config.yml",
                "--domain",
                f"{FOLDER}/domain.yml",
                "--data",
                f"{FOLDER}/nlu.yml",
                f"{FOLDER}/rules.yml",
                "--out",
                str(var),
                "--fixed-model-name",
                path.name.removesuffix(".tar.gz"),
            ],
            cwd=ROOT,
            env={**os.environ, **QUIET, "PYTHONWARNINGS": "ignore"},
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    return path


@contextmanager
def stock_rasa(var: Path, port: int, actions_port: int) -> Iterator[StockRasa]:
    """Start it with the settings that it has of its own, and stop it at the end of the block. Raises TimeoutError."""
    model, endpoints = trained(var), var / "endpoints.yml"
    endpoints.write_text(f"action_endpoint:\n  url: http://127.0.0.1:{actions_port}/webhook\n", encoding="utf-8")
    environment = {**os.environ, **QUIET, "PYTHONWARNINGS": "ignore", "PYTHONPATH": str(ROOT)}
    commands = {
        "rasa": [
            str(RASA_PYTHON),
            "-m",
            "rasa",
            "run",
            "--model",
            str(model),
            "--endpoints",
            str(endpoints),
            "--credentials",
            f"{FOLDER}/credentials.yml",
            "--interface",
            "127.0.0.1",
            "--port",
            str(port),
            "--quiet",
        ],
        "actions": [sys.executable, "-m", "rasa_sdk", "--actions", "benchmarks.stock.actions", "--port", str(actions_port)],
    }
    started: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in commands.items():
            started[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                preexec_fn=die_with_parent(),
            )
        _wait(f"http://127.0.0.1:{port}/", f"http://127.0.0.1:{actions_port}/health")
        yield StockRasa(f"http://127.0.0.1:{port}", {name: process.pid for name, process in started.items()})
    finally:
        for process in started.values():
            family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
            for each in family:
                each.terminate()
            psutil.wait_procs(family, timeout=8)


def _wait(*urls: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    waiting = list(urls)
    while waiting:
        if time.monotonic() > deadline:
            raise TimeoutError(f"no answer from {waiting}")
        try:
            with urllib.request.urlopen(waiting[0], timeout=2):  # noqa: S310 (our own loopback address)
                waiting.pop(0)
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
