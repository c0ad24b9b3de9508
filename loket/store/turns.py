"""Who writes next, of all that want to in one process."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class WriteTurns:
    """One writer at a time, in the order of coming; who may go first passes the others, but never twice in a row: what has been
    promised to somebody outside within a second must not wait behind work of our own, nor stop it."""

    def __init__(self) -> None:
        self._taken = self._passed = False
        self._first: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def turn(self, first: bool = False) -> AsyncIterator[None]:
        """The turn, for as long as the block lasts."""
        if self._taken:
            await self._wait(self._first if first else self._others)
        self._taken = True
        try:
            yield
        finally:
            self._next()

    async def _wait(self, queue: deque[asyncio.Future[None]]) -> None:
        place = asyncio.get_running_loop().create_future()
        queue.append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():  # it was our turn already
                self._next()
            else:
                queue.remove(place)
            raise

    def _next(self) -> None:
        """Hand the turn on; it stays taken all the while, so that nobody who comes just now slips in between."""
        self._passed = bool(self._first) and not (self._passed and self._others)
        queue = self._first if self._passed else self._others
        if queue:
            queue.popleft().set_result(None)
        else:
            self._taken = False
