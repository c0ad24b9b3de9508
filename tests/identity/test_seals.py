"""The chain of the audit: what was changed, removed or slipped in behind the back of the database is found."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from loket.handoff import access
from loket.identity import audit, seals
from loket.identity.seals import Finding, Head, Seals
from loket.store.retention import Retention
from tests.conversations.conftest import *  # noqa: F403 (the same stores, on both databases)
from tests.conversations.support import Process
from tests.identity.test_audit import look_up
from verbonden.cli import main

TRIGGERS = {
    "sqlite": ("drop trigger lookup_no_update", "drop trigger lookup_no_delete", "drop trigger audit_seal_no_delete",
               "drop trigger audit_seal_no_update"),
    "postgresql": ("alter table lookup disable trigger all", "alter table audit_seal disable trigger all"),
}


async def tamper(process: Process, *statements: str) -> None:
    """What the administrator of the database can do."""
    async with process.store.write() as session:
        for statement in (*TRIGGERS[process.store.engine.dialect.name], *statements):
            await session.execute(text(statement))


async def found(process: Process, known: Head | None = None, keys: Seals | None = None) -> list[Finding]:
    """What does not fit."""
    return (await (keys or seals.seals()).check(process.store, known))[1]


async def head(process: Process) -> Head:
    """The end of the chain."""
    async with process.store.read() as session:
        return await seals.seals().head(session)


async def some(process: Process, number: int = 5) -> None:
    """Look-ups, each with a case of its own."""
    for each in range(number):
        await look_up(process, number=f"ZAAK-{each}")


async def test_all_that_is_written_fits(process: Process) -> None:
    await some(process)
    assert await found(process) == []
    assert (await head(process)).seq == 5


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("update lookup set actor = 'balie:uwv:x' where id = 3", Finding("changed", 3, "lookup", 3)),
        ("delete from lookup where id = 2", Finding("removed", 2, "lookup", 2)),
        ("update lookup set at = '2020-01-01 00:00:00' where id = 4", Finding("removed", 4, "lookup", 4)),
        (
            "insert into lookup (id, conversation_id, actor, case_number, purpose, trust, outcome, at)"
            " select 99, conversation_id, actor, case_number, purpose, trust, outcome, at from lookup where id = 1",
            Finding("unsealed", 0, "lookup", 99),
        ),
        ("delete from audit_seal where seq = 3", Finding("broken", 4, "lookup", 4)),
        ("update audit_seal set record_id = 7 where seq = 5", Finding("broken", 5, "lookup", 7)),
    ],
)
async def test_what_was_done_behind_the_database_is_found(process: Process, statement: str, finding: Finding) -> None:
    await some(process)
    await tamper(process, statement)
    assert finding in await found(process)


async def test_a_cut_end_is_found_with_a_head_that_was_kept_elsewhere(process: Process) -> None:
    await some(process)
    kept = await head(process)
    await tamper(process, "delete from lookup where id > 3", "delete from audit_seal where seq > 3")
    assert await found(process) == [], "the rest of it is whole"
    assert await found(process, kept) == [Finding("cut", 5)]


async def test_without_the_key_nobody_makes_the_chain_anew(process: Process) -> None:
    await some(process, 2)
    mine, others = Seals(["geheim-van-ons", "een-oude"]), Seals(["van een ander"])
    async with process.store.write() as session:
        await mine.removed(session, "audit", process.clock())
    assert [each.what for each in await found(process, keys=mine)] == ["key", "key"], "what another key sealed is told"
    assert {each.what for each in await found(process, keys=others)} == {"key"}
    rotated = Seals(["een nieuwe", "geheim-van-ons"])
    assert [each.seq for each in await found(process, keys=rotated)] == [1, 2], "an older key still checks"


@pytest.mark.parametrize("statement", ["update audit_seal set at = at", "delete from audit_seal"])
async def test_the_database_refuses_to_change_a_seal(process: Process, statement: str) -> None:
    await some(process, 1)
    with pytest.raises(Exception, match="append only"):
        async with process.store.write() as session:
            await session.execute(text(statement))


async def test_many_gateways_write_one_chain(process: Process, other: Process) -> None:
    await asyncio.gather(*(some(each, 10) for each in (process, other, process, other)))
    assert (await head(process)).seq == 40
    assert await found(process) == []


async def test_what_is_older_than_the_chain_is_sealed_first(process: Process) -> None:
    await some(process, 3)
    await tamper(process, "delete from audit_seal")
    await some(process, 1)
    assert await found(process) == [] and (await head(process)).seq == 4


async def test_what_was_kept_long_enough_goes_without_a_finding(process: Process) -> None:
    for days in (800, 740, 10):
        await look_up(process, at=process.clock() - timedelta(days=days))
    rules = [audit.forget_after(730), access.forget_after(730), seals.tell_head()]
    assert await Retention(process.store, process.name, rules, process.clock).round() == {
        "lookup": 2, "access_grant": 0, "audit_seal": 0}
    assert await found(process) == []
    await tamper(process, "delete from lookup")
    assert [each.what for each in await found(process)] == ["removed"], "the youngest was not old enough"


async def test_the_command_says_so(
    database_url: str, process: Process, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    await some(process, 2)
    where = ["--database", database_url, "--var", str(tmp_path)]
    assert await asyncio.to_thread(main, ["audit", "check", *where]) == 0
    assert await asyncio.to_thread(main, ["audit", "head", *where]) == 0
    kept = capsys.readouterr().out.splitlines()[-1]
    assert await asyncio.to_thread(main, ["audit", "check", "--head", kept, *where]) == 0
    await tamper(process, "update lookup set outcome = 'not_found' where id = 2")
    assert await asyncio.to_thread(main, ["audit", "check", *where]) == 1
    assert "changed: link 2, lookup 2" in capsys.readouterr().err
