"""The tables of the store: the one truth about every conversation.

Times are stored as UTC without a zone (SQLite drops zones) and handed out aware, by `UtcDateTime`.
Texts of messages are masked before they get here (design section 3, step 2), and sealed in the database (loket.store.sealed).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from loket.store.sealed import SealedJson, SealedText


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; refuses naive values so that no local time slips in."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store as naive UTC. Raises ValueError for a naive moment."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone can not be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Hand out as aware UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Root of all tables."""

    type_annotation_map = {dict[str, Any]: JSON, list[Any]: JSON, datetime: UtcDateTime()}  # noqa: RUF012


class Conversation(Base):
    """One conversation (contact) of one citizen. `state` and `epoch` change only by compare-and-set."""

    __tablename__ = "conversation"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(128))
    state: Mapped[str] = mapped_column(String(24), default="bot")
    epoch: Mapped[int] = mapped_column(Integer, default=0)
    bot_session: Mapped[int] = mapped_column(Integer, default=0)
    last_seq: Mapped[int] = mapped_column(Integer, default=0)
    language: Mapped[str] = mapped_column(String(8), default="nl")
    trust: Mapped[str] = mapped_column(String(16), default="anoniem")
    trust_until: Mapped[datetime | None]
    topic: Mapped[str | None] = mapped_column(String(200))
    product: Mapped[str | None] = mapped_column(String(80))
    organisation: Mapped[str | None] = mapped_column(String(40))
    outcome: Mapped[str | None] = mapped_column(String(24))
    urgency: Mapped[str] = mapped_column(String(8), default="normaal")
    reason: Mapped[str | None] = mapped_column(String(24))
    facts: Mapped[dict[str, Any]] = mapped_column(SealedJson, default=dict)
    summary: Mapped[dict[str, Any] | None] = mapped_column(SealedJson)
    owner_id: Mapped[str | None] = mapped_column(String(36))
    owner_name: Mapped[str | None] = mapped_column(String(120))
    owner_organisation: Mapped[str | None] = mapped_column(String(40))
    team: Mapped[str | None] = mapped_column(String(40), index=True)
    queued_at: Mapped[datetime | None]
    pending: Mapped[int] = mapped_column(Integer, default=0)
    pending_since: Mapped[datetime | None]
    lease: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None]
    follows: Mapped[str | None] = mapped_column(String(36))
    closing: Mapped[dict[str, Any] | None] = mapped_column(SealedJson)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_conversation_pending", "pending", "lease_until"),
        Index("ix_conversation_state", "state", "queued_at"),
        Index("ix_conversation_updated", "updated_at"),
        Index("ix_conversation_created", "created_at"),
        Index("ix_conversation_address", "channel", "address"),
    )


class Message(Base):
    """One message as one of the parties saw it. `seq` counts from 1 within the conversation.

    `together` is the seq of the last message of a burst that is read as one thought with it (see Inbox.take).
    """

    __tablename__ = "message"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    seq: Mapped[int]
    author: Mapped[str] = mapped_column(String(8))
    author_id: Mapped[str | None] = mapped_column(String(36))
    author_name: Mapped[str | None] = mapped_column(String(120))
    channel: Mapped[str] = mapped_column(String(16))
    provider_id: Mapped[str | None] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(SealedText)
    content: Mapped[dict[str, Any]] = mapped_column(SealedJson, default=dict)
    payload: Mapped[str | None] = mapped_column(String(400))
    understanding: Mapped[dict[str, Any] | None] = mapped_column(SealedJson)
    epoch: Mapped[int]
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    handled_at: Mapped[datetime | None]
    together: Mapped[int | None]
    delivery: Mapped[str | None] = mapped_column(String(12))
    created_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("conversation_id", "seq", name="uq_message_seq"),
        UniqueConstraint("channel", "provider_id", name="uq_message_provider"),
    )


class Transition(Base):
    """One step of the state machine: who, when and why. Never updated, never deleted before retention."""

    __tablename__ = "transition"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    from_state: Mapped[str] = mapped_column(String(24))
    to_state: Mapped[str] = mapped_column(String(24))
    epoch: Mapped[int]
    actor: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]

    __table_args__ = (Index("ix_transition_at", "at"),)


class Outbox(Base):
    """One message on its way to the citizen through a channel."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), unique=True)
    channel: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(12), default="pending")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[datetime]
    lease: Mapped[str | None] = mapped_column(String(64))
    error: Mapped[str | None] = mapped_column(String(80))

    __table_args__ = (Index("ix_outbox_due", "state", "next_at"),)


class WebSession(Base):
    """A citizen's browser. The credential is a random cookie; only its SHA-256 is kept."""

    __tablename__ = "web_session"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class Staff(Base):
    """A member of the counter staff (medewerker, casemanager, teamleider, beheerder).

    `subject` is who this is for the log-in provider (`issuer|sub`); without one there is a password, for the demo only.
    """

    __tablename__ = "staff"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    username: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    organisation: Mapped[str] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str | None] = mapped_column(String(300), unique=True)
    demo: Mapped[bool] = mapped_column(default=False)


class StaffSession(Base):
    """A log-in at the desk; only the SHA-256 of the cookie is kept.

    The cookie changes now and then; the one before it works until `previous_until`, for requests that were under way.
    `seen_at` is when the open page was last heard, `active_at` when the person last did something.
    """

    __tablename__ = "staff_session"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    previous_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    previous_until: Mapped[datetime | None]
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    csrf: Mapped[str] = mapped_column(String(64))
    id_token: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    rotated_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    active_at: Mapped[datetime]


class Attempt(Base):
    """One counted attempt (second factor, log-in) for a hashed subject, for limits across processes."""

    __tablename__ = "attempt"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(24))
    subject_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]

    __table_args__ = (Index("ix_attempt_subject", "kind", "subject_hash", "at"),)


class Lookup(Base):
    """Audit of a look-up in a case system: append only."""

    __tablename__ = "lookup"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(String(36), index=True)
    actor: Mapped[str] = mapped_column(String(120))
    case_number: Mapped[str] = mapped_column(String(64), index=True)
    purpose: Mapped[str] = mapped_column(String(80))
    trust: Mapped[str] = mapped_column(String(16))
    outcome: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime]


class Review(Base):
    """One message that the bot did not understand, or understood wrongly, for staff to say what it meant.

    `text` is masked. `reasons` are values of `loket.review.reasons.Reason`. `thought` is what the bot made of it: outcome,
    organisations, products with their scores, and nothing that identifies the citizen.
    """

    __tablename__ = "review"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    seq: Mapped[int]
    text: Mapped[str] = mapped_column(SealedText)
    language: Mapped[str] = mapped_column(String(8), default="nl")
    reasons: Mapped[list[Any]] = mapped_column(default=list)
    thought: Mapped[dict[str, Any] | None]
    state: Mapped[str] = mapped_column(String(12), default="open")
    outcome: Mapped[str | None] = mapped_column(String(24))
    organisations: Mapped[list[Any]] = mapped_column(default=list)
    product: Mapped[str | None] = mapped_column(String(80))
    answered_by: Mapped[str | None] = mapped_column(String(36))
    answered_name: Mapped[str | None] = mapped_column(String(120))
    answered_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("conversation_id", "seq", name="uq_review_message"),
        Index("ix_review_state", "state", "id"),
        Index("ix_review_created", "created_at"),
    )


class Job(Base):
    """A task that one process at a time does now and then: who holds it, and when it was last done."""

    __tablename__ = "job"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str | None] = mapped_column(String(64))
    held_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
