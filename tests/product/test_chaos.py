"""Some minutes of chaos in seconds: a disk that is full, while citizens and desks talk. `make chaos` is the whole of it."""

from __future__ import annotations

import asyncio

import pytest

from benchmarks.chaos.report import lines
from benchmarks.chaos.run import Size, chaos
from benchmarks.telephone.run import seeds
from verbonden.client import CitizenClient
from verbonden.running import RunningProduct


@pytest.mark.timeout(300)
async def test_a_full_disk_loses_nothing_and_says_so(product: RunningProduct) -> None:
    # Given citizens who send twice, late and out of order, one of them by telephone, and desks that race for them
    size = Size(citizens=4, phones=1, desks=2, faults=("disk full",), pause=(1.5, 2.0))
    full, seed = asyncio.Event(), seeds()

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
