"""`make chaos`: citizens and desks for some minutes, everything fails in turn; exits with 1 when the judge finds anything."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.chaos.clock import Clock, NoCompiler
from benchmarks.chaos.report import lines
from benchmarks.chaos.run import LIMITS, Size, chaos
from benchmarks.telephone.run import seeds
from verbonden.database import use_keys
from verbonden.running import NotRunning, running_product


def main() -> int:
    """Run and tell."""
    usual = Size()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos", description=__doc__)
    parser.add_argument("--seconds", type=float, default=usual.seconds, help="of faults; start and end take a minute or two")
    parser.add_argument("--citizens", type=int, default=usual.citizens, help="at the web chat at the same time")
    parser.add_argument("--phones", type=int, default=usual.phones, help="by SMS and WhatsApp at the same time")
    parser.add_argument("--seed", type=int, help="repeat a run; otherwise each is another one")
    parser.add_argument("--keep", type=Path, help="folder for the product, kept afterwards to look at")
    parser.add_argument("--clock", action=argparse.BooleanOptionalAction, default=True, help="move the clock as well")
    options = parser.parse_args()
    seed = options.seed or seeds()
    size = Size(options.seconds, options.citizens, options.phones)
    print(f"seed {seed}, {size.citizens} citizens at once, {size.phones} by telephone, {size.desks} desks, "
          f"{size.seconds:.0f} s of faults, load {os.getloadavg()[0]:.1f}", flush=True)
    with tempfile.TemporaryDirectory(prefix="verbonden-chaos-") as folder:
        clock = _clock(Path(folder)) if options.clock else None
        began = time.monotonic()
        try:
            with running_product(options.keep, {**LIMITS, **(clock.environment() if clock else {})}) as product:
                use_keys(product.var)
                result = asyncio.run(chaos(product, size, seed, clock, lambda line: print(f"  {line}", flush=True)))
        except NotRunning as error:
            print(f"The product does not run: {error}", file=sys.stderr)
            return 1
    print("\n".join(lines(result)))
    print(f"{time.monotonic() - began:.0f} s in all, load at the end {os.getloadavg()[0]:.1f}, seed {seed}")
    return 1 if result.problems else 0


def _clock(folder: Path) -> Clock | None:
    try:
        return Clock(folder)
    except NoCompiler:
        print("The clock is not moved: that needs a C compiler (on Debian and Ubuntu: sudo apt-get install gcc libc6-dev).")
        return None


if __name__ == "__main__":
    sys.exit(main())
