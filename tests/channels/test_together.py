"""What comes together has nothing to do with each other: one that fails does not fail the others."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, TimeoutError

from channels.twilio.together import Together


async def together(error: Exception) -> tuple[list[list[int]], list[object]]:
    """Three items, of which the second fails; in which batches they were done, and what came of each."""
    batches: list[list[int]] = []

    async def do(items: Sequence[int]) -> list[int | Exception]:
        batches.append(list(items))
        if 2 in items:
            raise error
        return list(items)

    gathered = Together(do)
    return batches, await asyncio.gather(*(gathered.add(item) for item in (1, 2, 3)), return_exceptions=True)


@pytest.mark.parametrize("error", [ValueError(), DataError("", None, Exception()), IntegrityError("", None, Exception())])
async def test_an_error_of_one_is_not_one_of_all(error: Exception) -> None:
    batches, results = await together(error)
    assert batches == [[1, 2, 3], [1], [2], [3]] and results == [1, error, 3]


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("", None, Exception()),
        TimeoutError(),
        DataError("", None, Exception(), connection_invalidated=True),
    ],
)
async def test_a_store_that_is_away_is_asked_once(error: Exception) -> None:
    batches, results = await together(error)
    assert batches == [[1, 2, 3]] and results == [error] * 3
