"""Copies of a PostgreSQL store, with PostgreSQL's own programs: consistent, also while the product runs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from loket.store.field_keys import key_of
from loket.store.tables import sealed_columns
from verbonden.backup import NotPossible

EMPTY = "drop schema public cascade; create schema public;"
"""A store of a newer version has tables that the copy does not know: nothing of it may stay."""

_ROWS = re.compile(rb"COPY (?:\w+\.)?(\w+) \((.*)\) FROM stdin;\n")
_BYTES = rb"\\x"
"""How bytes begin in the rows of a copy; then they are in hexadecimal."""


def copy(url: str, file: Path) -> None:
    """Write a copy of the store to `file`, readable for the owner only. Raises NotPossible."""
    file.unlink(missing_ok=True)
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        _run(["pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file", str(file)], url)
        check(file)
    except NotPossible:
        file.unlink(missing_ok=True)
        raise


def check(file: Path) -> None:
    """Whether a copy can be read to its end. Raises NotPossible."""
    _run(["pg_restore", "--file", os.devnull, str(file)], None)


def revision(file: Path) -> str:
    """The version of the tables in a copy. Raises NotPossible."""
    said = _run(["pg_restore", "--data-only", "--table", "alembic_version", "--file", "-", str(file)], None).splitlines()
    return next((said[number + 1] for number, line in enumerate(said) if line.startswith("COPY ")), "")


def needed_keys(file: Path) -> set[str]:
    """The names of the keys that open what is sealed in a copy, of any version. Raises NotPossible."""
    tables = [word for table in sealed_columns() for word in ("--table", table.name)]
    reading = subprocess.Popen(
        [_program("pg_restore"), "--data-only", *tables, "--file", "-", str(file)], stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with reading:
        found = _keys(reading.stdout or ())
    if reading.returncode:
        raise NotPossible(f"{file} is damaged.")
    return found


def _keys(lines: Iterable[bytes]) -> set[str]:
    """The names of the keys in rows as `pg_restore` writes them."""
    sealed = {table.name: {column.name for column in columns} for table, columns in sealed_columns().items()}
    found, places = set[str](), list[int]()
    for line in lines:
        if rows := _ROWS.fullmatch(line):
            wanted = sealed.get(rows[1].decode(), set())
            names = [name.strip('"') for name in rows[2].decode().split(", ")]
            places = [place for place, name in enumerate(names) if name in wanted]
        elif line == b"\\.\n":
            places = []
        elif places:
            fields = line.split(b"\t")
            found.update(_key(fields[place]) for place in places)
    return found - {""}


def _key(field: bytes) -> str:
    return key_of(bytes.fromhex(field[3:31].decode()) if field.startswith(_BYTES) else field)


def put_back(file: Path, url: str) -> None:
    """Make the store what the copy is, in one transaction: all of it, or nothing changes.

    Raises:
        NotPossible: the copy is damaged, the server can not be reached, or somebody else works in the database.
    """
    check(file)
    others = _run(["psql", "--no-psqlrc", "--tuples-only", "--no-align", "--command",
                   "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
                   " and backend_type = 'client backend'"], url)
    if others.strip() != "0":
        raise NotPossible(f"{others.strip()} others are connected to the database: stop the gateways and the actions first.")
    reading = subprocess.Popen(
        [_program("pg_restore"), "--no-owner", "--no-privileges", "--file", "-", str(file)], stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        _run(["psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set", "ON_ERROR_STOP=1", "--output", os.devnull,
              "--command", EMPTY, "--file", "-"], url, stdin=reading.stdout)
    finally:
        if reading.stdout is not None:
            reading.stdout.close()
        reading.wait()


def _run(command: list[str], url: str | None, stdin: object = subprocess.DEVNULL) -> str:
    # The password goes by the environment: arguments can be read by every user of the machine.
    environment = {**os.environ, **(_connection(url) if url else {})}
    done = subprocess.run(  # type: ignore[call-overload]
        [_program(command[0]), *command[1:]], env=environment, stdin=stdin, capture_output=True, text=True, check=False)
    if done.returncode:
        words = (done.stderr.strip().splitlines() or ["no reason was given"])[-1]
        raise NotPossible(f"{command[0]}: {words}")
    return str(done.stdout)


def _program(name: str) -> str:
    """The newest one that is installed: `pg_dump` refuses a server that is newer than itself."""
    newest = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4].split(".")[0]))
    found = str(newest[-1]) if newest else shutil.which(name)
    if found is None:
        raise NotPossible(f"The program {name} is not there: install PostgreSQL's client (Debian and Ubuntu: postgresql-client).")
    return found


def _connection(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    values = {"PGHOST": parts.hostname, "PGPORT": str(parts.port or 5432), "PGUSER": parts.username, "PGPASSWORD": parts.password,
              "PGDATABASE": parts.path.lstrip("/")}
    return {name: unquote(value) for name, value in values.items() if value}
