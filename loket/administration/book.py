"""The book of changes: a setting goes before its file, every change keeps who, when, old and new, and can be undone.

Each process holds a copy of what counts, refreshed when the bell rings and by looking: a lost bell costs seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from loket.bus import Bus, Event
from loket.identity.member import Member
from loket.identity.seals import seals
from loket.store.engine import Store
from loket.store.managed import Managed, ManagedChange

log = structlog.get_logger(__name__)
LOOK_EVERY = 10.0
HISTORY = 100


class Outdated(Exception):
    """Another administrator changed this first; `by` is who."""

    def __init__(self, by: str) -> None:
        super().__init__("changed by another")
        self.by = by


class UnknownChange(LookupError):
    """No change has this id."""


class Invalid(ValueError):
    """The value makes no sense; `reason` is a code, `detail` what of it."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail


@dataclass(frozen=True)
class Kind:
    """A sort of setting.

    Attributes:
        check: returns the value as it is kept, or raises Invalid. Gets the key and the value.
        use: makes all values of this kind count, by key; called again after each change. A value that is no longer valid (the
            files changed) must be left out by it, not raise.
        keep: also done in the transaction of the change, for what has tables of its own.
    """

    check: Callable[[str, Any], Any]
    use: Callable[[Mapping[str, Any]], None] = lambda values: None
    keep: Callable[[AsyncSession, str, Any], Awaitable[None]] | None = None


class Book:
    """Keeps settings. Roles are checked by who calls."""

    def __init__(self, store: Store, bus: Bus, clock: Callable[[], datetime], kinds: Mapping[str, Kind]) -> None:
        self._store, self._bus, self._clock, self._kinds = store, bus, clock, kinds
        self._seen: dict[tuple[str, str], int] = {}
        self._bell = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        bus.listen(self._rung)

    def _rung(self, event: Event) -> None:
        if event["kind"] == "settings":
            self._bell.set()

    async def refresh(self) -> None:
        """Make what is kept count in this process, if something changed."""
        async with self._store.read() as session:
            rows = list(await session.scalars(select(Managed)))
        seen = {(row.kind, row.key): row.version for row in rows}
        if seen == self._seen and self._task is not None:
            return
        for name, kind in self._kinds.items():
            kind.use({row.key: row.value for row in rows if row.kind == name and row.value is not None})
        self._seen = seen

    async def value(self, kind: str, key: str) -> tuple[Any, int]:
        """The value that goes before the file (None: there is none) and its version, 0 before the first change."""
        async with self._store.read() as session:
            row = await session.get(Managed, (kind, key))
            return (row.value, row.version) if row else (None, 0)

    async def values(self, kind: str) -> dict[str, tuple[Any, int]]:
        """All that was ever changed of a kind, with versions."""
        async with self._store.read() as session:
            rows = await session.scalars(select(Managed).where(Managed.kind == kind))
            return {row.key: (row.value, row.version) for row in rows}

    async def put(self, kind: str, key: str, value: Any, seen: int, member: Member, old: Any = None) -> int:
        """Change a setting; None puts the file in its place again. Returns the new version.

        Args:
            seen: the version that the administrator had before their eyes.
            old: for a kind with tables of its own, what stood there before the first change.

        Raises Invalid, Outdated.
        """
        checked = None if value is None else self._kinds[kind].check(key, value)
        try:
            async with self._store.write() as session:
                version = await self._put(session, kind, key, checked, seen, member, old)
        except IntegrityError:  # two administrators made the very first change at once
            raise Outdated("") from None
        await self.refresh()
        self._bus.publish({"kind": "settings"})
        return version

    async def _put(self, session: AsyncSession, kind: str, key: str, value: Any, seen: int, member: Member, old: Any) -> int:
        row = await session.get(Managed, (kind, key), with_for_update=True)
        if (row.version if row else 0) != seen:
            query = select(ManagedChange.actor_name).where(ManagedChange.kind == kind, ManagedChange.key == key)
            raise Outdated(await session.scalar(query.order_by(ManagedChange.id.desc()).limit(1)) or "")
        before = row.value if row else old
        if row is None:
            row = Managed(kind=kind, key=key, version=0)
            session.add(row)
        row.value, row.version = value, row.version + 1
        change = ManagedChange(
            kind=kind,
            key=key,
            version=row.version,
            old=before,
            new=value,
            actor=member.id,
            actor_name=member.name,
            at=self._clock(),
        )
        session.add(change)
        await seals().add(session, change)
        if (keep := self._kinds[kind].keep) is not None:
            await keep(session, key, value)
        return row.version

    async def undo(self, change_id: int, seen: int, member: Member) -> int:
        """Put back what stood before a change; that is a change itself. Raises UnknownChange, Invalid, Outdated."""
        async with self._store.read() as session:
            change = await session.get(ManagedChange, change_id)
        if change is None:
            raise UnknownChange(change_id)
        return await self.put(change.kind, change.key, change.old, seen, member)

    async def history(self, kind: str | None = None, key: str | None = None) -> list[ManagedChange]:
        """The last changes, newest first."""
        query = select(ManagedChange)
        if kind is not None:
            query = query.where(ManagedChange.kind == kind)
        if key is not None:
            query = query.where(ManagedChange.key == key)
        async with self._store.read() as session:
            return list(await session.scalars(query.order_by(ManagedChange.id.desc()).limit(HISTORY)))

    async def start(self) -> None:
        """Make what is kept count, and go on looking."""
        await self.refresh()
        self._task = asyncio.create_task(self._loop())

    async def _loop(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._bell.wait(), LOOK_EVERY)
            self._bell.clear()
            try:
                await self.refresh()
            except Exception as error:
                log.error("settings.refresh_failed", error=type(error).__name__)

    async def stop(self) -> None:
        """Stop looking."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
