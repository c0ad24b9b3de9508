"""What goes wrong, in an order that follows from a seed: each kind once, and then anything, until the time is over."""

from __future__ import annotations

import asyncio
import os
import random
import resource
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from benchmarks.chaos.clock import Clock
from verbonden.running import NotRunning, RunningProduct

KILLED = ("gateway", "rasa", "actions", "valkey")
FROZEN = {"rasa": 8.0, "actions": 8.0, "valkey": 4.0, "zaaksysteem": 10.0}
"""Seconds that a process is stopped (SIGSTOP): to who asks it, it is slow, and then it answers after all."""

FULL_SECONDS = 8.0
WRITERS = ("gateway", "actions")
"""Who write into the store."""

READY_SECONDS = 180.0
OVERLAP = 0.3
"""How often the next thing goes wrong before the process that was killed is back."""

HOUR = 3600

Act = Callable[[], Awaitable[None]]


@dataclass
class Faults:
    """Causes them, one after the other.

    Attributes:
        done: what happened, with the second since the begin.
        killed: process ids that are gone, by name.
    """

    product: RunningProduct
    clock: Clock | None
    dice: random.Random
    pause: tuple[float, float] = (4.0, 8.0)
    done: list[tuple[float, str]] = field(default_factory=list)
    killed: dict[str, int] = field(default_factory=dict)

    def kinds(self) -> dict[str, Act]:
        """All that can go wrong here, by name."""
        kinds: dict[str, Act] = {f"kill -9 {name}": self._killing(name) for name in KILLED}
        kinds |= {f"{name} stands still for {seconds:g} s": self._freezing(name) for name, seconds in FROZEN.items()}
        kinds["disk full"] = self._disk_full
        if self.clock is not None:
            kinds |= {"clock an hour forward": self._moving(HOUR), "clock an hour back": self._moving(-HOUR)}
            kinds["kill -9 gateway, clock an hour back"] = self._killed_and_moved
        return kinds

    def _order(self) -> Iterator[str]:
        names = list(self.kinds())
        while True:
            self.dice.shuffle(names)
            yield from names

    async def run(self, seconds: float, say: Callable[[str], None], only: tuple[str, ...] = ()) -> None:
        """For so many seconds, or what is in `only` one after the other; all is whole again when it returns."""
        kinds, loop = self.kinds(), asyncio.get_running_loop()
        began = loop.time()
        for name in only or self._order():
            await asyncio.sleep(self.dice.uniform(*self.pause))
            if not only and loop.time() - began > seconds:
                break
            self.done.append((loop.time() - began, name))
            say(f"{loop.time() - began:4.0f} s  {name}")
            await kinds[name]()
            if self.dice.random() > OVERLAP:
                await self._whole()
        await self._whole()

    async def _whole(self) -> None:
        for name in KILLED:
            await asyncio.to_thread(self._wait_for, name)

    def _wait_for(self, name: str) -> int:
        return self.product.wait_ready(name, READY_SECONDS, self.killed.get(name))

    def _killing(self, name: str) -> Act:
        async def act() -> None:
            self.killed[name] = await asyncio.to_thread(self._wait_for, name)
            os.kill(self.killed[name], signal.SIGKILL)

        return act

    def _freezing(self, name: str) -> Act:
        async def act() -> None:
            pid = await asyncio.to_thread(self._wait_for, name)
            os.kill(pid, signal.SIGSTOP)
            try:
                await asyncio.sleep(FROZEN[name])
            finally:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

        return act

    async def _disk_full(self) -> None:
        """No byte more can be written to any file. SQLite and Python see that a write fails, as on a disk that is full, but with
        another reason: EFBIG, of which SQLite makes an error of input and output, where a full disk is ENOSPC and SQLITE_FULL.
        To SQLAlchemy, and so to the product, both are an OperationalError."""
        pids = []
        for name in WRITERS:
            with suppress(NotRunning):
                pids.append(self.product.pid(name))
        limits = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids}
        try:
            for pid, (_, hard) in limits.items():
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
            await asyncio.sleep(FULL_SECONDS)
        finally:
            for pid, old in limits.items():
                with suppress(ProcessLookupError):
                    resource.prlimit(pid, resource.RLIMIT_FSIZE, old)

    def _moving(self, by: int) -> Act:
        async def act() -> None:
            assert self.clock is not None
            self.clock.move(by)

        return act

    async def _killed_and_moved(self) -> None:
        """The dead process's leases lie an hour ahead."""
        await self._killing("gateway")()
        await self._moving(-HOUR)()
