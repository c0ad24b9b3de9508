"""How quickly the product answered the calls of the provider, as the provider saw it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

KINDS = {"messages": "webhook.inbound", "news of ours": "webhook.status"}


@dataclass(frozen=True)
class Answering:
    """The attempts of one kind of webhook.

    Attributes:
        seconds: of every attempt that got an answer, ascending; a 503 is an answer too.
        put_off: how many of them were answered with 503.
        nobody: attempts that got no answer: the gateway was down.
    """

    seconds: list[float]
    put_off: int
    nobody: int

    def share(self, share: float) -> float:
        """The seconds within which this share of the answers came; 0 when there were none."""
        return self.seconds[max(ceil(share * len(self.seconds)) - 1, 0)] if self.seconds else 0.0

    def __str__(self) -> str:
        spread = ", ".join(f"{name} {self.share(share):.2f}" for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)))
        return (f"{len(self.seconds)} answered, in seconds {spread}, longest {self.share(1):.2f}; "
                f"{self.put_off} put off with 503, {self.nobody} found nobody")


def answering(events: Iterable[Mapping[str, Any]]) -> dict[str, Answering]:
    """Of the log of the fake, by kind."""
    found = {}
    logged = list(events)
    for kind, what in KINDS.items():
        mine = [event for event in logged if event["what"] == what]
        seconds = sorted(event["seconds"] for event in mine if event["status"] is not None)
        put_off, nobody = (sum(event["status"] == status for event in mine) for status in (503, None))
        found[kind] = Answering(seconds, put_off, nobody)
    return found
