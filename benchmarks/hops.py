"""`make hops`: where the time of one message goes, hop by hop, and the processor time of each process. About a minute.

One citizen asks; each level of the path is also asked by itself, in turn, so that all of them meet the same machine:
the action server, Rasa (understanding alone, then a whole turn), and the gateway over its WebSocket.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import time
import uuid
from typing import Any

import aiohttp
import psutil

from benchmarks.load import QUESTIONS
from verbonden.client import CitizenClient
from verbonden.running import RunningProduct, running_product

PROCESSES = ("gateway", "rasa", "actions", "valkey")


class Levels:
    """Asks one level of the path at a time; every method returns milliseconds."""

    def __init__(self, product: RunningProduct, http: aiohttp.ClientSession) -> None:
        children = product.status()["children"]
        secret = json.loads((product.var / "secrets.json").read_text(encoding="utf-8"))["bot_secret"]
        self._http, self._headers = http, {"X-Verbonden-Secret": secret}
        self._rasa = f"http://127.0.0.1:{children['rasa']['port']}/webhooks/verbonden"
        self._actions = f"http://127.0.0.1:{children['actions']['port']}/webhook"
        self._session, self._turn = uuid.uuid4().hex, 0
        self._understanding: Any = None

    async def _post(self, url: str, body: dict[str, Any]) -> float:
        started = time.perf_counter()
        async with self._http.post(url, json=body, headers=self._headers) as answer:
            answer.raise_for_status()
            found = await answer.json()
        if url.endswith("/understand"):
            self._understanding = found
        return (time.perf_counter() - started) * 1000

    async def understanding(self, text: str) -> float:
        """Rasa, understanding alone."""
        return await self._post(f"{self._rasa}/understand", {"text": text})

    async def action(self, text: str) -> float:
        """The action server alone, with what was understood last."""
        message = {"text": text, "understanding": self._understanding, "metadata": {}, "intent": {}, "entities": []}
        tracker = {"sender_id": "x", "slots": {}, "latest_message": message, "events": [], "paused": False,
                   "latest_event_time": 0.0, "followup_action": None, "active_loop": {}, "latest_action_name": "action_listen"}
        body = {"next_action": "action_antwoord", "sender_id": "x", "tracker": tracker, "domain": {}, "version": "3.6"}
        return await self._post(self._actions, body)

    async def rasa(self, text: str) -> float:
        """Rasa, a whole turn: understanding, rule, action, what it remembers."""
        self._turn += 1
        if self._turn % 10 == 1:
            self._session = uuid.uuid4().hex
        body = {"session": self._session, "message_id": f"{self._session}.{self._turn}", "text": text, "context": {}}
        return await self._post(f"{self._rasa}/webhook", body)


async def through(citizen: CitizenClient, text: str) -> tuple[float, float]:
    """The whole path: milliseconds until the message is accepted (stored), and until the answer is there."""
    started = time.perf_counter()
    told = await citizen.send(text)
    await citizen.until(lambda: told in citizen.accepted)
    stored = time.perf_counter()
    await citizen.until(lambda: citizen.after(citizen.accepted[told]))
    return (stored - started) * 1000, (time.perf_counter() - started) * 1000


def processor(pids: dict[str, int]) -> dict[str, float]:
    """Milliseconds of processor time so far."""
    found = {}
    for name, pid in pids.items():
        process = psutil.Process(pid)
        found[name] = sum(sum(each.cpu_times()[:2]) for each in (process, *process.children(recursive=True))) * 1000
    return found


async def measure(product: RunningProduct, rounds: int) -> dict[str, Any]:
    """Median milliseconds of each level, and processor time per message of the whole path."""
    took: dict[str, list[float]] = {name: [] for name in ("understanding", "action", "rasa", "stored", "answered")}
    pids = {name: product.pid(name) for name in PROCESSES}
    async with aiohttp.ClientSession() as http:
        levels = Levels(product, http)
        for number in range(rounds + 3):
            async with CitizenClient(product.url) as citizen:
                await citizen.until(lambda of=citizen: of.messages)
                for text in QUESTIONS:
                    found = [await levels.understanding(text), await levels.action(text), await levels.rasa(text)]
                    found += await through(citizen, text)
                    for name, value in zip(took, found, strict=True):
                        if number >= 3:  # the first ones are slower: everything is made ready
                            took[name].append(value)
    before, messages = processor(pids), 0
    for _ in range(rounds):
        async with CitizenClient(product.url) as citizen:
            await citizen.until(lambda of=citizen: of.messages)
            for text in QUESTIONS:
                await through(citizen, text)
                messages += 1
    after = processor(pids)
    median = {name: statistics.median(values) for name, values in took.items()}
    return {
        "hops_ms": {
            "until accepted: socket, checks, masking, store": round(median["stored"], 1),
            "understanding": round(median["understanding"], 1),
            "action server": round(median["action"], 1),
            "rest of Rasa: rule, memory, connections": round(median["rasa"] - median["understanding"] - median["action"], 1),
            "rest of the gateway: words, store, outbox, socket": round(median["answered"] - median["stored"] - median["rasa"], 1),
            "a whole answer": round(median["answered"], 1),
        },
        "processor_ms_per_message": {name: round((after[name] - before[name]) / messages, 1) for name in PROCESSES},
        "messages": len(took["answered"]), "cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    """Start a product, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=8, help="conversations of eight questions")
    args = parser.parse_args()
    free = {"VERBONDEN_SESSION_MESSAGES": "100000", "VERBONDEN_ADDRESS_SESSIONS": "100000"}
    with running_product(environment=free) as product:
        print(json.dumps(asyncio.run(measure(product, args.rounds)), indent=1))


if __name__ == "__main__":
    main()
