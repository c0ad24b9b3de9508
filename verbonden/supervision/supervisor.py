"""All processes of the product together: started in order, watched, stopped in the reverse order."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from verbonden.commands import ROOT
from verbonden.supervision.log_files import LogFile
from verbonden.supervision.plan import Plan
from verbonden.supervision.probes import redis_ping, wait_until
from verbonden.supervision.process import Managed

GIVE_UP_AFTER = 4
"""Times that a process may end before it was ever ready, while the product starts; later nothing is given up."""

START_SECONDS = 180.0
REDIS_SECONDS = 10.0
COPIED = ("gateway", "rasa", "actions")
"""Of which there can be several, named `gateway-1` and so on; one of them at a time may be away."""

IMPATIENT_AFTER = 1.0
"""A second signal after so many seconds means: at once. Sooner it is the same wish, passed on by make or a shell."""


class StartFailed(Exception):
    """The product can not be started; the message is one plain sentence."""


class Supervisor:
    """Runs a plan.

    Args:
        plan: what runs.
        say: tells the one who watches, in one sentence.
        status_files: written anew on each change (see `status`); readable for the owner only.
    """

    def __init__(self, plan: Plan, say: Callable[[str], None], status_files: tuple[Path, ...]) -> None:
        self._plan, self._say, self._status_files = plan, say, status_files
        self._state, self._began, self._asked_at = "starting", time.time(), 0.0
        self._rolling: asyncio.Task[None] | None = None
        logs = plan.var / "log"
        self._children = [
            Managed(spec, ROOT, LogFile(logs / f"{spec.name}.log"), self._tell, self._write_status) for spec in plan.specs
        ]

    def _tell(self, sentence: str) -> None:
        if self._state != "stopping":
            self._say(f"{time.strftime('%H:%M:%S')} {sentence}")

    async def run(self, ready: Callable[[], None]) -> None:
        """Start everything, call `ready`, go on until SIGINT, SIGTERM or SIGHUP, stop everything.

        Raises:
            StartFailed: something essential did not start; all that did is stopped again.
        """
        asked_to_stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._on_signal, asked_to_stop)
        loop.add_signal_handler(signal.SIGUSR1, self._on_roll)
        starting = asyncio.create_task(self._start())
        stopping = asyncio.create_task(asked_to_stop.wait())
        try:
            await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not asked_to_stop.is_set():
                starting.result()
                self._state = "ready"
                ready()
                self._write_status()
                await stopping
        finally:
            self._state = "stopping"
            tasks = [starting, stopping, *([self._rolling] if self._rolling else [])]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._stop()

    def _on_signal(self, asked_to_stop: asyncio.Event) -> None:
        now = time.monotonic()
        if not asked_to_stop.is_set():
            asked_to_stop.set()
            self._asked_at = now
        elif now - self._asked_at > IMPATIENT_AFTER:
            for child in self._children:
                child.kill()

    def _on_roll(self) -> None:
        if self._state == "ready" and (self._rolling is None or self._rolling.done()):
            self._rolling = asyncio.create_task(self._roll())

    async def _roll(self) -> None:
        """A new process for every copy, one after the other: the next one only when the one before it works again."""
        self._state = "rolling"
        self._write_status()
        for child in self._children:
            if child.spec.name.rpartition("-")[0] in COPIED:
                await child.restart(START_SECONDS)
        if self._state == "rolling":
            self._state = "ready"
        self._write_status()

    async def _start(self) -> None:
        """Wave 0 (bus, Rasa) and the migrations begin at once, after a database of our own (wave -1); wave 1 needs the tables,
        wave 2 also the bus."""
        async with asyncio.timeout(START_SECONDS) as limit:
            try:
                self._start_wave(-1)
                self._start_wave(0)
                await asyncio.gather(*(self._until_ready(child) for child in self._children if child.spec.wave == -1))
                await self._migrate()
                self._start_wave(1)
                await self._redis_reachable()
                self._start_wave(2)
                await asyncio.gather(*(self._until_ready(child) for child in self._children if child.spec.essential))
            except TimeoutError:
                if not limit.expired():
                    raise
                late = ", ".join(child.spec.name for child in self._children if child.spec.essential and not child.ready.is_set())
                raise StartFailed(f"Not ready after {START_SECONDS:g} s: {late}. See {self._plan.var / 'log'}.") from None

    def _start_wave(self, wave: int) -> None:
        for child in self._children:
            if child.spec.wave == wave:
                child.start()

    async def _until_ready(self, child: Managed) -> None:
        while not child.ready.is_set():
            if child.failures >= GIVE_UP_AFTER:
                words = child.log.tail[-1][:300] if child.log.tail else "it said nothing"
                log = self._plan.var / "log" / f"{child.spec.name}.log"
                raise StartFailed(f"{child.spec.name} does not start: {words} (see {log})")
            await asyncio.sleep(0.1)

    async def _migrate(self) -> None:
        """Bring the database to the newest schema before anyone uses it."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "loket.store.migrate", cwd=ROOT, env=self._plan.environment, stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, start_new_session=True,
        )
        try:
            output, _ = await process.communicate()
        except asyncio.CancelledError:
            if process.returncode is None:
                process.kill()
            raise
        log = LogFile(self._plan.var / "log" / "migrate.log")
        for line in output.splitlines(keepends=True):
            log.write(line)
        log.close()
        if process.returncode:
            words = next((line for line in reversed(log.tail) if "Error" in line or "error" in line), "no reason was given")
            address = _without_password(self._plan.environment["VERBONDEN_DATABASE_URL"])
            log_path = self._plan.var / "log" / "migrate.log"
            raise StartFailed(f"The database ({address}) can not be used: {words[:300]} (see {log_path})")

    async def _redis_reachable(self) -> None:
        url = self._plan.environment["VERBONDEN_REDIS_URL"]
        if not await wait_until(redis_ping(url), REDIS_SECONDS):
            raise StartFailed(
                f"The Redis server ({_without_password(url)}) can not be reached or refuses the password: start it, correct "
                "VERBONDEN_REDIS_URL, or leave that out to use the embedded server."
            )

    async def _stop(self) -> None:
        """In the reverse order of the waves: 4.5 + 3 + 3 seconds at most, as everything listens to SIGTERM."""
        for wave in sorted({child.spec.wave for child in self._children}, reverse=True):
            await asyncio.gather(*(child.stop() for child in self._children if child.spec.wave == wave))
        for path in self._status_files:
            path.unlink(missing_ok=True)

    def status(self) -> dict[str, object]:
        """Process ids and addresses, for `verbonden doctor`, `chat` and the tests. It holds secrets."""
        environment = self._plan.environment
        return {
            "state": self._state,
            "pid": os.getpid(),
            "began": self._began,
            "url": self._plan.url,
            "desk_url": f"{self._plan.url}/balie",
            "var": str(self._plan.var),
            "secrets": str(self._plan.var / "secrets.json"),
            "database_url": environment["VERBONDEN_DATABASE_URL"],
            "redis_url": environment["VERBONDEN_REDIS_URL"],
            "bot_url": environment["VERBONDEN_BOT_URL"],
            "bot_secret": environment["VERBONDEN_BOT_SECRET"],
            "actions_url": environment["VERBONDEN_ACTIONS_URL"],
            "zaaksysteem_url": environment.get("ZAAKSYSTEEM_URL", ""),
            "twilio_url": environment.get("TWILIO_API_URL", ""),
            "children": {
                child.spec.name: {
                    "pid": child.pid, "port": child.spec.port, "ready": child.ready.is_set(), "restarts": child.restarts,
                }
                for child in self._children
            },
        }

    def _write_status(self) -> None:
        if self._state == "stopping":
            return
        content = json.dumps(self.status(), indent=1)
        for path in self._status_files:
            fresh = path.with_name(path.name + ".new")
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
                stream.write(content)
            fresh.replace(path)


def _without_password(url: str) -> str:
    before, at, after = url.rpartition("@")
    return f"{before.partition('://')[0]}://…@{after}" if at else url
