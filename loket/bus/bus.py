"""A bell between processes over Redis/Valkey pub/sub.

It may lose everything: every receiver can find out from the store what it missed (`Inbox.waiting`,
replay from the last sequence number, the reconciler of the gateway). So a bus that is down is a
warning, never an error for a citizen.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import redis.asyncio as redis
import structlog
from redis.asyncio import ConnectionPool
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

Event = dict[str, Any]
"""`{"kind": "message|delivery|state|queue|wake|typing|spoed", "conversation": id, ...}`: ids and kinds, never texts.

One exception, of which nothing is kept: a `typing` of a citizen may have `text` (loket/conversations/preview.py)."""

CHANNEL = "verbonden:events"
RETRY_SECONDS = 1.0
TOGETHER_SECONDS = 0.003
"""A turn rings several times within a moment: for other processes that is one message on the bus."""

log = structlog.get_logger(__name__)


class Bus:
    """Publishes events and hands those of every process, this one included, to the listeners.

    Args:
        url: of a Redis-protocol server (`redis://`, `unix://`).
        origin: unique name of this process: its own events come back directly, not through the server.
    """

    def __init__(self, url: str, origin: str) -> None:
        self._redis = redis.from_url(url, socket_connect_timeout=2, health_check_interval=10)
        self._origin = origin
        self._listeners: list[Callable[[Event], None]] = []
        self._task: asyncio.Task[None] | None = None
        self._sending: set[asyncio.Task[None]] = set()
        self._due: list[Event] = []
        self.connected = False

    @property
    def connections(self) -> ConnectionPool:
        """The connections, for what else is kept in Redis; closed by `stop`."""
        return self._redis.connection_pool

    async def answers(self) -> bool:
        """Whether the server can be reached now, and we hear what others ring."""
        try:
            return self.connected and bool(await self._redis.ping())
        except (RedisError, OSError, TimeoutError):
            return False

    def listen(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call `listener` for every event; returns a function that ends it. A listener must not block or raise."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def publish(self, event: Event, here_only: bool = False, row: object = None) -> None:
        """Ring the bell: here at once, elsewhere as soon as the server passes it on. Never raises, never waits.

        Args:
            event: what happened; all bells of a few milliseconds travel together.
            here_only: it concerns this process alone.
            row: what was stored, for listeners of this process: they need not ask the store for it. It does not travel.
        """
        self._dispatch(event if row is None else {**event, "row": row})
        if here_only:
            return
        self._due.append(event)
        if len(self._due) == 1:
            task = asyncio.create_task(self._send())
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def _send(self) -> None:
        await asyncio.sleep(TOGETHER_SECONDS)
        due, self._due = self._due, []
        try:
            await self._redis.publish(CHANNEL, json.dumps({"origin": self._origin, "events": due}))
        except (RedisError, OSError) as error:
            log.warning("bus.publish_failed", error=type(error).__name__)

    def _dispatch(self, event: Event) -> None:
        for listener in list(self._listeners):
            try:
                listener(event)
            except Exception:
                log.exception("bus.listener_failed", kind=event.get("kind"))

    async def start(self) -> None:
        """Begin to receive; returns at once, also when the server is not there yet."""
        self._task = asyncio.create_task(self._receive())

    async def _receive(self) -> None:
        while True:
            pubsub: PubSub | None = None
            try:
                pubsub = self._redis.pubsub()
                await pubsub.subscribe(CHANNEL)
                self.connected = True
                async for item in pubsub.listen():
                    if item["type"] != "message":
                        continue
                    body = json.loads(item["data"])
                    for event in body["events"] if body["origin"] != self._origin else ():
                        self._dispatch(event)
            except (RedisError, OSError, ValueError, LookupError) as error:
                if self.connected:
                    log.warning("bus.lost", error=type(error).__name__)
                self.connected = False
                await asyncio.sleep(RETRY_SECONDS)
            finally:
                if pubsub is not None:
                    await pubsub.aclose()  # type: ignore[no-untyped-call]

    async def stop(self) -> None:
        """Stop receiving and close the connections."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await asyncio.gather(*self._sending, return_exceptions=True)
        await self._redis.aclose()
