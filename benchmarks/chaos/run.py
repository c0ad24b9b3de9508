"""One run: citizens, desks and faults side by side, then quiet, then the judgement."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import aiohttp

from benchmarks.chaos import judge
from benchmarks.chaos.citizens import Citizen
from benchmarks.chaos.clock import Clock
from benchmarks.chaos.desks import Desk
from benchmarks.chaos.diary import DeskDiary
from benchmarks.chaos.faults import Faults
from benchmarks.chaos.phones import Phones
from benchmarks.stored import rows, settled
from verbonden.running import RunningProduct

STAFF = ("fatima", "joris", "sanne", "noor", "karim", "lotte")
SETTLE_SECONDS = 150.0
"""How long what was accepted may take when all is whole again: a lease ends after 12 s, the hold of a text after 60."""

LIMITS = {"VERBONDEN_ADDRESS_SESSIONS": "100000", "VERBONDEN_ADDRESS_SOCKETS": "10000", "VERBONDEN_SESSION_MESSAGES": "1000",
          "TWILIO_SMS_PER_SECOND": "200", "TWILIO_WHATSAPP_PER_SECOND": "200"}
"""One machine plays everybody."""


@dataclass(frozen=True)
class Size:
    """How much happens.

    Attributes:
        seconds: of faults.
        citizens: at the web chat at the same time; who is done is followed by another.
        phones: by SMS and WhatsApp at the same time.
        desks: members of staff at work.
        faults: these and no others, in this order; empty: all kinds, until the time is over.
        pause: least and most seconds between two of them.
    """

    seconds: float = 150.0
    citizens: int = 24
    phones: int = 4
    desks: int = 5
    faults: tuple[str, ...] = ()
    pause: tuple[float, float] = (4.0, 8.0)


@dataclass(frozen=True)
class Result:
    """What came of it."""

    problems: list[judge.Problem]
    counts: dict[str, int]
    faults: list[tuple[float, str]]


async def chaos(product: RunningProduct, size: Size, seed: int, clock: Clock | None, say: Callable[[str], None]) -> Result:
    """Let everybody talk while everything fails; judge when all is quiet again."""
    stop, desk_diary, citizens = asyncio.Event(), DeskDiary(), list[Citizen]()
    database, url = Path(product.database_url.removeprefix("sqlite:///")), product.url
    earlier = frozenset(judge.Store.read(database).conversations)
    faults = Faults(product, clock, _dice(seed, "faults", 0), size.pause)
    staff = [Desk(url, name, product.accounts[name], desk_diary, _dice(seed, name, 0), earlier) for name in STAFF[: size.desks]]

    async def one_after_the_other(number: int) -> None:
        turn = 0
        while not stop.is_set():
            turn += 1
            citizens.append(Citizen(url, _dice(seed, f"citizen {number}", turn)))
            await citizens[-1].live(stop)

    async with aiohttp.ClientSession() as http, AsyncExitStack() as stack:
        phones = await stack.enter_async_context(Phones(http, product.twilio_url, seed))
        desks_stop = asyncio.Event()
        talking = [asyncio.create_task(one_after_the_other(number)) for number in range(size.citizens)]
        talking += [asyncio.create_task(phones.one_after_the_other(number, stop)) for number in range(size.phones)]
        working = [asyncio.create_task(desk.work(desks_stop)) for desk in staff]
        try:
            await faults.run(size.seconds, say, size.faults)
            stop.set()
            say(f"all is whole again; {len(citizens) + len(phones.everybody)} conversations come to their end")
            await asyncio.gather(*talking)
            await phones.calm()
            waiting = partial(_waiting, database, phones, earlier)
            await settled(database, waiting, SETTLE_SECONDS)  # the bot may still give somebody to the desks
            desks_stop.set()
            await asyncio.gather(*working)
            last = await settled(database, waiting, SETTLE_SECONDS)
            await _all_shown(judge.Store.read(database, earlier), citizens)
        finally:
            for task in (*talking, *working):
                task.cancel()
            await asyncio.gather(*talking, *working, return_exceptions=True)
            await asyncio.gather(*(citizen.close() for citizen in citizens))
        store = judge.Store.read(database, earlier)
        problems = judge.problems(store, [citizen.diary for citizen in citizens], desk_diary)
        problems += [judge.Problem("telephone", what) for what in await phones.problems(database, last)]
        counts = {**_counts(citizens, desk_diary), **await phones.counts(database)}
    return Result(problems, counts, faults.done)


def _dice(seed: int, who: str, turn: int) -> random.Random:
    return random.Random(f"{seed} {who} {turn}")  # noqa: S311 (no secret)


def _waiting(database: Path, phones: Phones, earlier: frozenset[str]) -> int:
    """What is accepted and not handled yet, and what is under way to the telephones."""
    web = sum(row["pending"] for row in rows(database, judge.CONVERSATIONS) if row["id"] not in earlier)
    return int(web) + phones.waiting(database)


async def _all_shown(store: judge.Store, citizens: Sequence[Citizen]) -> None:
    """Everybody looks once more; some at a time, as one process plays all of them."""
    gate = asyncio.Semaphore(20)

    async def look(citizen: Citizen) -> None:
        async with gate:
            ids = store.chain(citizen.diary.session)
            await citizen.settle(max((store.conversations[one]["last_seq"] for one in ids), default=0))

    await asyncio.gather(*(look(citizen) for citizen in citizens))


def _counts(citizens: Sequence[Citizen], desks: DeskDiary) -> dict[str, int]:
    diaries = [citizen.diary for citizen in citizens]
    said = [one for diary in diaries for one in diary.said]
    return {
        "web conversations": len(diaries),
        "messages of them that were accepted": sum(bool(one.accepted) for one in said),
        "frames beyond the first of a message": sum(len(one.sent) for one in said) - len(said),
        "messages that were refused with a clear word": sum(diary.refused for diary in diaries),
        "connections": sum(len(diary.after) for diary in diaries),
        "messages shown to them": sum(len(diary.shown) for diary in diaries),
        **{f"desk: {name}": count for name, count in sorted(desks.steps.items())},
        "desk: messages seen live": len(desks.seen),
    }
