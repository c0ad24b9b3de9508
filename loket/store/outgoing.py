"""The tables of what goes out to registers: contacts that must be registered.

These rows outlive the conversation they came from: what was promised to a register is not lost by retention.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from loket.store.schema import Base
from loket.store.sealed import SealedJson


class ContactJob(Base):
    """One klantcontact on its way to the contact register.

    `content` is what must be registered (loket.contacts.content), masked; it is emptied once the register has it.
    `state` is pending, done, none (nothing worth registering was said) or failed (the register refuses it for good).
    `closing` is true for the one job of a closed conversation; others are of a bot's conversation that came to rest.
    """

    __tablename__ = "contact_job"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(String(36))
    up_to_seq: Mapped[int]
    closing: Mapped[bool]
    state: Mapped[str] = mapped_column(String(12), default="pending")
    content: Mapped[dict[str, Any]] = mapped_column(SealedJson, default=dict)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[datetime]
    lease: Mapped[str | None] = mapped_column(String(64))
    error: Mapped[str | None] = mapped_column(String(80))
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("conversation_id", "closing", "up_to_seq", name="uq_contact_job"),
        Index("ix_contact_job_due", "state", "next_at"),
    )
