"""Citizens at the web chat, over a real WebSocket, with the habits of real clients: they send again, twice, out of order."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import aiohttp

from benchmarks.chaos.diary import Diary, Said, Shown, tick

QUESTIONS = (
    "Hoe vraag ik een paspoort aan?",
    "Mijn rijbewijs is bijna verlopen, wat moet ik doen?",
    "Hoe vraag ik huurtoeslag aan?",
    "Waar geef ik mijn verhuizing door?",
    "Hoe vraag ik bijstand aan?",
)
"""Each is answered with one message of its own: that is how a doubled answer is told from two answers."""

HUMAN = "Ik wil graag met een mens praten"
TO_HUMAN = ("Dank u, dat is fijn.", "Kunt u dat voor mij nakijken?", "Dan weet ik genoeg.")
PATIENCE = 75.0
"""Seconds that a citizen waits for words before going on or giving up."""

ENDURANCE = 3 * PATIENCE
"""Seconds after which a message that is never accepted is sent no more: longer than a killed gateway takes on a busy machine."""

HEARD_WITHIN = 5.0
"""Seconds after which a client that heard nothing of its message sends it again."""

TRY_AGAIN = 0.4
FAILURES = (aiohttp.ClientError, ConnectionError, TimeoutError, OSError)


class Citizen:
    """One citizen. `live` never raises for what the product does: that is for the judge."""

    def __init__(self, url: str, dice: random.Random) -> None:
        self.diary = Diary()
        self._url, self._dice = url, dice
        self._http = aiohttp.ClientSession(
            cookie_jar=aiohttp.CookieJar(unsafe=True), timeout=aiohttp.ClientTimeout(total=10), headers={"Origin": url}
        )
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None
        self._connection, self._last = 0, 0
        self._news = asyncio.Condition()

    async def live(self, stop: asyncio.Event) -> None:
        """A whole conversation; what is not begun at `stop` is left out."""
        questions = self._dice.sample(QUESTIONS, self._dice.randint(2, 4))
        while questions and not stop.is_set():
            question = Said(self._id(), questions.pop())
            if questions and self._dice.random() < 0.08:
                await self._overtake(question, Said(self._id(), questions.pop()))
            await self._ask(question, "bot", "human")
        if self._dice.random() < 0.45 and not stop.is_set():
            await self._ask(Said(self._id(), HUMAN), "human")
            for text in self._dice.sample(TO_HUMAN, self._dice.randint(1, 2)):
                await self._ask(Said(self._id(), text), "human")

    def _id(self) -> str:
        return str(uuid.UUID(int=self._dice.getrandbits(128), version=4))

    async def _overtake(self, first: Said, second: Said) -> None:
        """The line drops under a message, and after coming back the next one is faster."""
        self.diary.said += [first, second]
        await self._send(first)
        await self._drop()
        await self._deliver(second)

    async def _ask(self, said: Said, *of: str) -> None:
        """Say something, in one of several ways, and mostly wait until one of these authors says something after it."""
        way = self._dice.random()
        if said not in self.diary.said:
            self.diary.said.append(said)
        if way < 0.10:  # the line drops between sending and hearing of it
            await self._send(said)
            await self._drop()
        elif way < 0.20:  # a nervous client: twice at once
            await self._send(said)
            await self._send(said)
        elif way < 0.28:  # what was accepted long ago comes once more, in front of the new
            await self._send(self._dice.choice(self.diary.said))
        await self._deliver(said)
        if said.accepted and self._dice.random() < 0.8:
            await self._until(lambda: any(s.seq > said.seq and s.author in of for s in self.diary.shown), PATIENCE)
            await asyncio.sleep(self._dice.uniform(0, 0.6))

    async def _deliver(self, said: Said) -> None:
        """Send until it is accepted; who has tried for ENDURANCE leaves it to the judge."""
        deadline = asyncio.get_running_loop().time() + ENDURANCE
        while not said.accepted and asyncio.get_running_loop().time() < deadline:
            refused = self.diary.refused
            await self._send(said)
            await self._until(partial(self._heard_of, said, refused), HEARD_WITHIN)
            if not said.accepted:
                await asyncio.sleep(TRY_AGAIN)

    def _heard_of(self, said: Said, refused: int) -> bool:
        return bool(said.accepted) or self.diary.refused > refused

    async def settle(self, last: int) -> None:
        """At the end: everything up to `last` must come, if need be after coming back."""
        await self._until(lambda: self._last >= last, 20.0)
        await self._drop()
        await self._until(lambda: False, 1.0)

    async def close(self) -> None:
        """Hang up."""
        await self._drop()
        await self._http.close()

    # -- the line ------------------------------------------------------------------------------------------------

    async def _send(self, said: Said) -> None:
        with contextlib.suppress(*FAILURES):
            socket = await self._connected()
            said.sent.append((self._connection, tick()))
            await socket.send_json({"type": "message", "id": said.id, "text": said.text})

    async def _connected(self) -> aiohttp.ClientWebSocketResponse:
        """The open socket; opens one if needed. Raises FAILURES."""
        if self._socket is not None and not self._socket.closed:
            return self._socket
        await self._drop()
        async with self._http.post(f"{self._url}/api/web/session", json={"language": "nl"}) as answer:
            answer.raise_for_status()
        address = f"{self._url}/api/web/ws?after={self._last}"
        self._socket = await self._http.ws_connect(address, heartbeat=10)
        self._connection = tick()
        self.diary.after[self._connection] = self._last
        self._reader = asyncio.create_task(self._read(self._socket, self._connection))
        return self._socket

    async def _drop(self) -> None:
        socket, self._socket = self._socket, None
        if socket is not None:
            with contextlib.suppress(*FAILURES):
                await asyncio.wait_for(socket.close(), 2)
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)

    async def _read(self, socket: aiohttp.ClientWebSocketResponse, connection: int) -> None:
        async for frame in socket:
            if frame.type is aiohttp.WSMsgType.TEXT:
                self._take(json.loads(frame.data), connection)
                async with self._news:
                    self._news.notify_all()

    def _take(self, body: dict[str, Any], connection: int) -> None:
        kind = body["type"]
        if kind == "welcome":
            self.diary.session = body["session"]
        elif kind == "message":
            message = body["message"]
            self.diary.shown.append(Shown(connection, message["seq"], message["author"], message["text"]))
            self._last = max(self._last, message["seq"])
        elif kind == "accepted":
            for said in self.diary.said:
                if said.id == body["id"] and not said.accepted:
                    said.accepted, said.seq = tick(), body["seq"]
        elif kind == "refused":
            self.diary.refused += 1

    async def _until(self, true: Callable[[], bool], seconds: float) -> None:
        """Wait for it, come back as often as needed; gives up quietly."""
        deadline = asyncio.get_running_loop().time() + seconds
        while not true() and (left := deadline - asyncio.get_running_loop().time()) > 0:
            try:
                await self._connected()
                async with self._news:
                    await asyncio.wait_for(self._news.wait(), min(left, 1.0))
            except TimeoutError:
                continue
            except FAILURES:
                await asyncio.sleep(TRY_AGAIN)
