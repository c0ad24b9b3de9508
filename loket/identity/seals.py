"""Seals on the audit: a chain in which every record is bound to all before it, so that nobody changes one without it being seen.

The database refuses changes, but its administrator can switch that off. What then does not fit any more is found by `check`: it
needs the keys, which are with the processes and not in the database. Who cuts off the end of the chain is found with `head`,
which every gateway writes to its log (`audit.head`) each hour: keep that log elsewhere.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import structlog
from sqlalchemy import Select, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from loket.store.desk import AccessGrant
from loket.store.engine import Store
from loket.store.managed import ManagedChange
from loket.store.retention import Rule
from loket.store.schema import Lookup
from loket.store.sealing import AuditSeal

log = structlog.get_logger(__name__)
VARIABLE = "VERBONDEN_AUDIT_KEYS"
VAULT = "VERBONDEN_VAULT_KEYS"
Record = Lookup | AccessGrant | ManagedChange
SEALED: dict[str, type[Record]] = {
    Lookup.__tablename__: Lookup, AccessGrant.__tablename__: AccessGrant, ManagedChange.__tablename__: ManagedChange,
}  # fmt: skip
REMOVED = "removed:"
CHAIN_LOCK = 817_402_312
"""Any fixed number: on PostgreSQL one process at a time adds a link, until its transaction ends. SQLite writes one at a time."""

PAGE = 500


@dataclass(frozen=True)
class Head:
    """The last link of the chain; `seq` 0 when there is none."""

    seq: int = 0
    link: str = ""


@dataclass(frozen=True)
class Finding:
    """What does not fit.

    `what` is broken (a link), changed, removed, unsealed (a record; `seq` is 0), key (sealed with one we do not have) or cut
    (links that are known from elsewhere are gone, or others).
    """

    what: str
    seq: int
    kind: str = ""
    record_id: int = 0


class Seals:
    """Makes and checks seals with HMAC-SHA256.

    Args:
        keys: secrets; the first one seals, all of them check. Without any the chain is one of plain hashes, which finds mistakes
            but not somebody who makes the whole chain anew: outside the demonstration there are always keys (loket.production).
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = {hashlib.sha256(f"audit:{key}".encode()).hexdigest()[:12]: key.encode() for key in (keys or [""])}
        self._name = next(iter(self._keys))

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Seals:
        """With the keys of VERBONDEN_AUDIT_KEYS, then those of VERBONDEN_VAULT_KEYS."""
        given = f"{environment.get(VARIABLE, '')},{environment.get(VAULT, '')}"
        return cls([key.strip() for key in given.split(",") if key.strip()])

    async def add(self, session: AsyncSession, *records: Record) -> None:
        """Seal records that were added to the session, in its transaction."""
        await session.flush()
        head = await self._begin(session, {(record.__tablename__, record.id) for record in records})
        for record in records:
            head = await self._link(session, head, record.__tablename__, record.id, record.at, self._digest(self._name, record))

    async def removed(self, session: AsyncSession, table: str, before: datetime) -> None:
        """Seal that records of a table from before a moment were removed, in the transaction that removes them."""
        head = await self._begin(session)
        digest = self._mac(self._name, f"{table} {_moment(before)}")
        await self._link(session, head, f"{REMOVED}{table}", 0, before, digest)

    async def head(self, session: AsyncSession) -> Head:
        """The end of the chain."""
        row = await session.scalar(select(AuditSeal).order_by(AuditSeal.seq.desc()).limit(1))
        return Head(row.seq, row.link) if row else Head()

    async def check(self, store: Store, known: Head | None = None) -> tuple[Head, list[Finding]]:
        """Look at every link and every record.

        Args:
            store: the store.
            known: a head that was written down elsewhere: the chain must still hold it.

        Returns the head, and what does not fit; nothing when all is well.
        """
        async with store.read() as session:
            removals = await self._removals(session)
            findings: list[Finding] = []
            head, seen = Head(), dict[str, set[int]]({table: set() for table in SEALED})
            while page := await _page(session, head.seq):
                records = await _records(session, page)
                for seal in page:
                    findings += self._look(head, seal, records, removals)
                    if seal.kind in seen:
                        seen[seal.kind].add(seal.record_id)
                    if known is not None and seal.seq == known.seq and seal.link != known.link:
                        findings.append(Finding("cut", seal.seq))
                    head = Head(seal.seq, seal.link)
            if known is not None and known.seq > head.seq:
                findings.append(Finding("cut", known.seq))
            if head.seq:
                for table, model in SEALED.items():
                    present = set(await session.scalars(select(model.id)))
                    findings += [Finding("unsealed", 0, table, each) for each in sorted(present - seen[table])]
        return head, findings

    # -- one link --------------------------------------------------------------------------------------------------

    async def _begin(self, session: AsyncSession, new: AbstractSet[tuple[str, int]] = frozenset()) -> Head:
        """The head; the chain is held until the end of the transaction. What was there before the first link is sealed first."""
        if session.get_bind().dialect.name == "postgresql":
            await session.execute(text(f"select pg_advisory_xact_lock({CHAIN_LOCK})"))
        head = await self.head(session)
        if head.seq == 0:
            for table, model in SEALED.items():
                for record in await _rows(session, select(model).order_by(model.id)):
                    if (table, record.id) not in new:
                        digest = self._digest(self._name, record)
                        head = await self._link(session, head, table, record.id, record.at, digest)
        return head

    async def _link(self, session: AsyncSession, head: Head, kind: str, number: int, at: datetime, digest: str) -> Head:
        link = self._mac(self._name, f"{head.link} {head.seq + 1} {kind} {number} {_moment(at)} {digest}")
        await session.execute(insert(AuditSeal).values(
            seq=head.seq + 1, kind=kind, record_id=number, at=at, key=self._name, digest=digest, link=link))
        return Head(head.seq + 1, link)

    def _look(
        self, head: Head, seal: AuditSeal, records: Mapping[tuple[str, int], Record], removals: Mapping[str, datetime]
    ) -> Iterator[Finding]:
        if seal.key not in self._keys:
            yield Finding("key", seal.seq, seal.kind, seal.record_id)
            return
        stands = f"{head.link} {head.seq + 1} {seal.kind} {seal.record_id} {_moment(seal.at)} {seal.digest}"
        if seal.seq != head.seq + 1 or not hmac.compare_digest(self._mac(seal.key, stands), seal.link):
            yield Finding("broken", seal.seq, seal.kind, seal.record_id)
        if seal.kind.startswith(REMOVED):
            return
        record = records.get((seal.kind, seal.record_id))
        if record is None or record.at != seal.at:  # SQLite gives the number of a removed row to a new one
            if seal.kind not in removals or seal.at >= removals[seal.kind]:
                yield Finding("removed", seal.seq, seal.kind, seal.record_id)
        elif not hmac.compare_digest(self._digest(seal.key, record), seal.digest):
            yield Finding("changed", seal.seq, seal.kind, seal.record_id)

    async def _removals(self, session: AsyncSession) -> dict[str, datetime]:
        """Until when the retention job removed records, by table; only what it sealed so counts."""
        rows = await session.scalars(select(AuditSeal).where(AuditSeal.kind.startswith(REMOVED)))
        found: dict[str, datetime] = {}
        for row in rows:
            table = row.kind.removeprefix(REMOVED)
            if row.key in self._keys and hmac.compare_digest(self._mac(row.key, f"{table} {_moment(row.at)}"), row.digest):
                found[table] = max(row.at, found.get(table, row.at))
        return found

    def _digest(self, key: str, record: Record) -> str:
        """Of everything in the record."""
        whole = {column.key: getattr(record, column.key) for column in type(record).__table__.columns}
        return self._mac(key, json.dumps(whole, sort_keys=True, default=_moment))

    def _mac(self, key: str, words: str) -> str:
        return hmac.new(self._keys[key], words.encode(), hashlib.sha256).hexdigest()


@cache
def seals() -> Seals:
    """The seals of this process, with the keys of its environment."""
    return Seals.from_environment(os.environ)


def tell_head() -> Rule:
    """Removes nothing: writes the head of the chain to the log, where who has the database can not reach it."""

    async def tell(session: AsyncSession, now: datetime) -> int:
        head = await seals().head(session)
        log.info("audit.head", seq=head.seq, link=head.link)
        return 0

    return Rule("audit_seal", tell)


def _moment(value: Any) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"a record of the audit holds a {type(value).__name__}")
    return value.astimezone(UTC).isoformat(timespec="microseconds")


async def _page(session: AsyncSession, after: int) -> list[AuditSeal]:
    return list(await session.scalars(select(AuditSeal).where(AuditSeal.seq > after).order_by(AuditSeal.seq).limit(PAGE)))


async def _records(session: AsyncSession, page: Sequence[AuditSeal]) -> dict[tuple[str, int], Record]:
    found: dict[tuple[str, int], Record] = {}
    for table, model in SEALED.items():
        wanted = [seal.record_id for seal in page if seal.kind == table]
        if wanted:
            found |= {(table, row.id): row for row in await _rows(session, select(model).where(model.id.in_(wanted)))}
    return found


async def _rows(session: AsyncSession, query: Select[Any]) -> list[Record]:
    return list(await session.scalars(query))
