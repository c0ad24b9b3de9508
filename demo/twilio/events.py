"""The log as it happens, for open pages."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from aiohttp import web

from demo.twilio.store import Document, Store

HEARTBEAT = 15.0
"""Seconds without an event after which a sign of life is sent."""


class Events:
    """Hands events of the store to whoever listens.

    Args:
        store: tells of each event.
    """

    def __init__(self, store: Store) -> None:
        self._queues: set[asyncio.Queue[Document | None]] = set()
        self._closed = False
        store.listeners.append(self._tell)

    def _tell(self, event: Document) -> None:
        for queue in self._queues:
            with contextlib.suppress(asyncio.QueueFull):  # a page that does not read asks the thread again
                queue.put_nowait(event)

    def close(self) -> None:
        """End all listening."""
        self._closed = True
        for queue in self._queues:
            with contextlib.suppress(asyncio.QueueFull):
                queue.put_nowait(None)

    async def listen(self) -> AsyncIterator[Document | None]:
        """Events as they come; None is a sign of life."""
        queue: asyncio.Queue[Document | None] = asyncio.Queue(1000)
        self._queues.add(queue)
        try:
            yield None
            while not self._closed:
                try:
                    event = await asyncio.wait_for(queue.get(), HEARTBEAT)
                except TimeoutError:
                    event = None
                if not self._closed:
                    yield event
        finally:
            self._queues.discard(queue)


EVENTS: web.AppKey[Events] = web.AppKey("events", Events)
