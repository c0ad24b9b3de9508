"""A virus scanner over clamd's INSTREAM command (man clamd)."""

from __future__ import annotations

import asyncio
import struct
from urllib.parse import urlsplit

import structlog

from loket.media.kinds import NotAccepted

log = structlog.get_logger(__name__)
CHUNK = 64 * 1024
SECONDS = 20.0
DEFAULT_PORT = 3310


class Scanner:
    """Asks clamd. What can not be scanned is not kept: a scanner that was configured must not be passed by.

    Args:
        address: `tcp://host:3310` or `unix:///run/clamav/clamd.ctl` (VERBONDEN_CLAMD).
        seconds: how long one scan may take.

    Raises ValueError for another kind of address.
    """

    def __init__(self, address: str, seconds: float = SECONDS) -> None:
        parts = urlsplit(address)
        if (parts.scheme == "tcp" and parts.hostname) or (parts.scheme == "unix" and parts.path):
            self._parts, self._seconds = parts, seconds
        else:
            raise ValueError("VERBONDEN_CLAMD must be tcp://host:port or unix:///path")

    async def scan(self, data: bytes) -> None:
        """Returns when the file is clean. Raises NotAccepted with virus, or unscanned when clamd can not be asked."""
        try:
            async with asyncio.timeout(self._seconds):
                answer = await self._ask(data)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            log.error("media.scanner_down", error=type(error).__name__)
            raise NotAccepted("unscanned") from error
        if answer.endswith(b"OK"):
            return
        if answer.endswith(b"FOUND"):
            log.warning("media.virus")
            raise NotAccepted("virus")
        log.error("media.scanner_refused", answer=answer[:60].decode("ascii", "replace"))
        raise NotAccepted("unscanned")

    async def _ask(self, data: bytes) -> bytes:
        if self._parts.scheme == "unix":
            reader, writer = await asyncio.open_unix_connection(self._parts.path)
        else:
            reader, writer = await asyncio.open_connection(self._parts.hostname, self._parts.port or DEFAULT_PORT)
        try:
            writer.write(b"zINSTREAM\0")
            for start in range(0, len(data), CHUNK):
                part = data[start : start + CHUNK]
                writer.write(struct.pack("!L", len(part)) + part)
                await writer.drain()
            writer.write(struct.pack("!L", 0))
            await writer.drain()
            return (await reader.readuntil(b"\0")).rstrip(b"\0").strip()
        finally:
            writer.close()


