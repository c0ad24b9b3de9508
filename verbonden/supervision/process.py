"""One process of the product: started, watched, started again when it dies, stopped."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from verbonden.orphans import die_with_parent
from verbonden.supervision.log_files import LogFile
from verbonden.supervision.ports import is_free
from verbonden.supervision.probes import Probe, wait_until

BACK_OFF = (0.2, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds before a restart; the last one goes on for ever, as giving up silently would be worse."""

HEALTHY_AFTER = 60.0
"""Seconds of running after which the back-off begins anew."""

HUNG_AFTER = 60.0
LOOK_EVERY = 10.0
"""A process that was ready and then gives no sign of life for so long is killed; Rasa may well be silent for seconds."""

READY_WITHIN = 120.0
"""Seconds to become ready, after which a process is killed and started again; Rasa takes 5 to 10 on an idle machine."""

@dataclass(frozen=True)
class Spec:
    """How a process is run.

    Attributes:
        name: for people, for the log file.
        command: program and arguments.
        environment: complete.
        ready: whether it is ready for work.
        alive: whether it answers at all; something else that is down (a database) is no reason to kill it.
        port: where it listens.
        wave: processes of one wave start together; a wave needs what the earlier ones give (see Supervisor).
        stop_seconds: time to stop by itself before it is killed.
        essential: whether the product can not start without it.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    ready: Probe = field(repr=False)
    alive: Probe = field(repr=False)
    port: int
    wave: int
    stop_seconds: float = 3.0
    essential: bool = True


class Managed:
    """A process that is kept running.

    Args:
        spec: how it is run.
        folder: working directory.
        log: its output.
        say: tells the one who watches, in one sentence.
        changed: called after each change of pid or state.

    Attributes:
        pid: of the running process, else None.
        restarts: how often it was started again.
        failures: how often it ended without ever having been ready, since it last was.
        ready: set while it is ready for work.
    """

    def __init__(self, spec: Spec, folder: Path, log: LogFile, say: Callable[[str], None], changed: Callable[[], None]) -> None:
        self.spec, self.log = spec, log
        self._folder, self._say, self._changed = folder, say, changed
        self.pid: int | None = None
        self.restarts = 0
        self.failures = 0
        self.ready = asyncio.Event()
        self._stopping = asyncio.Event()
        self._asked_for = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to keep it running; does not wait until it is ready."""
        self._task = asyncio.create_task(self._keep())

    async def _keep(self) -> None:
        delays = iter(BACK_OFF)
        clock = asyncio.get_running_loop().time
        while True:
            started = clock()
            try:
                how = await self._run_once()
            except OSError as error:  # no file descriptor, no memory: that may pass
                self.failures += 1
                how = f"can not be started: {error.strerror}"
            if self._stopping.is_set():
                return
            if self._asked_for:
                self._asked_for = False
                self.restarts += 1
                continue
            if clock() - started > HEALTHY_AFTER:
                delays = iter(BACK_OFF)
            delay = next(delays, BACK_OFF[-1])
            self._say(f"{self.spec.name} {how}; it is started again in {delay:g} s (log: {self.spec.name}.log).")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), delay)
                return
            if not is_free(self.spec.port):
                self._say(f"Port {self.spec.port}, which {self.spec.name} needs, is now in use by another program.")
            self.restarts += 1

    async def _run_once(self) -> str:
        """Run it to its end; returns in words how it ended. Raises OSError when it can not be started."""
        # A pipe of our own: asyncio's would make `wait` wait for whoever else holds it open.
        reading, writing = os.pipe()
        pump = asyncio.create_task(self._pump(reading))
        try:
            process = await asyncio.create_subprocess_exec(
                *self.spec.command, cwd=self._folder, env=dict(self.spec.environment), stdin=asyncio.subprocess.DEVNULL,
                stdout=writing, stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for us; we stop the others in order
                preexec_fn=die_with_parent(),
            )
        finally:
            os.close(writing)
        self.pid = process.pid
        self._changed()
        watch = asyncio.create_task(self._watch(process.pid))
        try:
            code = await process.wait()
        finally:
            _kill_group(process.pid)  # what it started itself
            watch.cancel()
            self.failures = 0 if self.ready.is_set() else self.failures + 1
            self.pid = None
            self.ready.clear()
            self._changed()
        await asyncio.wait({pump}, timeout=2)
        pump.cancel()
        return f"was killed by signal {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"

    async def _pump(self, reading: int) -> None:
        reader = asyncio.StreamReader()
        with os.fdopen(reading, "rb", buffering=0) as pipe:
            transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
            try:
                while chunk := await reader.read(65_536):
                    for line in chunk.splitlines(keepends=True):
                        self.log.write(line)
            finally:
                transport.close()

    async def _watch(self, pid: int) -> None:
        """Notice when it becomes ready; kill it when it does not, or hangs later."""
        if not await wait_until(self.spec.ready, READY_WITHIN):
            self._say(f"{self.spec.name} was not ready after {READY_WITHIN:g} s and is killed.")
            _kill_group(pid)
            return
        self.ready.set()
        self._changed()
        last = asyncio.get_running_loop().time()
        while asyncio.get_running_loop().time() - last < HUNG_AFTER:
            await asyncio.sleep(LOOK_EVERY)
            if await self.spec.alive():
                last = asyncio.get_running_loop().time()
        self._say(f"{self.spec.name} has not answered for {HUNG_AFTER:g} s and is killed.")
        _kill_group(pid)

    async def restart(self, seconds: float) -> None:
        """Ask it to stop, and start it anew; returns when it is ready again.

        Args:
            seconds: how long that may take. Raises TimeoutError after it.
        """
        async with asyncio.timeout(seconds):
            await self.ready.wait()
            old, self._asked_for = self.pid, True
            if old is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(old, signal.SIGTERM)
            deadline = asyncio.get_running_loop().time() + self.spec.stop_seconds
            while self.pid == old:
                if asyncio.get_running_loop().time() > deadline:
                    self.kill()
                await asyncio.sleep(0.05)
            await self.ready.wait()

    async def stop(self) -> None:
        """Stop it for good: ask first, kill what does not listen."""
        self._stopping.set()
        if self._task is None:
            return
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGTERM)
        done, _ = await asyncio.wait({self._task}, timeout=self.spec.stop_seconds)
        if not done:
            self.kill()
            await asyncio.wait({self._task}, timeout=3)
        self.log.close()

    def kill(self) -> None:
        """Kill it at once."""
        if self.pid is not None:
            _kill_group(self.pid)


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
