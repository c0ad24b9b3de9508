"""Whether a process is ready for work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
from redis.asyncio import Redis
from redis.exceptions import RedisError

Probe = Callable[[], Awaitable[bool]]
PATIENCE = 5.0
"""Seconds for one answer."""


def http_ok(url: str) -> Probe:
    """Ready when a GET of `url` is answered with 200."""

    async def probe() -> bool:
        return await _status(url) == 200

    return probe


def http_answers(url: str) -> Probe:
    """Alive when a GET of `url` is answered at all, be it with a refusal or an error."""

    async def probe() -> bool:
        return await _status(url) is not None

    return probe


async def _status(url: str) -> int | None:
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE)) as session, session.get(url) as answer:
            return answer.status
    except (aiohttp.ClientError, TimeoutError, OSError):
        return None


def redis_ping(url: str) -> Probe:
    """Ready when a Redis server answers PING; not while it still loads its file."""

    async def probe() -> bool:
        client = Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
        try:
            return bool(await client.ping())
        except (RedisError, OSError, TimeoutError):
            return False
        finally:
            await client.aclose()

    return probe


async def wait_until(probe: Probe, seconds: float, every: float = 0.15) -> bool:
    """Ask until the answer is yes, at most so many seconds; False when it never was."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not await probe():
        if asyncio.get_running_loop().time() > deadline:
            return False
        await asyncio.sleep(every)
    return True
