"""Managed processes, with real small programs: restarts, back-off, hanging, stopping, orphans."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from verbonden.supervision import process as module
from verbonden.supervision.log_files import LogFile
from verbonden.supervision.ports import pick_free
from verbonden.supervision.probes import http_answers, http_ok
from verbonden.supervision.process import Managed, Spec

SERVER = (
    "import http.server as h, sys; h.HTTPServer(('127.0.0.1', int(sys.argv[1])), h.SimpleHTTPRequestHandler).serve_forever()"
)
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SERVER
WITH_GRANDCHILD = "import subprocess, sys; subprocess.Popen(['sleep', '600']); " + SERVER


def alive(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


async def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


@asynccontextmanager
async def managed(tmp_path: Path, program: str, said: list[str], stop_seconds: float = 2.0) -> AsyncIterator[Managed]:
    port = pick_free(set())
    url = f"http://127.0.0.1:{port}/"
    command, environment = (sys.executable, "-c", program, str(port)), {"PATH": os.environ["PATH"]}
    spec = Spec("server", command, environment, http_ok(url), http_answers(url), port, 0, stop_seconds)
    child = Managed(spec, tmp_path, LogFile(tmp_path / "log" / "server.log"), said.append, lambda: None)
    child.start()
    try:
        yield child
    finally:
        await child.stop()


async def test_killed_it_comes_back_and_says_so(tmp_path: Path) -> None:
    said: list[str] = []
    async with managed(tmp_path, SERVER, said) as child:
        for times in (1, 2):
            await until(child.ready.is_set)
            pid = child.pid
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            await until(lambda: child.ready.is_set() and child.pid not in (None, pid))  # noqa: B023
            assert child.restarts == times
        last = child.pid
    assert [sentence.split(";")[0] for sentence in said] == ["server was killed by signal SIGKILL"] * 2
    assert last is not None and not alive(last)


async def test_it_is_never_given_up_and_the_pauses_grow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BACK_OFF", (0.01, 0.02, 0.03))
    said: list[str] = []
    async with managed(tmp_path, "print('no good', flush=True); raise SystemExit(7)", said) as child:
        await until(lambda: len(said) >= 6)
        assert child.failures >= 6
    pauses = [sentence.split(" in ")[1].split(" s")[0] for sentence in said]
    assert pauses[:6] == ["0.01", "0.02", "0.03", "0.03", "0.03", "0.03"]
    assert said[0].startswith("server ended with exit code 7;")
    assert next(iter(child.log.tail)) == "no good"


async def test_a_program_that_is_not_there_is_told_and_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BACK_OFF", (0.01,))
    said: list[str] = []
    spec = Spec("server", (str(tmp_path / "missing"),), {}, http_ok("http://127.0.0.1:1/"), http_ok("http://127.0.0.1:1/"), 1, 0)
    child = Managed(spec, tmp_path, LogFile(tmp_path / "x.log"), said.append, lambda: None)
    child.start()
    await until(lambda: len(said) >= 2)
    await child.stop()
    assert said[0].startswith("server can not be started: No such file or directory;")


async def test_a_hanging_process_is_killed_and_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HUNG_AFTER", 1.0)
    monkeypatch.setattr(module, "LOOK_EVERY", 0.1)
    said: list[str] = []
    async with managed(tmp_path, SERVER, said) as child:
        await until(child.ready.is_set)
        pid = child.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        await until(lambda: child.pid not in (None, pid) and child.ready.is_set(), 20)
    assert "has not answered for 1 s and is killed" in said[0]


async def test_one_that_never_gets_ready_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "READY_WITHIN", 0.3)
    said: list[str] = []
    async with managed(tmp_path, "import time; time.sleep(600)", said):
        await until(lambda: len(said) >= 2)
    assert "was not ready after 0.3 s and is killed" in said[0]


async def test_one_that_does_not_listen_is_killed_in_time(tmp_path: Path) -> None:
    async with managed(tmp_path, STUBBORN, [], stop_seconds=0.5) as child:
        await until(child.ready.is_set)
        pid = child.pid
        assert pid is not None
        began = asyncio.get_running_loop().time()
        await child.stop()
        assert asyncio.get_running_loop().time() - began < 2
        assert not alive(pid)


def group(pid: int) -> set[int]:
    """Living processes of a process group."""
    found = set()
    for path in Path("/proc").glob("[0-9]*"):
        if alive(int(path.name)):
            with open(path / "stat", encoding="utf-8") as stream:
                if int(stream.read().rsplit(")", 1)[1].split()[2]) == pid:
                    found.add(int(path.name))
    return found


async def test_what_a_killed_process_started_goes_with_it(tmp_path: Path) -> None:
    async with managed(tmp_path, WITH_GRANDCHILD, []) as child:
        await until(child.ready.is_set)
        pid = child.pid
        assert pid is not None and len(group(pid)) == 2
        os.kill(pid, signal.SIGKILL)
        await until(lambda: not group(pid))
        await until(child.ready.is_set)


async def test_no_child_outlives_a_killed_parent(tmp_path: Path) -> None:
    program = (
        "import subprocess, sys\n"
        "from verbonden.orphans import die_with_parent\n"
        "child = subprocess.Popen(['sleep', '600'], preexec_fn=die_with_parent())\n"
        "print(child.pid, flush=True)\n"
        "child.wait()\n"
    )
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE)
    assert parent.stdout is not None
    pid = int(await parent.stdout.readline())
    assert alive(pid)
    parent.kill()
    await parent.wait()
    await until(lambda: not alive(pid), 5)
