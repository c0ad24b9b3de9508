"""Whether another process of the bot engine still lives: each keeps a key in Redis that ends soon after its process does."""

from __future__ import annotations

import logging
import threading
import uuid
from typing import Any, Optional, Text

import redis

log = logging.getLogger(__name__)
ALIVE = "alive:"
SECONDS = 2.0
"""Without a sign of life for so long a process counts as gone."""

EVERY = 0.5


class Alive:
    """This process, under a name of its own.

    A thread tells it: the thread that answers citizens can be busy for longer than `SECONDS` when there are many.

    Args:
        red: a Redis client.
    """

    def __init__(self, red: Any) -> None:
        self.name = uuid.uuid4().hex
        self._red = red
        self._thread: Optional[threading.Thread] = None
        self._ended = threading.Event()

    def begin(self) -> None:
        """Be known as alive from now on, until `end` or the end of the process."""
        if self._thread is None:
            self._tell()
            self._thread = threading.Thread(target=self._keep_telling, name="alive", daemon=True)
            self._thread.start()

    def end(self) -> None:
        """Say nothing any more."""
        self._ended.set()

    def knows(self, name: Text) -> bool:
        """Whether the process of that name lives."""
        return name == self.name or bool(self._red.exists(ALIVE + name))

    def _tell(self) -> None:
        self._red.set(ALIVE + self.name, 1, px=int(SECONDS * 1000))

    def _keep_telling(self) -> None:
        while not self._ended.wait(EVERY):
            try:
                self._tell()
            except redis.RedisError as error:  # it comes back; then so does our key
                log.warning("Redis does not hear that we live: %s", type(error).__name__)
