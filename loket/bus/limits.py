"""Limits that hold over all gateways: counted in Redis, in windows that slide.

Redis may be away. Then nothing is refused here: what is left is what each gateway counts for itself.
An address or a number stands in Redis as an HMAC only.
"""

from __future__ import annotations

import asyncio
import time

import structlog
from limits import RateLimitItemPerSecond
from limits.aio.storage import RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from redis.asyncio import ConnectionPool
from redis.exceptions import RedisError

from loket.store.field_keys import field_keys

ANSWER_SECONDS, REST_SECONDS = 0.3, 5.0
"""How long an answer may take, and how long Redis is left alone after it did not come: a limit must not make anybody wait."""

log = structlog.get_logger(__name__)


class SharedLimits:
    """Counts what all gateways see of somebody.

    Args:
        connections: those of the bus, which closes them.
    """

    def __init__(self, connections: ConnectionPool) -> None:
        storage = RedisStorage(
            "async+redis://", implementation="redispy", key_prefix="verbonden", connection_pool=connections  # type: ignore[arg-type]
        )
        self._limiter = SlidingWindowCounterRateLimiter(storage)
        self._away_until = 0.0

    async def take(self, what: str, who: str, most: int, seconds: int) -> bool:
        """Count one more; False when there were enough. True when nobody can tell."""
        if time.monotonic() < self._away_until:
            return True
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await self._limiter.hit(RateLimitItemPerSecond(most, seconds), what, field_keys().index(f"{what} {who}"))
        except (RedisError, OSError, TimeoutError) as error:
            self._away_until = time.monotonic() + REST_SECONDS
            log.warning("limits.not_shared", error=type(error).__name__)
            return True
