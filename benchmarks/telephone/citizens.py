"""Citizens who text by SMS and WhatsApp through the fake provider."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import aiohttp

DIALOGUES = (
    ("Heb ik recht op huurtoeslag?", "Waar vraag ik dat aan?", "Dank u wel"),
    ("Ik ga verhuizen, wat moet ik doen?", "En mijn paspoort?", "Fijn, bedankt"),
    ("Hoe vraag ik een uitkering aan?", "Ik ben mijn baan kwijt", "Goed, dank u"),
    ("Waar kan ik mijn rijbewijs verlengen?", "Wat kost dat?", "Ik wil een mens"),
    ("Mijn kind gaat studeren, krijgt het geld?", "Bij wie moet ik zijn?", "Oke"),
)
PATIENCE = 90.0
"""Seconds a citizen waits for an answer before saying the next thing; a gateway that was killed takes up to half a minute."""

LOOK_EVERY = 0.15
TRIES = 20
"""How often a citizen sends a message again that did not arrive."""


@dataclass
class Said:
    """What one citizen sent and the provider could deliver, in order.

    Attributes:
        number, channel: of the citizen.
        sids: of the messages that were accepted, oldest first.
        lost: of messages that could not be delivered; each was sent again.
    """

    number: str
    channel: str
    sids: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


class Telephones:
    """The fake provider as citizens see it, for as long as the block lasts.

    Args:
        http: session.
        url: of the fake.
    """

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http, self._url = http, url
        self._after = 0
        self._fate: dict[str, bool] = {}
        self._heard: dict[tuple[str, str], int] = defaultdict(int)
        self._changed = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Telephones:
        self._task = asyncio.create_task(self._look())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _look(self) -> None:
        while True:
            events = (await self.ask("GET", f"log?after={self._after}"))["events"]
            for event in events:
                self._after = event["id"]
                if event["what"] in ("inbound.delivered", "inbound.lost"):
                    self._fate[event["sid"]] = event["what"] == "inbound.delivered"
                elif event["what"] == "message.status" and event["state"] in ("delivered", "undelivered", "failed"):
                    self._heard[event["number"], event["channel"]] += 1
            if events:
                async with self._changed:
                    self._changed.notify_all()
            if len(events) < 10_000:
                await asyncio.sleep(LOOK_EVERY)

    async def ask(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        """A call of the control of the fake."""
        async with self._http.request(method, f"{self._url}/fake/{path}", json=None if method == "GET" else body) as answer:
            answer.raise_for_status()
            found: dict[str, Any] = await answer.json()
            return found

    async def _until(self, true: Any, seconds: float) -> bool:
        async with self._changed:
            try:
                await asyncio.wait_for(self._changed.wait_for(true), seconds)
            except TimeoutError:
                return False
        return True

    async def say(self, said: Said, text: str) -> None:
        """Send a text, again when it does not arrive, as people do.

        Raises RuntimeError when it never arrives.
        """
        name = {"name": "Sam"} if said.channel == "whatsapp" else {}
        for _ in range(TRIES):
            body = {"channel": said.channel, "from": said.number, "text": text, **name}
            sid = str((await self.ask("POST", "inbound", **body))["sid"])
            if await self._until(lambda sid=sid: sid in self._fate, 30) and self._fate[sid]:
                said.sids.append(sid)
                return
            said.lost.append(sid)
            await asyncio.sleep(2)
        raise RuntimeError(f"the gateway took no message of {said.number}")

    def heard(self, said: Said) -> int:
        """How many of our messages came to their end at this citizen."""
        return self._heard[said.number, said.channel]

    async def answered(self, said: Said, before: int) -> bool:
        """Wait until one more of our messages came to its end; False when it took too long."""
        return await self._until(lambda: self.heard(said) > before, PATIENCE)


async def converse(phones: Telephones, said: Said, dialogue: tuple[str, ...], dice: random.Random) -> None:
    """One citizen: says a line, mostly waits for the answer, sometimes says the next at once."""
    for text in dialogue:
        before = phones.heard(said)
        await phones.say(said, text)
        if dice.random() > 0.25:
            await phones.answered(said, before)
            await asyncio.sleep(dice.uniform(0, 0.5))


async def crowd(phones: Telephones, conversations: int, at_once: int, seed: int, progress: Any = None) -> list[Said]:
    """So many citizens, half of them on WhatsApp; returns what each said.

    Args:
        phones: the fake.
        conversations: how many citizens; at most 1,000.
        at_once: how many at the same time.
        seed: which numbers and dialogues, and who is in a hurry.
        progress: called with the number of citizens that are done.
    """
    # Other numbers with each seed, so that days on one product do not meet.
    everybody = [
        Said(f"+316{10_000 + seed % 80_000}{number:03}", "whatsapp" if number % 2 else "sms") for number in range(conversations)
    ]
    gate, done = asyncio.Semaphore(at_once), 0

    async def one(number: int, said: Said) -> None:
        nonlocal done
        async with gate:
            dice = random.Random(seed * 1_000_003 + number)  # noqa: S311 (no secret)
            await converse(phones, said, dice.choice(DIALOGUES), dice)
            done += 1
            if progress is not None:
                progress(done)

    async with asyncio.TaskGroup() as group:
        for number, said in enumerate(everybody):
            group.create_task(one(number, said))
    return everybody
