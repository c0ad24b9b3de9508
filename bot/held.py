"""One turn of a session at a time across all processes, with two questions to Redis for each turn: at its begin and at its end.

Rasa's lock store asks seven times for a lock, each time waiting in the thread that serves everybody, and its tracker store asks
two times more; that was a fifth of the time of a turn (benchmarks/README.md).
"""

from __future__ import annotations

import asyncio
import time
import uuid
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, AsyncIterator, Dict, Optional, Text

from bot.alive import Alive

LOCK = "lock:{%s}"
"""Key of the lock of a session; the braces put it beside the session in Redis Cluster, whatever the session's own key is."""

LOOK_EVERY = 0.05

END = """
if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] ~= '' then redis.call('set', KEYS[2], ARGV[2], 'EX', ARGV[3]) end
redis.call('del', KEYS[1])
return 1
"""
"""Write the session and let go of it; 0, with nothing written, when the hold had ended and somebody else may have it."""


LEFT = "if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end"
"""Take away a lock, if it is still the one that was left behind."""


class LostHold(Exception):
    """A session could not be held in time, or the hold ended before the turn did; nothing of the turn was written."""


@dataclass
class _Held:
    value: Optional[Text]
    seconds: int = 0
    changed: bool = False


class HeldRedis:
    """What Rasa's tracker store uses of a Redis client; sessions that are held here are read and written in memory.

    Args:
        red: the client, which gives text.
    """

    def __init__(self, red: Any) -> None:
        self._red = red
        self._end, self._left = red.register_script(END), red.register_script(LEFT)
        self.alive = Alive(red)
        self._held: Dict[Text, _Held] = {}

    def get(self, key: Text) -> Optional[Text]:
        """The text under a key, or None."""
        held = self._held.get(key)
        found: Optional[Text] = self._red.get(key) if held is None else held.value
        return found

    def set(self, key: Text, value: Text, ex: Optional[float] = None) -> None:
        """Keep a text; `ex` is in seconds."""
        held = self._held.get(key)
        if held is None:
            self._red.set(key, value, ex=ex)
        else:
            held.value, held.seconds, held.changed = value, int(ex or 0), True

    def delete(self, key: Text) -> None:
        """Remove a key, now."""
        self._red.delete(key)
        if key in self._held:
            self._held[key] = _Held(None)

    def keys(self, pattern: Text) -> Any:
        """The keys that match; not what only this process holds."""
        return self._red.keys(pattern)

    @asynccontextmanager
    async def hold(self, key: Text, seconds: float) -> AsyncIterator[None]:
        """Be the only one with this session until the end of the block; what was set in it is written then, unless it raised.

        Args:
            key: of the session.
            seconds: after which others may have it, whatever became of this turn; so long they wait for it at most. When this
                process dies they need not: `bot.alive`.

        Raises:
            LostHold: it was not free in time, or the block took longer than `seconds`.
        """
        self.alive.begin()
        lock, mine, deadline = LOCK % key, f"{self.alive.name}.{uuid.uuid4().hex}", time.monotonic() + seconds
        while not self._begin(lock, mine, key, seconds):
            if time.monotonic() > deadline:
                raise LostHold(key)
            if not self._left_behind(lock):
                await asyncio.sleep(LOOK_EVERY)
        try:
            yield
        except BaseException:
            self._finish(lock, mine, key, write=False)
            raise
        if not self._finish(lock, mine, key, write=True):
            raise LostHold(key)

    def _begin(self, lock: Text, mine: Text, key: Text, seconds: float) -> bool:
        both = self._red.pipeline(transaction=False)
        both.set(lock, mine, nx=True, px=int(seconds * 1000))
        both.get(key)  # counts only if the lock is ours, and then nobody writes
        ours, value = both.execute()
        if ours:
            self._held[key] = _Held(value)
        return bool(ours)

    def _left_behind(self, lock: Text) -> bool:
        """Take away the lock of a process that is gone. Should it live all the same, its turn ends with LostHold."""
        theirs = self._red.get(lock)
        if theirs is None or self.alive.knows(theirs.partition(".")[0]):
            return False
        self._left(keys=[lock], args=[theirs])
        return True

    def _finish(self, lock: Text, mine: Text, key: Text, write: bool) -> bool:
        held = self._held.pop(key)
        value = held.value if write and held.changed else None
        return bool(self._end(keys=[lock, key], args=[mine, value or "", held.seconds]))
