"""How many messages the bot engine gets at the same time: no more than it answers in good time.

One that gets more than it can do answers everything late; what it answers after we stopped waiting was work for nothing, and is
asked again. So what it can not do now waits here, in order, and costs it nothing.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

MOST = 8
"""Rasa works on one at a time; the others are under way, or wait for an action."""


class BotGate:
    """Lets so many through at once; half as many after an answer that did not come in time, slowly more after others.

    Attributes:
        allowed: how many may be under way, at least 1.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most, self.allowed = most, float(most)
        self._under_way = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    def busy(self) -> bool:
        """Whether somebody waits for a turn."""
        return bool(self._waiting)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """One message under way; waits for a place. TimeoutError in the block means that too much was under way."""
        await self._enter()
        try:
            yield
        except TimeoutError:
            self.allowed = max(1.0, self.allowed / 2)
            raise
        else:
            self.allowed = min(float(self._most), self.allowed + 1 / self.allowed)
        finally:
            self._under_way -= 1
            self._next()

    async def _enter(self) -> None:
        if self._under_way < int(self.allowed) and not self._waiting:
            self._under_way += 1
            return
        place = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():  # it was our turn already
                self._under_way -= 1
                self._next()
            else:
                self._waiting.remove(place)
            raise

    def _next(self) -> None:
        while self._waiting and self._under_way < int(self.allowed):
            self._under_way += 1
            self._waiting.popleft().set_result(None)
