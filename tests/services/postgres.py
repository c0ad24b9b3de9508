"""A PostgreSQL server for the tests: the one of VERBONDEN_TEST_POSTGRES, else a cluster of our own on a free port."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from tests.services.packages import ServiceMissing, install
from verbonden.orphans import die_with_parent
from verbonden.supervision.database import programs_folder
from verbonden.supervision.ports import pick_free

START_SECONDS = 30.0


@dataclass(frozen=True)
class PostgresServer:
    """A server where we may make databases.

    Attributes:
        url: of its maintenance database, `postgresql://user@host:port/postgres`.
    """

    url: str

    async def new_database(self, template: str | None = None) -> str:
        """The URL of a new database, empty or a copy of the one at the URL `template` (to which nobody is connected).

        It goes with the server, or stays where it is not ours.
        """
        name = f"verbonden_test_{uuid.uuid4().hex[:12]}"
        copied = f' template "{template.rsplit("/", 1)[1]}"' if template else ""
        await self._execute(f'create database "{name}"{copied}')
        return f"{self.url.rsplit('/', 1)[0]}/{name}"

    async def drop_database(self, url: str) -> None:
        """Remove a database of `new_database`, also when someone is still connected."""
        await self._execute(f'drop database if exists "{url.rsplit("/", 1)[1]}" with (force)')

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self.url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A server as long as the block lasts.

    Raises:
        ServiceMissing: there is none and it can not be installed.
    """
    if given := os.environ.get("VERBONDEN_TEST_POSTGRES"):
        yield PostgresServer(given)
        return
    programs = programs_folder()
    if programs is None:
        install("postgresql", "PostgreSQL")
        programs = programs_folder()
    if programs is None:
        raise ServiceMissing("The tests need PostgreSQL; its programs initdb and postgres were not found.")
    # The server refuses to run as root.
    as_user: dict[str, Any] = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    folder = Path(tempfile.mkdtemp(prefix="verbonden-pg-"))
    try:
        if as_user:
            shutil.chown(folder, "postgres", "postgres")
        data, log = folder / "data", (folder / "log").open("wb")
        subprocess.run(
            [programs / "initdb", "--pgdata", data, "--username", "verbonden", "--auth", "trust", "--encoding", "UTF8",
             "--locale", "C.UTF-8", "--no-sync"],
            check=True, stdout=log, stderr=log, cwd=folder, **as_user,
        )
        port = pick_free(set())
        process = subprocess.Popen(
            [programs / "postgres", "-D", data, "-p", str(port), "-k", folder, "-c", "listen_addresses=127.0.0.1",
             "-c", "max_connections=200"],
            stdout=log, stderr=log, cwd=folder, preexec_fn=die_with_parent(), **as_user,
        )
        try:
            _wait_ready(programs, port, process)
            yield PostgresServer(f"postgresql://verbonden@127.0.0.1:{port}/postgres")
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait_ready(programs: Path, port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        answer = subprocess.run([programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)], check=False)
        if answer.returncode == 0:
            return
        time.sleep(0.1)
    raise ServiceMissing("The tests need PostgreSQL; it is installed, but a server of our own did not start.")
