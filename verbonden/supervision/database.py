"""A PostgreSQL of our own as a process of this machine, for `verbonden cluster`."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import asyncpg

from verbonden.commands import Failed
from verbonden.supervision.probes import Probe
from verbonden.supervision.process import Spec

CONNECTIONS = 200
"""Each gateway and action server holds 20 at most (loket.store.engine)."""


def programs_folder() -> Path | None:
    """The folder with initdb and postgres; Debian keeps it off the PATH."""
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if found := shutil.which("postgres"):
        candidates.append(Path(found).resolve().parent)
    return next((folder for folder in candidates if (folder / "initdb").exists() and (folder / "postgres").exists()), None)


def url(port: int) -> str:
    """Where it is; on loopback and for this installation alone, so there is no password."""
    return f"postgresql://verbonden@127.0.0.1:{port}/postgres"


def spec(var: Path, port: int) -> Spec:
    """How it is run; its files are made if they are not there.

    Raises:
        Failed: PostgreSQL is not installed, or its files can not be made.
    """
    programs = programs_folder()
    if programs is None:
        raise Failed("PostgreSQL is not installed (on Debian and Ubuntu: postgresql), and VERBONDEN_DATABASE_URL is not set.")
    folder, root = var / "postgres", os.geteuid() == 0
    folder.mkdir(parents=True, exist_ok=True)
    if root:  # the server refuses to run as root
        shutil.chown(folder, "postgres", "postgres")
        _let_through(var)
    # The kernel forgets the signal of `die_with_parent` when the user changes: setpriv asks for it anew.
    as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig=KILL"] if root else []
    data = folder / "data"
    if not (data / "PG_VERSION").exists():
        done = subprocess.run(
            [*as_user, programs / "initdb", "--pgdata", data, "--username", "verbonden", "--auth", "trust", "--encoding", "UTF8",
             "--locale", "C.UTF-8"], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failed(f"The files of PostgreSQL can not be made: {(done.stderr.strip().splitlines() or ['no reason'])[-1]}")
    command = (*as_user, str(programs / "postgres"), "-D", str(data), "-p", str(port), "-k", str(folder),
               "-c", "listen_addresses=127.0.0.1", "-c", f"max_connections={CONNECTIONS}")
    answers = _answers(url(port))
    # SIGTERM waits for everybody to leave; who still works after so long is cut off, as by a crash, which loses nothing.
    return Spec("postgres", command, {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}, answers, answers, port, wave=-1,
                stop_seconds=2.0)


def _let_through(var: Path) -> None:
    """The user of the server must be able to reach its own folder; what is in the others stays closed to it. Raises Failed."""
    var.chmod(var.stat().st_mode | 0o011)
    closed = [folder for folder in var.parents if not folder.stat().st_mode & 0o001]
    if closed:
        raise Failed(f"The user postgres can not reach {var}, as {closed[0]} is closed to others: choose a folder with --var.")


def _answers(address: str) -> Probe:
    async def probe() -> bool:
        try:
            connection = await asyncpg.connect(address, timeout=3)
            await connection.close()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
            return False
        return True

    return probe
