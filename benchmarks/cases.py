"""`make bench-cases`: 1,000 look-ups of a case's status against the demo case system, with p50 and p95 in milliseconds.

What is measured is the client with everything it does for a citizen: token, one search with its expansions, checks of every
case that comes back, the history and the names of the steps. The case system is a process of its own on the same machine, and
takes its share of the time. Look-ups that find nothing are left out: they are slowed down on purpose (data/zaaksystemen.yaml).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import secrets
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from loket.cases.registry import CaseSystems, LookupResult
from loket.cases.second_factor import SecondFactor
from verbonden.commands import ROOT
from verbonden.orphans import die_with_parent
from verbonden.supervision.ports import pick_free
from verbonden.supervision.probes import http_answers, wait_until

REPORT = ROOT / "reports" / "zaken.json"
NUMBER = "ZAAK-2026-%010d"
Lookup = Callable[[CaseSystems], Awaitable[LookupResult]]

BY_NUMBER = ((1, date(1980, 3, 12)), (2, date(1991, 7, 30)), (3, date(1980, 3, 12)), (10, date(1959, 12, 1)),
             (15, date(1991, 7, 30)))
"""Cases of the demo with the birth date of who started them (demo/zaaksysteem/README.md)."""

BY_PERSON = ((1, "999990007"), (2, "999990457"), (7, "999992211"), (8, "999992648"), (14, "999993537"))
KINDS = ("number and birth date", "all cases of a person", "one case of a person")


def lookup(kind: str, turn: int) -> Lookup:
    """The look-up of one turn."""
    number, born = BY_NUMBER[turn % len(BY_NUMBER)]
    own, bsn = BY_PERSON[turn % len(BY_PERSON)]
    return {
        KINDS[0]: lambda systems: systems.by_number(NUMBER % number, SecondFactor.birth_date(born)),
        KINDS[1]: lambda systems: systems.by_person(bsn),
        KINDS[2]: lambda systems: systems.by_number_and_person(NUMBER % own, bsn),
    }[kind]


async def measure(systems: CaseSystems, count: int, together: int) -> dict[str, Any]:
    """So many look-ups, so many at the same time, the three kinds in turn.

    Raises:
        AssertionError: a look-up did not find its case: then the figures say nothing.
    """
    times: dict[str, list[float]] = {kind: [] for kind in KINDS}
    turns = iter(range(count))

    async def citizen() -> None:
        for turn in turns:
            kind = KINDS[turn % len(KINDS)]
            started = time.perf_counter()
            result = await lookup(kind, turn // len(KINDS))(systems)
            times[kind].append((time.perf_counter() - started) * 1000)
            assert result.found and not result.unavailable, (kind, turn)

    started = time.perf_counter()
    await asyncio.gather(*(citizen() for _ in range(together)))
    seconds = time.perf_counter() - started
    whole = [one for found in times.values() for one in found]
    return {
        "look_ups": len(whole), "at_the_same_time": together, "per_second": round(len(whole) / seconds, 1),
        **_percentiles(whole), "by_kind": {kind: _percentiles(found) for kind, found in times.items()},
    }


def _percentiles(times: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=100)
    return {"p50_ms": round(cuts[49], 1), "p95_ms": round(cuts[94], 1), "max_ms": round(max(times), 1)}


def run(count: int) -> dict[str, Any]:
    """Start the demo case system and measure one citizen at a time, and ten."""
    port, secret = pick_free(set()), secrets.token_urlsafe(32)
    settings = {"ZAAKSYSTEEM_URL": f"http://127.0.0.1:{port}", "ZAAKSYSTEEM_CLIENT_ID": "verbonden", "ZAAKSYSTEEM_SECRET": secret}
    demo = subprocess.Popen([sys.executable, "-m", "demo.zaaksysteem", "--port", str(port)], cwd=ROOT,
                            env={**os.environ, **settings}, preexec_fn=die_with_parent())
    try:
        runs = asyncio.run(_runs(count, settings))
    finally:
        demo.terminate()
        demo.wait(10)
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": f"{os.cpu_count()} cores, {platform.machine()}",
        "load_average": [round(one, 1) for one in os.getloadavg()], "runs": runs,
    }


async def _runs(count: int, settings: dict[str, str]) -> list[dict[str, Any]]:
    systems = CaseSystems.from_file(ROOT / "data" / "zaaksystemen.yaml", settings)
    try:
        if not await wait_until(http_answers(f"{settings['ZAAKSYSTEEM_URL']}/zaken/api/v1/zaken"), 30):
            raise SystemExit("The demo case system does not start.")
        await measure(systems, 30, 1)  # connections and the names of the steps are fetched once
        return [await measure(systems, count, together) for together in (1, 10)]
    finally:
        await systems.close()


def main() -> None:
    """Measure, print JSON, and keep it in reports/ on request."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="look-ups per run")
    parser.add_argument("--write", type=Path, nargs="?", const=REPORT, help="keep the figures (default: reports/zaken.json)")
    args = parser.parse_args()
    text = json.dumps(run(args.count), indent=1)
    print(text)
    if args.write:
        args.write.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
