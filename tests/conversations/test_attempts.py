"""Limits on attempts hold across processes, also when the attempts are made at the same moment."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from loket.identity.attempts import LIMIT, WINDOW, Attempts, TooManyAttempts
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


async def test_no_subject_is_stored_in_the_clear(process: Process) -> None:
    await Attempts(process.store, process.clock).count("kenmerk", ["zaak:ZAAK-2026-0000000001"])
    async with process.store.read() as session:
        rows = list(await session.scalars(select(Attempt)))
    assert len(rows) == 1 and "2026" not in rows[0].subject_hash and len(rows[0].subject_hash) == 64
