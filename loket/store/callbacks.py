"""The tables of calling back: who wants to be called, when, and what became of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from loket.store.schema import Base
from loket.store.sealed import SealedText


class Callback(Base):
    """One request to be called.

    `number` is as it can be dialled (`0612345678`, `+32...`); it is emptied some days after the request is settled. `question` is
    masked. `window_from` and `window_until` is what the citizen was told; `due_at` is when it is late, `told_late` that the
    citizen has read so. `state` is a value of `loket.handoff.callbacks.CallbackState`; `version` rises with every change, for
    compare-and-set. Gone with its conversation.
    """

    __tablename__ = "callback"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    organisation: Mapped[str | None] = mapped_column(String(40))
    topic: Mapped[str | None] = mapped_column(String(200))
    channel: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8))
    urgency: Mapped[str] = mapped_column(String(8))
    number: Mapped[str | None] = mapped_column(SealedText)
    question: Mapped[str] = mapped_column(SealedText)
    window_from: Mapped[datetime]
    window_until: Mapped[datetime]
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(Integer, default=1)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    taken_by: Mapped[str | None] = mapped_column(String(36))
    taken_name: Mapped[str | None] = mapped_column(String(120))
    requested_by: Mapped[str] = mapped_column(String(120))
    told_late: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_callback_due", "state", "due_at"),
        Index("ix_callback_window", "window_from"),
        Index("ix_callback_created", "created_at"),
    )


class CallbackEvent(Base):
    """What happened with a request: who, what, when. Append only."""

    __tablename__ = "callback_event"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    callback_id: Mapped[int] = mapped_column(ForeignKey("callback.id", ondelete="CASCADE"), index=True)
    what: Mapped[str] = mapped_column(String(16))
    actor: Mapped[str] = mapped_column(String(120))
    actor_name: Mapped[str] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(SealedText, default="")
    at: Mapped[datetime]
