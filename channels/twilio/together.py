"""Doing in one go what comes while the one before is being done: the busier it is, the less each costs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError, TimeoutError

MOST = 100
AWAY = (OperationalError, InterfaceError, TimeoutError)
"""The store itself fails: each alone would only wait as long again."""


class Together[Item, Result]:
    """Gathers items for a function that takes many.

    Args:
        do: what is done with them, in order, in one transaction; it returns for each what came of it, or the error to raise. An
            IntegrityError says that another process did one of them at the same moment: then each is done once more, alone. So
            it is with any other error of many: they have nothing to do with each other, and one of them must not fail all.
    """

    def __init__(self, do: Callable[[Sequence[Item]], Awaitable[Sequence[Result | Exception]]]) -> None:
        self._do = do
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._task: asyncio.Task[None] | None = None

    async def add(self, item: Item) -> Result:
        """What came of it. Raises what `do` raises or says of it."""
        place: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, place))
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        return await place

    async def _run(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                results = await self._results([item for item, _ in batch])
                for (_, place), result in zip(batch, results, strict=True):
                    if place.done():
                        continue  # nobody waits any more
                    if isinstance(result, Exception):
                        place.set_exception(result)
                    else:
                        place.set_result(result)
        finally:
            self._task = None

    async def _results(self, items: Sequence[Item]) -> Sequence[Result | Exception]:
        try:
            return await self._do(items)
        except Exception as error:
            away = isinstance(error, AWAY) or (isinstance(error, DBAPIError) and error.connection_invalidated)
            if away or (len(items) == 1 and not isinstance(error, IntegrityError)):
                return [error] * len(items)
            return [await self._alone(item) for item in items]

    async def _alone(self, item: Item) -> Result | Exception:
        try:
            (result,) = await self._do([item])
            return result
        except Exception as error:
            return error
