"""The table of what citizens thought of a conversation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from loket.store.schema import Base
from loket.store.sealed import SealedText


class Rating(Base):
    """One rating, 1 (bad) to 5 (good), of one closed conversation; `words` are masked. Gone with its conversation."""

    __tablename__ = "rating"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True)
    score: Mapped[int]
    words: Mapped[str] = mapped_column(SealedText, default="")
    at: Mapped[datetime]

    __table_args__ = (Index("ix_rating_at", "at"),)
