"""Small things that become large when they are unpacked: nothing of ours unpacks them."""

from __future__ import annotations

import asyncio
import gzip
import time
import uuid
import zlib
from collections.abc import AsyncIterator
from functools import cache
from struct import pack

import aiohttp
import psutil
import pytest
import pytest_asyncio

from tests.product.support import Desk
from verbonden.client import CitizenClient
from verbonden.running import RunningProduct

UNPACKED = 2**28
GROWTH = 150 * 2**20
"""Bytes of memory; what the gateway itself needs for a request is a thousandth of it."""


@cache
def gzip_bomb() -> bytes:
    """A quarter of a megabyte that becomes a quarter of a gigabyte of JSON."""
    zeros, packer = b" " * 2**20, zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [packer.compress(b'{"language": "nl", "x": "')] + [packer.compress(zeros) for _ in range(UNPACKED // 2**20)]
    return b"".join([*parts, packer.compress(b'"}'), packer.flush()])


def picture_bomb() -> bytes:
    """A PNG of 30,000 by 30,000 points, which is 2.7 GB when it is painted."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return pack("!I", len(body)) + kind + body + pack("!I", zlib.crc32(kind + body))

    header = pack("!IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    points = zlib.compress(b"\0" * 2**26, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", points) + chunk(b"IEND", b"")


@pytest_asyncio.fixture
async def citizen(product: RunningProduct) -> AsyncIterator[CitizenClient]:
    """A citizen who has read the welcome."""
    async with CitizenClient(product.url) as client:
        await client.until(lambda: client.messages)
        yield client


class Memory:
    """The most memory that a process had while it was looked at."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self.begin = self.most = self._process.memory_info().rss

    async def look(self) -> None:
        """Until cancelled."""
        while True:
            self.most = max(self.most, self._process.memory_info().rss)
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("path", ["/api/web/language", "/api/web/session", "/api/web/files", "/api/balie/login"])
async def test_a_packed_body_is_not_unpacked_beyond_its_limit(citizen: CitizenClient, product: RunningProduct, path: str) -> None:
    memory = Memory(product.pid("gateway"))
    looking = asyncio.create_task(memory.look())
    headers = {"Origin": product.url, "Content-Type": "application/json", "Content-Encoding": "gzip", "X-Message-Id": "bom"}
    try:
        async with citizen.http.post(product.url + path, data=gzip_bomb(), headers=headers) as answer:
            # the session that is there already is given without reading the body
            assert answer.status in (400, 409, 413, 422) or (path.endswith("session") and answer.status == 200)
    except aiohttp.ClientConnectionError:
        pass  # refused before the last byte was sent
    finally:
        looking.cancel()
    assert memory.most - memory.begin < GROWTH
    assert await citizen.ask("Hallo")


async def test_a_picture_is_kept_as_it_came_and_never_painted(citizen: CitizenClient, product: RunningProduct) -> None:
    await citizen.ask("ik wil een mens")
    await citizen.until(lambda: citizen.state["state"] == "queued")
    bomb = picture_bomb()
    assert len(bomb) < 2**20
    memory, began = Memory(product.pid("gateway")), time.monotonic()
    looking = asyncio.create_task(memory.look())
    headers = {"Origin": product.url, "X-Message-Id": str(uuid.uuid4()), "X-File-Name": "foto.png"}
    async with citizen.http.post(f"{product.url}/api/web/files", data=bomb, headers=headers) as answer:
        assert answer.status == 200, await answer.text()
        seq = (await answer.json())["seq"]
    async with Desk(product.url, "fatima", product.accounts["fatima"]) as desk:
        messages = (await desk.detail(citizen.conversation))["messages"]
        [file] = next(each for each in messages if each["seq"] == seq)["attachments"]
        async with desk.http.get(f"{product.url}/api/balie/media/{file['id']}") as answer:
            assert await answer.read() == bomb and "sandbox" in answer.headers["Content-Security-Policy"]
            assert answer.headers["Content-Disposition"].startswith("attachment")
    looking.cancel()
    assert memory.most - memory.begin < GROWTH and time.monotonic() - began < 30


async def test_a_packed_archive_is_no_file_for_us(citizen: CitizenClient, product: RunningProduct) -> None:
    await citizen.ask("ik wil een mens")
    await citizen.until(lambda: citizen.state["state"] == "queued")
    headers = {"Origin": product.url, "X-Message-Id": str(uuid.uuid4()), "X-File-Name": "foto.png"}
    for data in (gzip.compress(b"x" * 1000), b"PK\x03\x04" + b"\0" * 60, b"7z\xbc\xaf\x27\x1c" + b"\0" * 60):
        async with citizen.http.post(f"{product.url}/api/web/files", data=data, headers=headers) as answer:
            assert answer.status == 422 and (await answer.json())["code"] == "kind"
