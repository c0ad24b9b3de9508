"""The tables of files that come with messages.

The bytes stand in the database, in a table of their own: every gateway reaches the database, while a folder would have to be
shared between machines; they go in the same backup and the same deletion as the message; and a query for messages never reads
them. A file is at most `loket.media.kinds.MAX_BYTES`, and stays `VERBONDEN_MEDIA_DAYS` days.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from loket.store.schema import Base
from loket.store.sealed import SealedBytes, SealedText


class Attachment(Base):
    """One file of one message.

    `state` is pending (must still be fetched at `source`), stored, refused (`reason` says why: nothing was kept), failed (could
    not be fetched) or removed (retention). `position` counts from 0 within the message.
    """

    __tablename__ = "attachment"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(Integer, default=0)
    name: Mapped[str] = mapped_column(SealedText)
    mime: Mapped[str] = mapped_column(String(80), default="")
    kind: Mapped[str] = mapped_column(String(8), default="")
    size: Mapped[int] = mapped_column(Integer, default=0)
    scanned: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str | None] = mapped_column(SealedText)
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(24))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    __table_args__ = (Index("ix_attachment_due", "state", "next_at"), Index("ix_attachment_created", "created_at"))


class AttachmentBytes(Base):
    """What is in the file."""

    __tablename__ = "attachment_bytes"

    attachment_id: Mapped[str] = mapped_column(ForeignKey("attachment.id", ondelete="CASCADE"), primary_key=True)
    data: Mapped[bytes] = mapped_column(SealedBytes)
