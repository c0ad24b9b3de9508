"""An answer without a case does not tell by its time why there is none."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from loket.cases.registry import CaseSystems
from loket.cases.second_factor import SecondFactor
from tests.cases.faults import proxy_to, status
from tests.cases.support import ENVIRONMENT, NUMBER, Demo, configuration, system

pytestmark = pytest.mark.asyncio

SANNE = SecondFactor.birth_date(date(1980, 3, 12))
ROSA = SecondFactor.birth_date(date(1968, 9, 23))
WAIT = 0.4


async def timed(systems: CaseSystems, number: int, factor: SecondFactor) -> float:
    """Seconds of a look-up that finds nothing."""
    started = time.monotonic()
    assert (await systems.by_number(NUMBER % number, factor)).found == []
    return time.monotonic() - started


async def test_unknown_wrong_and_confidential_take_the_same_time(demo: Demo, tmp_path: Path) -> None:
    systems = CaseSystems.from_file(configuration(tmp_path, system(demo.url), wait=WAIT), ENVIRONMENT)
    times = [await timed(systems, *asked) for asked in ((99, SANNE), (2, SANNE), (7, ROSA), (12, ROSA), (13, SANNE))]
    assert all(WAIT <= spent < 2 * WAIT for spent in times), times
    await systems.close()


async def test_slower_answers_take_the_next_multiple(demo: Demo, tmp_path: Path) -> None:
    async with proxy_to(demo.url) as proxy:
        # A failed attempt costs some time before the second one finds nothing.
        proxy.plan = [status(500)]
        systems = CaseSystems.from_file(configuration(tmp_path, system(proxy.url), wait=0.1), ENVIRONMENT)
        spent = await timed(systems, 99, SANNE)
        assert spent >= 0.2
        await systems.close()


async def test_a_found_case_does_not_wait(demo: Demo, tmp_path: Path) -> None:
    systems = CaseSystems.from_file(configuration(tmp_path, system(demo.url), wait=5), ENVIRONMENT)
    started = time.monotonic()
    assert (await systems.by_number(NUMBER % 1, SANNE)).found
    assert time.monotonic() - started < 2
    await systems.close()
