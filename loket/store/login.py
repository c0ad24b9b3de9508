"""The tables of logging in elsewhere: log-ins under way, one-time tokens, and citizens who are logged in with DigiD."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from loket.store.schema import Base


class OidcLogin(Base):
    """A log-in that was begun in one browser. Found by the SHA-256 of its state; taken once.

    `sealed` holds nonce and verifier (loket.identity.vault); `browser_hash` is the SHA-256 of that browser's cookie.
    """

    __tablename__ = "oidc_login"

    state_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(24))
    browser_hash: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(64), default="")
    sealed: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    taken_at: Mapped[datetime | None]


class OneTimeToken(Base):
    """A link that works once. Only the SHA-256 of the token is kept."""

    __tablename__ = "one_time_token"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(24))
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class DigidSession(Base):
    """A citizen who is logged in with DigiD in one conversation; removed when they log out or were idle.

    `sealed_bsn` is sealed by loket.identity.vault.
    """

    __tablename__ = "digid_session"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True)
    sealed_bsn: Mapped[str] = mapped_column(Text)
    begun_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
