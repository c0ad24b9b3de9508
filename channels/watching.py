"""How it stands, in figures, a trace and a line of the log: around every request, and of the whole every some seconds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from aiohttp import web
from opentelemetry.trace import SpanKind
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from loket import metrics, tracing
from loket.conversations.states import State
from loket.handoff.urgency import URGENCIES
from loket.store.engine import Store
from loket.store.looking import Looking
from loket.store.partners import AcceptedMessage
from loket.store.retention import NAME as RETENTION
from loket.store.schema import Conversation, Job, Outbox
from loket.store.sealing import AuditSeal

LOOK_EVERY = 15.0
"""Seconds; Prometheus asks about as often."""

Check = Callable[[], Awaitable[bool]]
UNKNOWN = "none"
"""Route of a request for what is not there: its address is of whoever asks, and is written nowhere."""


@web.middleware
async def watched(request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> web.StreamResponse:
    """Count, time and trace a request under the pattern of its route; what stands in its address is not kept."""
    resource = request.match_info.route.resource
    route = resource.canonical if resource is not None else UNKNOWN
    status, began = 500, time.monotonic()
    with tracing.span(
        f"{request.method} {route}", SpanKind.SERVER, request.headers.get(tracing.CARRIER) if _ours(route) else None,
        http__request__method=request.method, http__route=route,
    ) as span:
        try:
            response = await handler(request)
            status = response.status
            return response
        except web.HTTPException as error:
            status = error.status
            raise
        finally:
            tracing.note(span, http__response__status_code=status)
            metrics.count("http_requests", route=route, status=f"{status // 100}xx")
            if status != 101:  # a socket is open as long as somebody reads
                metrics.observe("http_seconds", time.monotonic() - began, route=route)


def _ours(route: str) -> bool:
    """Whether the one who asks may continue a trace of ours: programs on the inside, not browsers."""
    return route.startswith("/health/")


class Standing(Looking):
    """Measures the whole.

    Args:
        store: the store.
        checks: whether each part can be reached, by name.
        sockets: how many connections of citizens there are.
        clock: now, aware.
    """

    failed = "watching.failed"
    look_every = LOOK_EVERY

    def __init__(
        self, store: Store, checks: Mapping[str, Check], sockets: Callable[[], int], clock: Callable[[], datetime]
    ) -> None:
        self._store, self._checks, self._sockets, self._clock = store, checks, sockets, clock
        self._channels: set[str] = set()

    async def parts(self) -> dict[str, bool]:
        """Which parts can be reached now."""
        found = await asyncio.gather(*(check() for check in self._checks.values()))
        return dict(zip(self._checks, found, strict=True))

    async def round(self) -> None:
        """Measure once."""
        metrics.level("sockets", self._sockets())
        for name, up in (await self.parts()).items():
            metrics.level("up", float(up), part=name)
        async with self._store.read() as session:
            await self._measure(session)

    async def _measure(self, session: AsyncSession) -> None:
        now = self._clock()
        waiting = select(Conversation.urgency, func.count(), func.min(Conversation.queued_at))
        rows = await session.execute(waiting.where(Conversation.state == State.QUEUED.value).group_by(Conversation.urgency))
        found = {urgency: (count, since) for urgency, count, since in rows}
        for urgency in URGENCIES:
            count, since = found.get(urgency, (0, None))
            metrics.level("waiting", count, urgency=urgency)
            metrics.level("waiting_seconds", _age(since, now), urgency=urgency)
        pending = select(func.count(), func.min(Conversation.pending_since)).where(Conversation.pending > 0)
        count, since = (await session.execute(pending)).one()
        metrics.level("unhandled", count)
        metrics.level("unhandled_seconds", _age(since, now))
        kept = select(AcceptedMessage.state, func.count(), func.min(AcceptedMessage.accepted_at))
        rows = await session.execute(kept.group_by(AcceptedMessage.state))
        accepted = {state: (count, since) for state, count, since in rows}
        for state in ("waiting", "failed"):
            number, since = accepted.get(state, (0, None))
            metrics.level("accepted", number, state=state)
            metrics.level("accepted_seconds", _age(since, now), state=state)
        due = select(Outbox.channel, func.count(), func.min(Outbox.next_at)).where(Outbox.state == "pending")
        outgoing = {channel: (number, since) for channel, number, since in await session.execute(due.group_by(Outbox.channel))}
        self._channels |= set(outgoing)
        for channel in self._channels:
            number, since = outgoing.get(channel, (0, None))
            metrics.level("undelivered", number, channel=channel)
            metrics.level("undelivered_seconds", _age(since, now), channel=channel)
        done = await session.scalar(select(Job.done_at).where(Job.name == RETENTION))
        metrics.level("retention_seconds", _age(done, now))
        metrics.level("audit_links", int(await session.scalar(select(func.max(AuditSeal.seq))) or 0))


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since is not None else 0.0
