"""A citizen's web chat without a browser: for `chat`, `gesprek` and tests. Speaks docs/protocol.md."""

from __future__ import annotations

import asyncio
import json
import uuid
from types import TracebackType
from typing import Any

import aiohttp


class ChatClosed(ConnectionError):
    """The gateway closed the connection."""


class CitizenClient:
    """One citizen. Use as an async context manager.

    Args:
        url: of the gateway, `http://127.0.0.1:8080`.

    Attributes:
        messages: everything received, in order, by sequence number.
        state: the last known state of the conversation.
        http: with the cookie of the session, for what goes beside the socket.
    """

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None
        self._news = asyncio.Condition()
        self.messages: dict[int, dict[str, Any]] = {}
        self.state: dict[str, Any] = {}
        self.conversation = ""
        self.accepted: dict[str, int] = {}
        self.refused: dict[str, dict[str, Any]] = {}

    async def __aenter__(self) -> CitizenClient:
        await self.connect()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.disconnect()
        await self.http.close()

    async def connect(self) -> None:
        """Open a session (or come back to it) and replay what was missed. Raises aiohttp.ClientError."""
        async with self.http.post(
            f"{self._url}/api/web/session", json={"language": "nl"}, headers={"Origin": self._url}
        ) as answer:
            answer.raise_for_status()
            self.conversation = (await answer.json())["conversation"]
        after = max(self.messages, default=0)
        self._socket = await self.http.ws_connect(
            f"{self._url}/api/web/ws?after={after}", headers={"Origin": self._url}, heartbeat=20
        )
        self._reader = asyncio.create_task(self._read(self._socket))

    async def disconnect(self) -> None:
        """Close the socket; the session stays."""
        if self._socket is not None:
            await self._socket.close()
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)

    @property
    def connected(self) -> bool:
        """Whether the socket is open."""
        return self._socket is not None and not self._socket.closed

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for frame in socket:
            if frame.type is not aiohttp.WSMsgType.TEXT:
                continue
            body = json.loads(frame.data)
            async with self._news:
                if body["type"] == "message":
                    self.messages[body["message"]["seq"]] = body["message"]
                elif body["type"] in ("welcome", "state"):
                    self.state = body
                elif body["type"] == "accepted":
                    self.accepted[body["id"]] = body["seq"]
                elif body["type"] == "refused":
                    self.refused[body["id"]] = body
                self._news.notify_all()
        async with self._news:
            self._news.notify_all()

    async def send(self, text: str, client_id: str | None = None) -> str:
        """Send a message; returns its client id. The same id may be sent again."""
        client_id = client_id or str(uuid.uuid4())
        await self._json({"type": "message", "id": client_id, "text": text})
        return client_id

    async def press(self, seq: int, payload: str) -> str:
        """Press a button of message `seq`."""
        client_id = str(uuid.uuid4())
        await self._json({"type": "button", "id": client_id, "seq": seq, "payload": payload})
        return client_id

    async def _json(self, body: dict[str, Any]) -> None:
        if self._socket is None or self._socket.closed:
            raise ChatClosed
        await self._socket.send_json(body)

    async def until(self, condition: Any, seconds: float = 30.0) -> None:
        """Wait until `condition()` is true. Raises TimeoutError, or ChatClosed when the connection ended first."""

        async def wait() -> None:
            async with self._news:
                while not condition():
                    if not self.connected:
                        raise ChatClosed
                    await self._news.wait()

        await asyncio.wait_for(wait(), seconds)

    def after(self, seq: int, authors: tuple[str, ...] = ("bot", "human", "system")) -> list[dict[str, Any]]:
        """What was said to the citizen after message `seq`."""
        return [m for s, m in sorted(self.messages.items()) if s > seq and m["author"] in authors]

    async def ask(self, text: str, seconds: float = 40.0, quiet: float = 0.25) -> list[dict[str, Any]]:
        """Send a message and wait for the whole answer: until nothing more comes for `quiet` seconds."""
        client_id = await self.send(text)
        await self.until(lambda: client_id in self.accepted or client_id in self.refused, seconds)
        if client_id in self.refused:
            return [{"author": "system", "text": self.refused[client_id]["text"], "buttons": [], "links": [], "phones": []}]
        seq = self.accepted[client_id]
        await self.until(lambda: self.after(seq), seconds)
        count = -1
        while count != len(self.messages):
            count = len(self.messages)
            await asyncio.sleep(quiet)
        return self.after(seq)
