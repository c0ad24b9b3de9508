"""One bad day, from the start of the product to the judgement."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.stored import rows, settled
from benchmarks.telephone.answering import Answering, answering
from benchmarks.telephone.checker import problems, waiting
from benchmarks.telephone.citizens import Said, Telephones, crowd
from verbonden.running import NotRunning, RunningProduct

BAD_DAY: dict[str, Any] = {
    "inbound_duplicate": 0.10,
    "status_duplicate": 0.10,
    "rest_error": 0.04,
    "rest_throttle": 0.03,
    "rest_lost_answer": 0.03,
    "status_reorder": 0.05,
    "step": 0.3,
}
"""10 % of the webhooks come twice, 10 % of the calls go wrong at the provider (a third of those after it accepted the message),
5 % of the call-backs come in another order."""

SETTLE_SECONDS = 180.0
"""How long the last answers may take: what a killed gateway held is free again after a minute (channels.delivery.HOLD), and its
call-backs that got lost are asked for after that (channels.twilio.asking)."""


@dataclass(frozen=True)
class Result:
    """What came of a bad day.

    Attributes:
        problems: what is wrong; empty when all is well.
        seconds: from the first message to the last state.
        counts: of messages, duplicates, kills and so on.
        answering: how quickly webhooks were answered, by kind.
    """

    problems: list[str]
    seconds: float
    counts: dict[str, int]
    answering: dict[str, Answering]


async def bad_day(
    product: RunningProduct, conversations: int, at_once: int = 60, seed: int = 1, kills: int = 2,
    progress: Callable[[int], None] | None = None,
) -> Result:
    """Let citizens text, kill the gateway now and then, wait until all is settled, judge.

    Args:
        product: with SQLite and the fake provider.
        conversations: how many citizens.
        at_once: how many at the same time.
        seed: for the faults and the citizens.
        kills: how often the gateway is killed, spread over the day.
        progress: called with the number of citizens that are done.
    """
    database = Path(product.database_url.removeprefix("sqlite:///"))
    began = time.monotonic()
    async with aiohttp.ClientSession() as http, Telephones(http, product.twilio_url) as phones:
        first = max((event["id"] for event in (await phones.ask("GET", "log"))["events"]), default=0)
        await phones.ask("PUT", "faults", **BAD_DAY, seed=seed)
        thresholds = [conversations * (kill + 1) // (kills + 1) for kill in range(kills)]
        killed: list[int] = []

        def done(count: int) -> None:
            if len(killed) < kills and count >= thresholds[len(killed)] and (pid := running(product)) is not None:
                killed.append(pid)
                os.kill(killed[-1], signal.SIGKILL)
            if progress is not None:
                progress(count)

        everybody = await crowd(phones, conversations, at_once, seed, done)
        await phones.ask("PATCH", "faults", rest_error=0, rest_throttle=0, rest_lost_answer=0)
        mine = {(said.number, said.channel) for said in everybody}
        last = await settled(database, lambda: waiting(database, mine), SETTLE_SECONDS)
        seconds = time.monotonic() - began
        events = await events_after(phones, first)
        messages = (await phones.ask("GET", "messages"))["messages"]
        await phones.ask("PUT", "faults")
    messages = [one for one in messages if citizen_of(one) in mine]
    counts = {**counted(everybody, events, messages, database), "kills of the gateway": len(killed)}
    return Result(problems(database, everybody, events, messages, last), seconds, counts, answering(events))


def running(product: RunningProduct) -> int | None:
    """The gateway; None while it comes back from the kill before: then the next citizen who is done is the occasion."""
    try:
        return product.pid("gateway")
    except NotRunning:
        return None


def citizen_of(message: dict[str, Any]) -> tuple[str, str]:
    """Number and channel of the citizen of a message at the provider."""
    text = message["from"] if message["direction"] == "inbound" else message["to"]
    return text.rpartition(":")[2], "whatsapp" if text.startswith("whatsapp:") else "sms"


async def events_after(phones: Telephones, after: int) -> list[dict[str, Any]]:
    """What happened at the provider since event `after`."""
    found: list[dict[str, Any]] = []
    while True:
        page = (await phones.ask("GET", f"log?after={after}"))["events"]
        found += page
        if len(page) < 10_000:
            return found
        after = page[-1]["id"]


def counted(
    everybody: list[Said], events: list[dict[str, Any]], messages: list[dict[str, Any]], database: Path
) -> dict[str, int]:
    """How much of what there was."""
    calls = [event for event in events if event["what"] == "api" and event["method"] == "POST"]
    outbound = [one for one in messages if one["direction"] == "outbound-api"]
    inbound = [event for event in events if event["what"] == "webhook.inbound"]
    inbound_calls = [event["sid"] for event in inbound]
    return {
        "conversations": len(everybody),
        "messages accepted": sum(len(said.sids) for said in everybody),
        "messages sent again by citizens": sum(len(said.lost) for said in everybody),
        "webhooks beyond the first of a message": len(inbound_calls) - len(set(inbound_calls)),
        "answers at the provider": len(outbound),
        "answers shown as failed": sum(
            row["delivery"] == "failed" for row in rows(database, "select delivery from message where channel <> 'web'")),
        "calls of the provider that failed": sum(event["status"] >= 400 for event in calls),
        "answers of the provider that got lost": sum(event["what"] == "api.lost_answer" for event in events),
        "call-backs out of order": sum(event["what"] == "callback.held" for event in events),
    }


def seeds() -> int:
    """A seed that differs each time."""
    return random.SystemRandom().randrange(1, 10**6)
