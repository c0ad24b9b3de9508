"""`make chaos-telefoon`: 500 citizens, two kills; exits with 1 when one message is lost or doubled."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time

from benchmarks.telephone.run import bad_day, seeds
from verbonden.database import use_keys
from verbonden.running import NotRunning, running_product


def main() -> int:
    """Run one bad day and tell."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.telephone", description=__doc__)
    parser.add_argument("--conversations", type=int, default=500)
    parser.add_argument("--at-once", type=int, default=60)
    parser.add_argument("--kills", type=int, default=2)
    parser.add_argument("--seed", type=int, help="repeat a day; otherwise each day is another one")
    options = parser.parse_args()
    seed = options.seed or seeds()
    print(f"{options.conversations} conversations, {options.kills} kills of the gateway, seed {seed}", flush=True)
    last = 0.0

    def progress(done: int) -> None:
        nonlocal last
        if time.monotonic() - last > 5:
            last = time.monotonic()
            print(f"  {done} done", flush=True)

    try:
        # The pace of a real sender would make this last for minutes.
        with running_product(environment={"TWILIO_SMS_PER_SECOND": "200", "TWILIO_WHATSAPP_PER_SECOND": "200"}) as product:
            use_keys(product.var)
            result = asyncio.run(bad_day(product, options.conversations, options.at_once, seed, options.kills, progress))
    except NotRunning as error:
        print(f"The product does not start: {error}", file=sys.stderr)
        return 1
    for name, count in result.counts.items():
        print(f"{count:>7}  {name}")
    print(f"{result.seconds:>7.0f}  seconds, until the last answer was settled")
    for kind, webhooks in result.answering.items():
        print(f"webhooks, {kind}: {webhooks}")
    print(f"Machine: {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end.")
    for problem in result.problems[:40]:
        print(f"WRONG: {problem}")
    print(f"{len(result.problems)} problems" if result.problems else "Every message was handled once and in order, every answer "
          "arrived once or is shown as failed.")
    return 1 if result.problems else 0


if __name__ == "__main__":
    sys.exit(main())
