"""A circuit breaker: stop asking a system that is down, so that citizens do not wait for it and it can recover."""

from __future__ import annotations

import time
from collections.abc import Callable


class CircuitBreaker:
    """Counts failures in a row; when there are too many it refuses for a while, then lets one request try."""

    def __init__(self, failures: int = 5, rest: float = 20.0, clock: Callable[[], float] = time.monotonic) -> None:
        """Set up a closed breaker.

        Args:
            failures: number of failures in a row that opens it.
            rest: seconds it stays open before a trial.
            clock: seconds, monotonic.
        """
        self._limit = failures
        self._rest = rest
        self._clock = clock
        self._failures = 0
        self._retry_at: float | None = None

    @property
    def open(self) -> bool:
        """Whether a request would be refused now."""
        return self._retry_at is not None and self._clock() < self._retry_at

    def allow(self) -> bool:
        """Whether a request may go. While the one trial after a rest is under way, others are refused."""
        if self._retry_at is None:
            return True
        if self._clock() < self._retry_at:
            return False
        self._retry_at = self._clock() + self._rest
        return True

    def succeeded(self) -> None:
        """The system answered: close."""
        self._failures = 0
        self._retry_at = None

    def failed(self) -> None:
        """The system did not answer."""
        self._failures += 1
        if self._failures >= self._limit:
            self._retry_at = self._clock() + self._rest
