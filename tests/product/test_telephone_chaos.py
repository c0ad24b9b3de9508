"""A bad day with few citizens; `make chaos-telefoon` is the same with 500."""

from __future__ import annotations

import pytest

from benchmarks.telephone.run import bad_day, seeds
from verbonden.running import RunningProduct


@pytest.mark.timeout(600)
async def test_nothing_is_lost_or_doubled_when_everything_goes_wrong(product: RunningProduct) -> None:
    # Given duplicates, errors of the provider, answers that get lost, call-backs out of order
    # When citizens text by SMS and WhatsApp and the gateway is killed twice
    seed = seeds()
    result = await bad_day(product, conversations=14, at_once=14, seed=seed, kills=2)
    # Then each accepted message is handled once, in order, and each answer arrived once or is shown as failed
    assert result.problems == [], f"seed {seed}: {result.counts}"
    assert result.counts["kills of the gateway"] == 2
    assert result.counts["messages accepted"] == 42
