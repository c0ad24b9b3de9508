"""`make bench-many`: thousands of citizens whose page is only open, and hundreds who talk at the pace of people.

Issue 7: 5,000 idle sessions and 200 active conversations on two cores: memory, and how long an answer takes. The active ones are
measured first alone and then with the idle ones beside them; the ratio of the two says what an open page costs those who talk.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import resource
import time
from typing import Any

from benchmarks.bench import NEEDED
from benchmarks.load import QUESTIONS, Load, OfVerbonden, timed
from benchmarks.stock.running import family_memory, family_processor
from verbonden.client import CitizenClient
from verbonden.running import RunningProduct, running_product

AT_ONCE = 20
"""Pages that are opened at the same time."""

PAUSE = 30.0
"""Mean seconds between an answer and the next question: reading, thinking and typing."""

SPARE_FILES = 500
"""Open files beside one for each citizen."""


async def open_pages(url: str, number: int) -> list[CitizenClient]:
    """So many citizens who open the page and say nothing."""
    pages: list[CitizenClient] = []
    waiting = asyncio.Semaphore(AT_ONCE)

    async def one() -> None:
        async with waiting:
            page = CitizenClient(url)
            pages.append(page)
            await page.connect()
            await page.until(lambda: page.messages)

    await asyncio.gather(*(one() for _ in range(number)))
    return pages


async def talk(url: str, citizens: int, seconds: float, seed: int) -> Load:
    """So many citizens who ask, read the answer and ask again, for so many seconds."""
    chance = random.Random(seed)  # noqa: S311 (a pause is no secret)
    times: list[float] = []
    begin = time.perf_counter()
    pauses = [[chance.uniform(0, PAUSE), *(chance.expovariate(1 / PAUSE) for _ in range(50))] for _ in range(citizens)]

    async def one(number: int) -> None:
        async with OfVerbonden(url) as citizen:
            for turn, pause in enumerate(pauses[number]):
                await asyncio.sleep(pause)
                if time.perf_counter() - begin >= seconds:
                    return
                took, still = await timed(citizen, QUESTIONS[(number + turn) % len(QUESTIONS)])
                times.append(took)
                if not still:
                    return

    await asyncio.gather(*(one(number) for number in range(citizens)))
    return Load(times, seconds)


async def measure(product: RunningProduct, args: argparse.Namespace) -> dict[str, Any]:
    """Everything. Raises RuntimeError when an idle page lost its connection."""
    children = product.status()["children"]
    pids = {name: children[name]["pid"] for name in NEEDED if name in children}

    def memory() -> dict[str, int]:
        return {name: round(family_memory(pid)) for name, pid in pids.items()}

    def processor() -> float:
        return sum(family_processor(pid) for pid in pids.values())

    found: dict[str, Any] = {"memory_mb": {"at the start": memory()}}
    await talk(product.url, 4, 5.0, args.seed)  # warm
    alone = await talk(product.url, args.active, args.seconds, args.seed)
    found["memory_mb"][f"{args.active} active"] = memory()
    begin, spent = time.perf_counter(), processor()
    pages = await open_pages(product.url, args.idle)
    found["opening"] = {
        "seconds": round(time.perf_counter() - begin, 1),
        "processor_ms_each": round((processor() - spent) / args.idle, 1),
    }
    found["memory_mb"][f"{args.idle} idle"] = memory()
    spent = processor()
    await asyncio.sleep(args.quiet)
    found["idle_processor_share"] = round((processor() - spent) / 1000 / args.quiet, 3)
    beside = await talk(product.url, args.active, args.seconds, args.seed + 1)
    found["memory_mb"][f"{args.idle} idle and {args.active} active"] = memory()
    if lost := sum(not page.connected for page in pages):
        raise RuntimeError(f"{lost} of {args.idle} idle pages lost their connection")
    found["answers"] = {"alone": _described(alone), "beside the idle": _described(beside)}
    one, other = found["answers"].values()
    found["answers"]["ratio"] = {key: round(other[key] / one[key], 2) for key in ("p50_ms", "p95_ms")}
    answered = await pages[0].ask(QUESTIONS[0])
    found["an idle citizen is answered"] = bool(answered)
    await asyncio.gather(*(page.__aexit__(None, None, None) for page in pages))
    return found


def _described(load: Load) -> dict[str, float]:
    named = {f"p{int(share * 100)}_ms": round(load.percentile(share), 1) for share in (0.5, 0.95, 0.99)}
    return {**named, "answers": len(load.times), "per_second": round(load.per_second, 2)}


def main() -> None:
    """Start the product, measure, print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--idle", type=int, default=5000)
    parser.add_argument("--active", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60.0, help="of each conversation load")
    parser.add_argument("--quiet", type=float, default=10.0, help="seconds in which nobody speaks")
    parser.add_argument("--seed", type=int, default=17)
    args = parser.parse_args()
    needed = args.idle + args.active + SPARE_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise SystemExit(f"This machine allows {hard} open files for a process, and {needed} are needed: see `ulimit -Hn`.")
    if soft != resource.RLIM_INFINITY:
        with contextlib.suppress(ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, needed), hard))
    # One machine plays all citizens: what a gateway allows one browser or one address is not what is measured.
    most = str(10 * (args.idle + args.active))
    free = {f"VERBONDEN_{name}": most for name in ("SESSION_MESSAGES", "ADDRESS_SESSIONS", "ADDRESS_SOCKETS", "SOCKETS")}
    with running_product(environment=free) as product:
        found = asyncio.run(measure(product, args))
    print(json.dumps({"cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1), **found}, indent=1))


if __name__ == "__main__":
    main()
