"""Keeping a file with its message, and handing it to the desk.

A message whose file is checked beforehand (upload on the web) and one whose file must still be fetched at a provider are kept in
the same way: a row in the transaction that stores the message, and `attachments` in the message's content for the clients.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from loket.media.kinds import Kind, file_name, recognise
from loket.media.scanner import Scanner
from loket.store.engine import Store
from loket.store.media import Attachment, AttachmentBytes
from loket.store.retention import Rule
from loket.store.schema import Message

DAYS = 30
"""How long a file stays (VERBONDEN_MEDIA_DAYS): long enough for the casemanager to put it in the dossier."""


@dataclass(frozen=True)
class Checked:
    """A file that was accepted, not yet kept."""

    data: bytes
    kind: Kind
    name: str
    scanned: bool


@dataclass(frozen=True)
class Stored:
    """A kept file, for the desk."""

    conversation_id: str
    name: str
    mime: str
    data: bytes


class Media:
    """Checks, keeps and hands out files.

    Args:
        store: the store.
        mask: takes numbers of persons out of file names.
        clock: now, aware.
        scanner: None when none is configured: the desk then shows that the file was not scanned.
    """

    def __init__(
        self, store: Store, mask: Callable[[str], str], clock: Callable[[], datetime], scanner: Scanner | None = None
    ) -> None:
        self._store, self._mask, self._clock, self._scanner = store, mask, clock, scanner

    async def check(self, data: bytes, name: str = "") -> Checked:
        """Look what a file is and have it scanned. Raises kinds.NotAccepted with the reason; nothing is kept then."""
        kind = recognise(data)
        if self._scanner is not None:
            await self._scanner.scan(data)
        return Checked(data, kind, file_name(self._mask(name), kind), self._scanner is not None)

    async def keep(self, session: AsyncSession, message: Message, files: Sequence[Checked]) -> None:
        """Keep checked files with a message that was appended in this transaction."""
        for position, file in enumerate(files):
            row = self._row(message, position, "stored")
            fill(row, file)
            session.add(row)
            await session.flush()
            session.add(AttachmentBytes(attachment_id=row.id, data=file.data))
            show(message, row)

    async def expect(self, session: AsyncSession, message: Message, sources: Sequence[str]) -> None:
        """Note that a message came with files which must still be fetched at `sources` (see `loket.media.fetching`)."""
        for position, source in enumerate(sources):
            row = self._row(message, position, "pending")
            row.source, row.next_at = source, self._clock()
            session.add(row)
            await session.flush()
            show(message, row)

    def _row(self, message: Message, position: int, state: str) -> Attachment:
        return Attachment(
            id=str(uuid.uuid4()),
            conversation_id=message.conversation_id,
            message_id=message.id,
            position=position,
            name="bestand",
            mime="",
            kind="",
            size=0,
            scanned=False,
            state=state,
            attempts=0,
            created_at=self._clock(),
        )

    async def load(self, attachment_id: str) -> Stored | None:
        """A kept file; None when there is none (any more)."""
        async with self._store.read() as session:
            row = (
                await session.execute(
                    select(Attachment, AttachmentBytes.data)
                    .join(AttachmentBytes, AttachmentBytes.attachment_id == Attachment.id)
                    .where(Attachment.id == attachment_id, Attachment.state == "stored")
                )
            ).first()
        return Stored(row[0].conversation_id, row[0].name, row[0].mime, row[1]) if row else None


def fill(row: Attachment, file: Checked) -> None:
    """Write into the row what the file turned out to be."""
    row.name, row.mime, row.kind = file.name, file.kind.mime, file.kind.kind
    row.size, row.scanned, row.state, row.reason = len(file.data), file.scanned, "stored", None


def show(message: Message, row: Attachment) -> None:
    """Copy what the clients need of the row into the content of its message."""
    shown: dict[str, Any] = {
        "id": row.id,
        "name": row.name,
        "kind": row.kind,
        "size": row.size,
        "state": row.state,
        "reason": row.reason,
        "scanned": row.scanned,
    }
    others = [a for a in (message.content or {}).get("attachments", []) if a["id"] != row.id]
    # A new dictionary: a change inside one is not noticed.
    message.content = {**(message.content or {}), "attachments": [*others, shown]}


def forget_after(days: int) -> Rule:
    """Removes files of more than so many days ago; the message keeps telling that there was one."""

    async def apply(session: AsyncSession, now: datetime) -> int:
        old = select(Attachment.id).where(Attachment.created_at < now - timedelta(days=days), Attachment.state != "removed")
        ids = list(await session.scalars(old.limit(1000)))
        rows = await session.execute(
            select(Attachment, Message).join(Message, Message.id == Attachment.message_id).where(Attachment.id.in_(ids))
        )
        for row, message in rows.all():
            row.state, row.source, row.next_at = "removed", None, None
            show(message, row)
        await session.execute(delete(AttachmentBytes).where(AttachmentBytes.attachment_id.in_(ids)))
        return len(ids)

    return Rule("media", apply)

