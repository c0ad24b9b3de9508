"""Citizens on SMS and WhatsApp in the same chaos: those of `benchmarks.telephone`, one after the other, with its judge."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

from benchmarks.telephone import checker
from benchmarks.telephone.citizens import DIALOGUES, Said, Telephones, converse
from benchmarks.telephone.run import BAD_DAY, citizen_of, counted, events_after


class Phones:
    """The fake provider on a bad day, and who texts through it."""

    def __init__(self, http: aiohttp.ClientSession, url: str, seed: int) -> None:
        self._phones, self._seed, self._first = Telephones(http, url), seed, 0
        self.everybody: list[Said] = []

    async def __aenter__(self) -> Self:
        await self._phones.__aenter__()
        self._first = max((event["id"] for event in (await self._phones.ask("GET", "log"))["events"]), default=0)
        await self._phones.ask("PUT", "faults", **BAD_DAY, seed=self._seed)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._phones.ask("PUT", "faults")
        await self._phones.__aexit__(kind, error, trace)

    async def one_after_the_other(self, number: int, stop: asyncio.Event) -> None:
        """Conversations with one citizen after another, each of another number."""
        turn = 0
        while not stop.is_set():
            dice = random.Random(f"{self._seed} phone {number} {turn}")  # noqa: S311 (no secret)
            said = Said(f"+316{10_000 + self._seed % 80_000}{number:01}{turn:02}", "whatsapp" if number % 2 else "sms")
            self.everybody.append(said)
            turn += 1
            await converse(self._phones, said, dice.choice(DIALOGUES), dice)

    async def calm(self) -> None:
        """The provider refuses no call any more."""
        await self._phones.ask("PATCH", "faults", rest_error=0, rest_throttle=0, rest_lost_answer=0)

    def _citizens(self) -> set[checker.Citizen]:
        return {(said.number, said.channel) for said in self.everybody}

    def waiting(self, database: Path) -> int:
        """What is not handled or not settled yet."""
        return checker.waiting(database, self._citizens())

    async def problems(self, database: Path, last: int) -> list[str]:
        """What the judge of the telephones finds."""
        events, messages = await self._log()
        return checker.problems(database, self.everybody, events, messages, last, clock_moved=True)

    async def counts(self, database: Path) -> dict[str, int]:
        """Of messages, duplicates and so on."""
        events, messages = await self._log()
        return {f"telephone: {name}": count for name, count in counted(self.everybody, events, messages, database).items()}

    async def _log(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        mine = self._citizens()
        messages = (await self._phones.ask("GET", "messages"))["messages"]
        return await events_after(self._phones, self._first), [one for one in messages if citizen_of(one) in mine]
