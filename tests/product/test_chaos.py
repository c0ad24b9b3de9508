"""Some minutes of chaos in seconds: a disk that is full, while citizens and desks talk. `make chaos` is the whole of it."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from pathlib import Path

import pytest

from benchmarks.chaos import citizens
from benchmarks.chaos.citizens import Citizen
from benchmarks.chaos.diary import DeskDiary
from benchmarks.chaos.judge import LOST, Store, problems
from benchmarks.chaos.report import lines
from benchmarks.chaos.run import Size, chaos
from benchmarks.telephone.run import seeds
from tests.services.ports import free_port
from verbonden.client import CitizenClient
from verbonden.running import RunningProduct


@pytest.mark.timeout(300)
async def test_a_full_disk_loses_nothing_and_says_so(product: RunningProduct) -> None:
    # Given citizens who send twice, late and out of order, one of them by telephone, and desks that race for them
    size = Size(citizens=4, phones=1, desks=2, faults=("disk full",), pause=(1.5, 2.0))
    full, seed, database = asyncio.Event(), seeds(), Path(product.database_url.removeprefix("sqlite:///"))
    earlier = frozenset(Store.read(database).conversations)

    async def speaks(citizen: CitizenClient) -> None:
        await full.wait()
        await asyncio.sleep(1)
        sent = await citizen.send("Hoe vraag ik een paspoort aan?")
        await citizen.until(lambda: sent in citizen.refused)
        assert (citizen.refused[sent]["code"], sent in citizen.accepted) == ("busy", False)

    # When nothing can be written for some seconds
    async with CitizenClient(product.url) as citizen:
        await citizen.until(lambda: citizen.messages)
        speaking = asyncio.create_task(speaks(citizen))
        result = await chaos(product, size, seed, None, lambda line: full.set() if "disk full" in line else None)
        # Then what is not accepted is refused in words
        await speaking
    # And nothing that was accepted is lost, doubled or out of order
    assert result.problems == [], "\n".join([f"seed {seed}", *lines(result)])
    assert result.counts["messages of them that were accepted"] > 0
    # And the desks leave nobody behind in the product that they share with others
    assert {row["state"] for row in Store.read(database, earlier).conversations.values()} <= {"bot", "closed"}


@pytest.mark.timeout(60)
async def test_what_is_never_accepted_is_given_up_and_found_by_the_judge(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a gateway that never comes back, and a citizen of little endurance
    monkeypatch.setattr(citizens, "ENDURANCE", 0.3)
    monkeypatch.setattr(citizens, "HEARD_WITHIN", 0.1)
    citizen = Citizen(f"http://127.0.0.1:{free_port()}", random.Random(1))
    # When all was said in vain
    await citizen.live(asyncio.Event())
    await citizen.close()
    # Then each message is named as lost
    found = problems(Store({}, defaultdict(list), defaultdict(list)), [citizen.diary], DeskDiary())
    assert len(citizen.diary.said) > 1
    assert [problem.sin for problem in found if "never accepted" in problem.what] == [LOST] * len(citizen.diary.said)
