"""`make bench`: Verbonden beside stock Rasa 3.6, in one run on one machine. Takes about five minutes.

Both run all the time; they are measured in turn, so that a machine that gets slower is slower for both. Rasa: its default
pipeline, its REST channel, one rule and one custom action. Verbonden: the whole path over WebSocket, with store, understanding,
rule, action, outbox. What is compared is an answer that a citizen waits for.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.load import Citizen, Load, OfStock, OfVerbonden, crowd, long_conversation
from benchmarks.picture import pairs
from benchmarks.stock.running import StockRasa, family_memory, family_processor, stock_rasa
from tests.services.ports import free_port
from verbonden.commands import ROOT
from verbonden.running import RunningProduct, running_product

NEEDED = ("gateway", "rasa", "actions", "valkey")
"""Processes that answer a citizen; the imitations of the demonstration are not counted."""

RATIOS = ("p50_ms", "p95_ms", "p99_ms", "per_second", "processor_ms")
AROUND = 5
"""The time of turn n is the median of so many turns before and after it."""

BARS = {"throughput": 3.0, "p50": 0.6, "growth": 1.25}
"""Issue 7: at least 3 times the answers, at most 0.6 of the time, and turn 300 at most 1.25 times turn 10."""


def described(load: Load, processor: float) -> dict[str, float]:
    """Percentiles in milliseconds, answers per second, and milliseconds of processor time for each answer."""
    named = {f"p{int(share * 100)}_ms": round(load.percentile(share), 1) for share in (0.5, 0.95, 0.99)}
    spent = round(processor / len(load.times), 1)
    return {**named, "per_second": round(load.per_second, 2), "processor_ms": spent, "answers": len(load.times)}


def around(times: list[float], turn: int) -> float:
    """Median milliseconds around a turn, counted from 1."""
    return round(statistics.median(times[max(0, turn - 1 - AROUND) : turn + AROUND]), 1)


async def measure(product: RunningProduct, stock: StockRasa, args: argparse.Namespace) -> dict[str, Any]:
    """Everything, and the ratios."""
    kinds: dict[str, Callable[[], Citizen]] = {"verbonden": lambda: OfVerbonden(product.url), "rasa": lambda: OfStock(stock.url)}
    for come in kinds.values():  # both warm
        await crowd(come, 2, min(3.0, args.seconds))
    families = {"verbonden": [product.pid(name) for name in NEEDED], "rasa": list(stock.pids.values())}
    found: dict[str, Any] = {"load": {}, "turns": {}, "memory_mb": {}}
    for citizens in args.citizens:
        each = {}
        for name, come in kinds.items():
            spent = sum(family_processor(pid) for pid in families[name])
            load = await crowd(come, citizens, args.seconds)
            each[name] = described(load, sum(family_processor(pid) for pid in families[name]) - spent)
        ours, theirs = each["verbonden"], each["rasa"]
        ratios = {key: round(ours[key] / theirs[key], 3) for key in RATIOS}
        found["load"][citizens] = {**each, "ratio": ratios}
    last = max(args.turns)
    times = {name: await long_conversation(come, last + AROUND) for name, come in kinds.items()}
    for turn in args.turns:
        found["turns"][turn] = {name: around(times[name], turn) for name in kinds}
    first = min(args.turns)
    found["growth"] = {name: round(around(times[name], last) / around(times[name], first), 2) for name in kinds}
    children = product.status()["children"]
    ours_mb = {name: family_memory(children[name]["pid"]) for name in NEEDED if name in children}
    found["memory_mb"] = {"verbonden": {**ours_mb, "total": sum(ours_mb.values())}}
    found["memory_mb"]["rasa"] = {**stock.memory(), "total": sum(stock.memory().values())}
    return found


def verdict(found: dict[str, Any]) -> dict[str, bool]:
    """Whether the bars of issue 7 are reached at every number of citizens."""
    ratios = [each["ratio"] for each in found["load"].values()]
    return {
        f"throughput at least {BARS['throughput']} times": all(r["per_second"] >= BARS["throughput"] for r in ratios),
        f"p50 at most {BARS['p50']} times": all(r["p50_ms"] <= BARS["p50"] for r in ratios),
        f"the last turn at most {BARS['growth']} times the first": found["growth"]["verbonden"] <= BARS["growth"],
    }


def report(found: dict[str, Any]) -> str:
    """The figures as Markdown, for benchmarks/README.md."""
    lines = [
        f"Machine: {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end.",
        "",
        "| citizens | | p50 | p95 | p99 | answers/s | processor time of an answer |",
        "|---|---|---|---|---|---|---|",
    ]
    for citizens, each in found["load"].items():
        for name in ("verbonden", "rasa"):
            e = each[name]
            lines.append(f"| {citizens} | {name} | {e['p50_ms']} ms | {e['p95_ms']} ms | {e['p99_ms']} ms | {e['per_second']} | "
                         f"{e['processor_ms']} ms |")
        r = each["ratio"]
        lines.append(f"| | **ratio** | **{r['p50_ms']}** | {r['p95_ms']} | {r['p99_ms']} | **{r['per_second']}** | "
                     f"{r['processor_ms']} |")
    lines += ["", "| turn | verbonden | rasa |", "|---|---|---|"]
    lines += [f"| {turn} | {each['verbonden']} ms | {each['rasa']} ms |" for turn, each in found["turns"].items()]
    lines += [f"| last against first | {found['growth']['verbonden']} | {found['growth']['rasa']} |", ""]
    lines += [f"Memory: {name} {json.dumps(each)} MB" for name, each in found["memory_mb"].items()]
    return "\n".join([*lines, "", *(f"- {'yes' if good else 'NO'}: {bar}" for bar, good in found["bars"].items())])


def main() -> None:
    """Start both, measure, print the report; `--write` keeps figures and picture in benchmarks/."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--citizens", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--seconds", type=float, default=15.0, help="of each load")
    parser.add_argument("--turns", type=int, nargs="+", default=[10, 100, 300])
    parser.add_argument("--write", action="store_true", help="keep the figures and the picture in benchmarks/")
    args = parser.parse_args()
    # One machine plays all citizens: what a gateway allows one browser or one address is not what is measured.
    free = {"VERBONDEN_SESSION_MESSAGES": "100000", "VERBONDEN_ADDRESS_SESSIONS": "100000"}
    with running_product(environment=free) as product, stock_rasa(ROOT / "var" / "bench", free_port(), free_port()) as stock:
        found = asyncio.run(measure(product, stock, args))
    found["bars"] = verdict(found)
    print(report(found))
    if args.write:
        keep(found, ROOT / "benchmarks")


def keep(found: dict[str, Any], folder: Path) -> None:
    """Write `bench.json` and `bench.svg`."""
    (folder / "bench.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    rows = [(f"p50, {n} at once", e["verbonden"]["p50_ms"], e["rasa"]["p50_ms"]) for n, e in found["load"].items()]
    rows += [(f"turn {turn} of one conversation", e["verbonden"], e["rasa"]) for turn, e in found["turns"].items()]
    (folder / "bench.svg").write_text(
        pairs("How long a citizen waits for an answer", rows, "ms; shorter is better"), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
