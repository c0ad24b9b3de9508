"""The line between a browser and the gateway, which can be cut, mended, or go deaf in one direction."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

CHUNK = 65536


class Line:
    """A TCP relay; real sockets really break.

    Attributes:
        url: where the browser goes instead of to the gateway.
        deaf: what the gateway says is swallowed, what the browser says arrives: the worst moment to lose a line.
    """

    def __init__(self, target: str) -> None:
        self._host, self._port = urlsplit(target).hostname or "", urlsplit(target).port or 0
        self._writers: set[asyncio.StreamWriter] = set()
        self._whole = True
        self.deaf = False
        self.url = ""

    def cut(self) -> None:
        """Break every connection, and every new one."""
        self._whole = False
        for writer in list(self._writers):
            writer.transport.abort()

    def mend(self) -> None:
        """Let connections through again."""
        self._whole, self.deaf = True, False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of the browser, to its end."""
        if not self._whole:
            writer.transport.abort()
            return
        beyond, back = await asyncio.open_connection(self._host, self._port)
        self._writers |= {writer, back}
        try:
            await asyncio.gather(self._relay(reader, back, deafens=False), self._relay(beyond, writer, deafens=True))
        finally:
            for one in (writer, back):
                self._writers.discard(one)
                one.close()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, deafens: bool) -> None:
        try:
            while data := await reader.read(CHUNK):
                if self.deaf and deafens:
                    continue
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass  # cut: that is what it is for
        finally:
            writer.close()


@asynccontextmanager
async def line_to(target: str) -> AsyncIterator[Line]:
    """A line to the gateway at `target`, whole at first."""
    line = Line(target)
    server = await asyncio.start_server(line.serve, "127.0.0.1", 0)
    line.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield line
    finally:
        line.cut()
        server.close()
