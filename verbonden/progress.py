"""Progress of long steps for the one who waits: every step ends in one line with seconds, and shows that it lives.

Runs on every Python from 3.8: the bootstrap uses it before there is an environment.
"""

from __future__ import annotations

import shutil
import sys
import threading
import time
from contextlib import contextmanager
from typing import Iterator, TextIO

TICK_TERMINAL = 0.5
TICK_LOG = 15.0
"""Seconds between signs of life, on a terminal (one line, rewritten) and elsewhere (a new line each)."""


class Step:
    """One step under way."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.started = time.monotonic()
        self.detail = ""

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self.started


class Progress:
    """Prints steps; several may run at the same time, from several threads."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out if out is not None else sys.stdout
        self._terminal = self._out.isatty()
        self._lock = threading.Lock()
        self._running: dict[int, Step] = {}
        self._ticker: threading.Thread | None = None

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Show a step while the block runs; on an exception it says that it failed and lets the exception through."""
        step = Step(name)
        with self._lock:
            self._running[id(step)] = step
            if self._ticker is None:
                self._ticker = threading.Thread(target=self._tick, daemon=True)
                self._ticker.start()
        sign = "failed"
        try:
            yield step
            sign = "ok"
        finally:
            with self._lock:
                del self._running[id(step)]
            self.say(f"{sign:<6} {step.name} ({step.seconds:.1f} s)")

    def say(self, text: str) -> None:
        """Print one line."""
        with self._lock:
            self._clear()
            self._out.write(text + "\n")
            self._out.flush()

    def _clear(self) -> None:
        if self._terminal:
            self._out.write("\r\033[K")

    def _tick(self) -> None:
        """Show life until nothing runs any more."""
        while True:
            time.sleep(TICK_TERMINAL if self._terminal else TICK_LOG)
            with self._lock:
                if not self._running:
                    self._ticker = None
                    return
                steps = list(self._running.values())
            line = "       " + ", ".join(f"{s.name} ({s.seconds:.0f} s)" for s in steps)
            details = [s.detail for s in steps if s.detail]
            if not self._terminal:
                self.say(line)
                continue
            width = shutil.get_terminal_size().columns - 1
            with self._lock:
                self._clear()
                self._out.write((line + (": " + details[-1] if details else ""))[:width])
                self._out.flush()
