"""What the gateway keeps up with other registers, beside its conversations: contacts on their way out, news of cases coming in.

Nothing here may stop the gateway: a register that is not there, or badly configured, is said in the log and by
`verbonden doctor`, and citizens are served all the same.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Protocol

import structlog
from aiohttp import web

from channels.nrc import VARIABLE, Callback
from loket.answers.compose import Composer
from loket.bus import Bus
from loket.cases.errors import CaseSystemError
from loket.cases.registry import CaseSystems
from loket.contacts.content import ContentMaker, Wording
from loket.contacts.outbox import ContactOutbox, open_register, waiting
from loket.conversations.desk import UNDO
from loket.conversations.inbox import utcnow
from loket.handoff.summary import Summariser
from loket.notifications.quiet import QuietHours
from loket.notifications.worker import NewsWorker
from loket.settings import Settings
from loket.store import Store

log = structlog.get_logger(__name__)


class Part(Protocol):
    """Something that works by itself."""

    async def start(self) -> None:
        """Begin."""
        ...

    async def stop(self) -> None:
        """Stop; what is in hand is done again later."""
        ...


class Registers:
    """The parts that are configured, as one part."""

    def __init__(self, store: Store, parts: list[Part], callback: Callback) -> None:
        self._store, self._parts, self._callback = store, parts, callback

    def add(self, app: web.Application) -> None:
        """Register `GET /health/registers` (how much waits, in numbers only) and the callback for notifications."""
        self._callback.add(app)
        app.router.add_get("/health/registers", self._health)

    async def _health(self, request: web.Request) -> web.Response:
        return web.json_response({"contacts": await waiting(self._store)})

    async def start(self) -> None:
        """Begin."""
        for part in self._parts:
            await part.start()

    async def stop(self) -> None:
        """Stop."""
        for part in self._parts:
            await part.stop()


def build_registers(
    settings: Settings,
    store: Store,
    summariser: Summariser,
    composer: Composer,
    holder: str,
    mask: Callable[[str], str],
    bus: Bus,
    short: Callable[[str], bool],
    environment: Mapping[str, str] | None = None,
) -> Registers:
    """What the settings and the environment ask for."""
    given = os.environ if environment is None else environment
    parts: list[Part] = []
    try:
        register = open_register(settings.data / "klantinteracties.yaml", given)
    except CaseSystemError as error:
        log.error("contact_register.misconfigured", reason=error.reason)
        register = None
    if register is not None:
        maker = ContentMaker(summariser, composer.directory, Wording.load(settings.data), mask)
        parts.append(ContactOutbox(store, maker, register, holder, utcnow, undo=UNDO))
    authorization = given.get(VARIABLE, "")
    if authorization:
        try:
            systems = CaseSystems.from_file(given.get("VERBONDEN_CASE_SYSTEMS") or settings.data / "zaaksystemen.yaml", given)
        except CaseSystemError as error:
            log.error("case_systems.misconfigured", reason=error.reason)
        else:
            quiet = QuietHours.parse(given.get("VERBONDEN_QUIET_HOURS", ""))
            parts.append(NewsWorker(store, systems, composer, short, bus, holder, utcnow, quiet))
    return Registers(store, parts, Callback(store, authorization, utcnow))
