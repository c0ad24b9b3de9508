"""Something that a process looks after now and then, for as long as it runs."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import ClassVar

import structlog

log = structlog.get_logger(__name__)


class Looking(ABC):
    """Calls `look` again and again; a look that fails is logged and does not end it.

    Attributes:
        failed: name of the event in the log when a look fails; only the kind of the error stands with it, as its text could hold
            something of a conversation.
        look_every: seconds between the end of a look and the next one.
    """

    failed: ClassVar[str]
    look_every: float
    _task: asyncio.Task[None] | None = None

    @abstractmethod
    async def round(self) -> object:
        """Do what is due, or a batch of it."""

    async def look(self) -> None:
        """Do all that is due: one round, where a round is all."""
        await self.round()

    async def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.create_task(self._loop())

    async def _loop(self) -> None:
        while True:
            try:
                await self.look()
            except Exception as error:
                log.error(self.failed, error=type(error).__name__)
            await asyncio.sleep(self.look_every)

    async def stop(self) -> None:
        """Stop; what is half done is rolled back."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
