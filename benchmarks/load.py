"""Citizens who ask one question after another, of Verbonden over its WebSocket and of Rasa over its REST channel."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

import aiohttp

from verbonden.client import CitizenClient

QUESTIONS = (
    "hoe vraag ik een paspoort aan",
    "hoe vraag ik huurtoeslag aan",
    "waar kan ik grofvuil kwijt",
    "hoe vraag ik AOW aan",
    "mijn rijbewijs is gestolen",
    "hoeveel zorgtoeslag krijg ik",
    "hoe vraag ik kinderbijslag aan",
    "ik ben ontslagen, krijg ik WW",
)
TURNS = 10
"""Questions after which another citizen comes."""


class Citizen(Protocol):
    """Somebody who asks and waits."""

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    async def ask(self, question: str) -> bool:
        """Ask, and wait until something is said. False when a human took over: then the bot is silent, as it should be."""
        ...


class OfVerbonden:
    """A citizen at the web chat: from sending until the first message of the answer is on the screen."""

    def __init__(self, url: str) -> None:
        self._client = CitizenClient(url)

    async def __aenter__(self) -> Self:
        await self._client.connect()
        await self._client.until(lambda: self._client.messages)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._client.__aexit__(kind, error, trace)

    async def ask(self, question: str) -> bool:
        """See `Citizen`. Raises RuntimeError for a message that was refused, TimeoutError for one that was not answered."""
        client, told = self._client, await self._client.send(question)
        await client.until(lambda: told in client.refused or (told in client.accepted and client.after(client.accepted[told])))
        if told in client.refused:
            raise RuntimeError(f"refused: {client.refused[told]['code']}")
        return client.state.get("state") == "bot"


class OfStock:
    """A citizen of stock Rasa: from the request until its answer."""

    def __init__(self, url: str) -> None:
        self._url, self._sender = f"{url}/webhooks/rest/webhook", uuid.uuid4().hex
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._http is not None:
            await self._http.close()

    async def ask(self, question: str) -> bool:
        """See `Citizen`. Raises RuntimeError when nothing was said."""
        assert self._http is not None
        async with self._http.post(self._url, json={"sender": self._sender, "message": question}) as answer:
            if not await answer.json():
                raise RuntimeError("stock Rasa said nothing")
        return True


@dataclass(frozen=True)
class Load:
    """What citizens met: times of answers in milliseconds, and how long it all took in seconds."""

    times: list[float]
    seconds: float

    def percentile(self, share: float) -> float:
        """The time within which this share (0 to 1) was answered, milliseconds."""
        return sorted(self.times)[min(len(self.times) - 1, int(share * len(self.times)))]

    @property
    def per_second(self) -> float:
        """Answers per second."""
        return len(self.times) / self.seconds


async def timed(citizen: Citizen, question: str) -> tuple[float, bool]:
    """Milliseconds until the answer, and whether the bot still has the conversation."""
    started = time.perf_counter()
    still = await citizen.ask(question)
    return (time.perf_counter() - started) * 1000, still


async def crowd(come: Callable[[], Citizen], citizens: int, seconds: float) -> Load:
    """So many citizens at once, each asking as soon as answered, for so many seconds; each goes after ten questions."""
    times: list[float] = []
    begin = time.perf_counter()

    async def one(offset: int) -> None:
        while time.perf_counter() - begin < seconds:
            async with come() as citizen:
                for turn in range(TURNS):
                    took, still = await timed(citizen, QUESTIONS[(offset + turn) % len(QUESTIONS)])
                    times.append(took)
                    if not still or time.perf_counter() - begin >= seconds:
                        break

    await asyncio.gather(*(one(number) for number in range(citizens)))
    return Load(times, time.perf_counter() - begin)


async def long_conversation(come: Callable[[], Citizen], turns: int) -> list[float]:
    """Milliseconds of each turn of one conversation. Raises RuntimeError when a human took over."""
    times = []
    async with come() as citizen:
        for turn in range(turns):
            took, still = await timed(citizen, QUESTIONS[turn % len(QUESTIONS)])
            times.append(took)
            if not still:
                raise RuntimeError(f"a human took over at turn {turn + 1}")
    return times
