"""The tables of news of cases: what case systems announced, and who wants to hear of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from loket.store.schema import Base


class Notification(Base):
    """One notification as it came in. It names a case by its UUID and holds nothing of a person.

    `identity` is the SHA-256 of what makes it one notification, so that a repeated delivery is one row.
    `state` is pending, done or failed.
    """

    __tablename__ = "notification"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    identity: Mapped[str] = mapped_column(String(64), unique=True)
    resource: Mapped[str] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(100))
    case_uuid: Mapped[str] = mapped_column(String(36))
    state: Mapped[str] = mapped_column(String(12), default="pending")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[datetime]
    lease: Mapped[str | None] = mapped_column(String(64))
    error: Mapped[str | None] = mapped_column(String(80))
    received_at: Mapped[datetime]

    __table_args__ = (Index("ix_notification_due", "state", "next_at"),)


class Subscription(Base):
    """A citizen said yes to messages about one case, in one conversation.

    `wording` is the text that was agreed to. `stamp` is how the case stood when the citizen last heard of it; `due_at` is set
    while a message waits to be sent. `trust` is the trust level at which the case was found.
    """

    __tablename__ = "subscription"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    system_id: Mapped[str] = mapped_column(String(40))
    case_uuid: Mapped[str] = mapped_column(String(36), index=True)
    trust: Mapped[str] = mapped_column(String(16))
    wording: Mapped[str] = mapped_column(Text)
    stamp: Mapped[str | None] = mapped_column(String(120))
    opted_in_at: Mapped[datetime]
    opted_out_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    told_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("conversation_id", "system_id", "case_uuid", name="uq_subscription"),)
