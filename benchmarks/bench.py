"""`make bench`: how long a citizen waits for an answer, against the understanding alone, in one run on one machine.

The whole path over WebSocket (store, understanding, rule, action, outbox) is compared with Rasa's understanding of the same
messages. The comparison with stock Rasa at several loads belongs to a later issue.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time

import psutil

from channels.bot_client import RasaBot
from verbonden.client import CitizenClient
from verbonden.running import RunningProduct, running_product

QUESTIONS = (
    "mijn paspoort is verlopen wat nu", "hoe vraag ik huurtoeslag aan", "ik ben ontslagen, krijg ik nu WW",
    "waar kan ik grofvuil kwijt", "hallo", "wanneer krijg ik AOW", "hoe ver is mijn zaak", "mijn rijbewijs is gestolen",
)


async def measure(product: RunningProduct, rounds: int) -> dict[str, float]:
    """Milliseconds: p50 and p95 of a whole answer and of the understanding alone, and their ratio."""
    whole: list[float] = []
    alone: list[float] = []
    bot = RasaBot(str(product.status()["bot_url"]), str(product.status()["bot_secret"]))
    try:
        for _ in range(rounds):
            async with CitizenClient(product.url) as client:
                await client.until(lambda c=client: c.messages)
                for question in QUESTIONS:
                    whole.append(await _answer(client, question))
                    started = time.perf_counter()
                    await bot.understand(question)
                    alone.append((time.perf_counter() - started) * 1000)
                    await asyncio.sleep(0.9)  # a citizen reads; the limit of messages per connection holds here too
    finally:
        await bot.close()
    return {
        "answer_p50_ms": round(statistics.median(whole), 1), "answer_p95_ms": round(statistics.quantiles(whole, n=20)[18], 1),
        "understanding_p50_ms": round(statistics.median(alone), 1),
        "ratio_p50": round(statistics.median(whole) / statistics.median(alone), 2),
    }


async def _answer(client: CitizenClient, question: str) -> float:
    started = time.perf_counter()
    client_id = await client.send(question)
    await client.until(lambda: client_id in client.accepted and client.after(client.accepted[client_id]))
    return (time.perf_counter() - started) * 1000


def memory(product: RunningProduct) -> dict[str, int]:
    """Resident memory of each process, MB."""
    children = product.status()["children"]
    return {name: psutil.Process(child["pid"]).memory_info().rss // 2**20 for name, child in children.items()}


def main() -> None:
    """Start the product, measure, print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=4)
    args = parser.parse_args()
    with running_product() as product:
        print(json.dumps({**asyncio.run(measure(product, args.rounds)), "memory_mb": memory(product)}, indent=1))


if __name__ == "__main__":
    main()
