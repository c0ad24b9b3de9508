"""A Redis server for the tests: the one of VERBONDEN_TEST_REDIS, else one of our own on a free port."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

import redis

from tests.services.packages import ServiceMissing, install
from verbonden.orphans import die_with_parent
from verbonden.supervision.ports import pick_free

PROGRAMS = ("redis-server", "valkey-server")
START_SECONDS = 10.0


@contextmanager
def redis_server() -> Iterator[str]:
    """The URL, without a database number, of a server that is ours as long as the block lasts.

    Ours alone, as publish and subscribe cross the database numbers: two test runs on one server would ring each other's bell. So
    only the first of several workers (pytest-xdist) takes the server of VERBONDEN_TEST_REDIS.

    Raises:
        ServiceMissing: there is none and it can not be installed.
    """
    given = os.environ.get("VERBONDEN_TEST_REDIS")
    if given and os.environ.get("PYTEST_XDIST_WORKER", "gw0") == "gw0":
        yield given.rstrip("/")
        return
    program = _program()
    if program is None:
        install("redis-server", "a Redis server")
        program = _program()
    if program is None:
        raise ServiceMissing("The tests need a Redis server; its program redis-server was not found.")
    port = pick_free(set())
    with tempfile.TemporaryDirectory(prefix="verbonden-redis-") as folder:
        process = subprocess.Popen(
            [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=die_with_parent(),
        )
        try:
            _wait_ready(port, process)
            yield f"redis://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(10)


def _program() -> str | None:
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def _wait_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with redis.Redis(port=port) as client:
                client.ping()
            return
        except redis.RedisError:
            time.sleep(0.05)
    raise ServiceMissing("The tests need a Redis server; it is installed, but one of our own did not start.")
