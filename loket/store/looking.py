"""Something that a process looks after now and then, for as long as it runs."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import ClassVar

import structlog

log = structlog.get_logger(__name__)


class Looking(ABC):
    """Calls `round` again and again; a round that fails is logged and does not end it.

    Attributes:
        failed: name of the event in the log when a round fails.
        look_every: seconds between the end of a round and the next one.
    """

    failed: ClassVar[str]
    look_every: float
    _task: asyncio.Task[None] | None = None

    @abstractmethod
    async def round(self) -> object:
        """Look once, and do what is due."""

    async def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.create_task(self._loop())

    async def _loop(self) -> None:
        while True:
            try:
                await self.round()
            except Exception as error:
                log.error(self.failed, error=type(error).__name__)
            await asyncio.sleep(self.look_every)

    async def stop(self) -> None:
        """Stop; what is half done is rolled back."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
