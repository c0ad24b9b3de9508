"""Limits on attempts hold across processes, also when the attempts are made at the same moment."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from loket.identity.attempts import LIMIT, WINDOW, Attempts, TooManyAttempts
from loket.store.field_keys import FieldKeys
from loket.store.schema import Attempt
from tests.conversations.support import Process


async def test_no_more_than_the_limit_in_an_hour_in_two_processes(process: Process, other: Process) -> None:
    one, two = Attempts(process.store, process.clock), Attempts(other.store, process.clock)
    for number in range(LIMIT):
        await (one if number % 2 else two).count("kenmerk", ["zaak:1"])
    for attempts in (one, two):
        with pytest.raises(TooManyAttempts):
            await attempts.count("kenmerk", ["zaak:1"])
    await one.count("kenmerk", ["zaak:2"])
    await one.count("login", ["zaak:1"])
    process.clock.turn(seconds=WINDOW.total_seconds() + 1)
    await two.count("kenmerk", ["zaak:1"])


async def test_twelve_at_once_do_not_slip_through(process: Process, other: Process) -> None:
    counters = [Attempts(p.store, process.clock) for p in (process, other)]
    subjects = ["zaak:1", "adres:web:x"]
    results = await asyncio.gather(
        *(counters[n % 2].count("kenmerk", subjects[:: 1 if n % 3 else -1]) for n in range(12)), return_exceptions=True
    )
    assert sum(r is None for r in results) == LIMIT
    assert {type(r) for r in results if r is not None} == {TooManyAttempts}


async def test_one_full_subject_counts_nothing_for_the_other(process: Process) -> None:
    attempts = Attempts(process.store, process.clock)
    for _ in range(LIMIT):
        await attempts.count("kenmerk", ["zaak:1"])
    with pytest.raises(TooManyAttempts):
        await attempts.count("kenmerk", ["adres:a", "zaak:1"])
    for _ in range(LIMIT):
        await attempts.count("kenmerk", ["adres:a"])
    await attempts.forget("kenmerk", ["zaak:1"])
    await attempts.count("kenmerk", ["zaak:1"])


async def test_nobody_finds_a_subject_by_trying_all_of_them(process: Process, use_keys: Callable[..., None]) -> None:
    """There are not so many numbers of cases: a hash that needs no key hides none."""
    for _ in range(2):
        use_keys(Fernet.generate_key().decode())
        await Attempts(process.store, process.clock).count("kenmerk", ["zaak:ZAAK-2026-0000000001"])
    async with process.store.read() as session:
        hashes = {row.subject_hash for row in await session.scalars(select(Attempt))}
    assert len(hashes) == 2, "each key makes another one"
    assert all(len(each) == 64 and "2026" not in each for each in hashes)
    for said in ("zaak:zaak-2026-0000000001", "attempt zaak:zaak-2026-0000000001"):
        assert not hashes & {hashlib.sha256(said.encode()).hexdigest(), FieldKeys([]).index(said)}
