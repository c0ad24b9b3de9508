"""Everything of the running fake in one place: account, store, faults, and the work that goes on."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Coroutine
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from aiohttp import web

from demo.twilio.account import Account
from demo.twilio.addresses import Address
from demo.twilio.faults import Chance, Faults, changed
from demo.twilio.store import Store

WINDOW_SECONDS = 24 * 3600
"""How long after a citizen's last WhatsApp message free text may be sent (the customer service window of WhatsApp)."""


class Provider:
    """The running fake.

    Args:
        account: whose account it is.
        store: where everything is kept.
        base: own address, without a slash at the end; media addresses begin with it.
        seed: for the faults.
    """

    def __init__(self, account: Account, store: Store, base: str, seed: int | None = None) -> None:
        self.account, self.store, self.base = account, store, base
        self.chance = Chance(seed)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._sent: dict[str, list[float]] = {}

    @staticmethod
    def now() -> float:
        """Epoch seconds."""
        return time.time()

    @staticmethod
    def new_sid(prefix: str) -> str:
        """A new identifier."""
        return prefix + secrets.token_hex(16)

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Do something beside; it is cancelled when the fake stops."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def stop(self) -> None:
        """Stop all work that goes on; messages under way go on at the next start."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.store.close()

    @property
    def faults(self) -> Faults:
        """For all numbers that have none of their own."""
        return changed(Faults(), self.store.kept("faults", "all") or {})

    def faults_for(self, number: str) -> Faults:
        """For one citizen's number."""
        return changed(self.faults, self.store.kept("faults", number) or {})

    def opted_out(self, address: Address, ours: Address) -> bool:
        """Whether the citizen stopped messages of this sender."""
        return self.store.kept("opted_out", f"{address} {ours}") is not None

    def window_until(self, address: Address) -> float:
        """Until when free text may be sent to a WhatsApp address; 0 when the citizen never wrote."""
        last = self.store.kept("last_inbound", str(address))
        return float(last) + WINDOW_SECONDS if last is not None else 0.0

    def too_fast(self, sender: str, per_second: float) -> bool:
        """Count one message of a sender; whether that was more than allowed in this second."""
        if not per_second:
            return False
        now = self.now()
        recent = [at for at in self._sent.get(sender, []) if now - at < 1]
        self._sent[sender] = [*recent, now]
        return len(recent) >= per_second


PROVIDER: web.AppKey[Provider] = web.AppKey("provider", Provider)


def rfc2822(at: float | None) -> str | None:
    """A moment as the old API writes it."""
    return None if at is None else format_datetime(datetime.fromtimestamp(int(at), UTC))


def iso(at: float) -> str:
    """A moment as the newer APIs write it."""
    return datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
