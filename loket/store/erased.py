"""The table of what must still be forgotten elsewhere after a citizen deleted a conversation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from loket.store.schema import Base


class Forgetting(Base):
    """One deleted conversation that the bot engine must forget too; the row goes when it has.

    `conversation` is the id of the emptied conversation; `sessions` are the names under which the bot engine knows it.
    """

    __tablename__ = "forgetting"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    conversation: Mapped[str] = mapped_column(String(36))
    sessions: Mapped[list[Any]] = mapped_column(default=list)
    erased_at: Mapped[datetime]
    next_at: Mapped[datetime] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
