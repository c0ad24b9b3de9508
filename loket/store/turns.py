"""Who writes next, of all that want to in one process."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


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
                with suppress(ValueError):  # `_next` may have met it in the queue before we came here
                    queue.remove(place)
            raise

    def _next(self) -> None:
        """Hand the turn on; it stays taken all the while, so that nobody who comes just now slips in between."""
        while self._first or self._others:
            passed = bool(self._first) and not (self._passed and self._others)
            place = (self._first if passed else self._others).popleft()
            # Who was cancelled stands in the queue until its task runs again: a turn given to it would be nobody's, for good.
            if not place.done():
                self._passed = passed
                place.set_result(None)
                return
        self._taken = self._passed = False
