"""The tables of who we talk with outside the browser, and of what the provider does with our messages.

A telephone number stands in one place only, `partner_address.number`, sealed; it is found by its `number_index`. Everything else
refers to the row's id: conversations carry it as their `address`. For the moments between accepting and handling a message its
number stands in `accepted_message` too, sealed with the rest of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column

from loket.store.field_keys import field_keys
from loket.store.schema import Base
from loket.store.sealed import SealedJson, SealedText


def number_indexes(number: str) -> list[str]:
    """Under what the row of a number may be found; a new one is written under the first."""
    return field_keys().indexes(f"number {number}")


def _index_of_its_number(context: DefaultExecutionContext) -> str:
    return number_indexes(context.get_current_parameters()["number"])[0]  # type: ignore[no-untyped-call]


class PartnerAddress(Base):
    """One number in one channel. Rows with the same `partner_id` are the same number in different channels.

    A known number is a conversation partner, never an identified person: it says nothing about who holds the telephone.

    `heard_at` is the citizen's last message (WhatsApp's window of 24 hours counts from it), `opted_out_at` a STOP, `asked_at` a
    question after that, `unreachable` why nothing can be sent here (landline, blocked, unknown, no_whatsapp, filtered).
    """

    __tablename__ = "partner_address"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    partner_id: Mapped[str] = mapped_column(String(36), index=True)
    channel: Mapped[str] = mapped_column(String(16))
    number: Mapped[str] = mapped_column(SealedText)
    number_index: Mapped[str] = mapped_column(String(64), default=_index_of_its_number)
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversation.id", ondelete="SET NULL"), index=True)
    profile_name: Mapped[str | None] = mapped_column(SealedText)
    introduced_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    opted_out_at: Mapped[datetime | None]
    unreachable: Mapped[str | None] = mapped_column(String(16))
    created_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("channel", "number_index", name="uq_partner_address"),)

    @classmethod
    def has(cls, number: str) -> ColumnElement[bool]:
        """The condition that a row is of this number, whichever of our keys it is found with."""
        return cls.number_index.in_(number_indexes(number))


class PartnerConsent(Base):
    """A yes of a conversation partner with its proof: which words were agreed to, and by which message of the provider.

    `kind` is contact (wrote to us first) or sms (may be reached by SMS when WhatsApp is closed).
    """

    __tablename__ = "partner_consent"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    partner_id: Mapped[str] = mapped_column(String(36), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(16))
    wording: Mapped[str] = mapped_column(Text)
    proof: Mapped[str] = mapped_column(String(80))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class ProviderMessage(Base):
    """One message at the provider: a part of one of our messages (`part` counts from 0).

    The row is there before the provider is asked, so that a process that dies in between leaves a trace: `sid` is empty then, and
    the next one looks at the provider first. `state` is the furthest that the provider told (loket.partners.progress).
    """

    __tablename__ = "provider_message"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"))
    part: Mapped[int] = mapped_column(Integer)
    address_id: Mapped[str] = mapped_column(String(36), index=True)
    channel: Mapped[str] = mapped_column(String(16))
    sid: Mapped[str | None] = mapped_column(String(40), unique=True)
    state: Mapped[str] = mapped_column(String(12))
    error: Mapped[int | None] = mapped_column(Integer)
    segments: Mapped[int] = mapped_column(Integer, default=1)
    retries: Mapped[int] = mapped_column(Integer, default=0)
    first_tried_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("message_id", "part", name="uq_provider_part"),)


class SenderSlot(Base):
    """The next moment at which one of our senders may send, for all processes together."""

    __tablename__ = "sender_slot"

    sender: Mapped[str] = mapped_column(String(40), primary_key=True)
    next_at: Mapped[datetime]


class SeenWebhook(Base):
    """The digest of a signed request that was taken: the same one much later is a replay."""

    __tablename__ = "seen_webhook"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class AcceptedMessage(Base):
    """A message of a citizen that the provider was promised to be handled, until it is: then the row is gone.

    `id` is the order of coming, `given` the message (channels.twilio.incoming.Incoming) with its text masked, `sender` an index
    of channel and number. `holder` is the process that is about to handle it; when `held_until` is over, another one may.
    `attempts` counts tries in vain. `state` is waiting, or failed when nobody tries any more (since `held_until`). `sid` and
    `accepted_at` are empty in rows that a gateway of before 0018 wrote.
    """

    __tablename__ = "accepted_message"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    sender: Mapped[str] = mapped_column(String(64), index=True)
    given: Mapped[dict[str, Any]] = mapped_column(SealedJson)
    holder: Mapped[str] = mapped_column(String(64))
    held_until: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    sid: Mapped[str | None] = mapped_column(String(64))
    accepted_at: Mapped[datetime | None]

    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 (a number is never used again, as in PostgreSQL)
