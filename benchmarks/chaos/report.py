"""What a run came to, for people."""

from __future__ import annotations

from collections import Counter

from benchmarks.chaos.judge import SINS
from benchmarks.chaos.run import Result

SHOWN = 40


def lines(result: Result) -> list[str]:
    """What was done, how often each sin was found, and the first problems in full."""
    sins = Counter(problem.sin for problem in result.problems)
    faults = Counter(name for _, name in result.faults)
    return [
        *(f"{count:>7}  {name}" for name, count in result.counts.items()),
        *(f"{count:>7}  x {name}" for name, count in faults.items()),
        "",
        *(f"{sins[sin]:>7}  {sin}" for sin in (*SINS, "telephone")),
        *(f"WRONG: {problem}" for problem in result.problems[:SHOWN]),
    ]
