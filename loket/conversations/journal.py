"""Appending to and reading from the list of messages of a conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from loket.conversations.model import Author
from loket.conversations.standing import Standing
from loket.store.schema import Conversation, Message, Outbox
from loket.store.text import storable

CHAIN_LIMIT = 5
"""How many earlier, closed conversations are shown with a follow-up."""


_LOCKED = (
    select(Conversation).where(Conversation.id == bindparam("which")).with_for_update()
    .execution_options(populate_existing=True)  # the session may have it already, as it was before others let go of it
)  # fmt: skip


class UnknownConversation(LookupError):
    """No conversation has this id."""


async def locked(session: AsyncSession, conversation_id: str) -> Conversation:
    """The conversation, locked against other writers until the transaction ends.

    SQLite has taken its write lock already (BEGIN IMMEDIATE); PostgreSQL locks the row.
    Raises UnknownConversation.
    """
    found = await session.scalar(_LOCKED, {"which": conversation_id})
    if found is None:
        raise UnknownConversation(conversation_id)
    return found


@dataclass(frozen=True)
class Entry:
    """What to append: see `loket.store.schema.Message` for the fields."""

    author: Author
    text: str
    content: dict[str, Any] = field(default_factory=dict)
    author_id: str | None = None
    author_name: str | None = None
    provider_id: str | None = None
    payload: str | None = None
    understanding: dict[str, Any] | None = None
    attempts: int = 0
    handled: bool = False
    """Of a message of the citizen: nobody needs to answer it."""

    @property
    def to_citizen(self) -> bool:
        """Whether it is meant for the citizen, and goes to the outbox too."""
        return self.author in (Author.BOT, Author.HUMAN, Author.SYSTEM)


async def append(session: AsyncSession, conversation: Conversation, entry: Entry, now: datetime) -> Message:
    """Append one message under the next sequence number; what is meant for the citizen also goes to the outbox.

    `conversation` must come from `locked` in the same transaction.
    """
    conversation.last_seq += 1
    conversation.updated_at = now
    message = Message(**message_values(conversation, conversation.last_seq, entry, now))
    session.add(message)
    await session.flush()
    if entry.to_citizen:
        session.add(Outbox(**outbox_values(message, now)))
    return message


def message_values(conversation: Conversation | Standing, seq: int, entry: Entry, now: datetime) -> dict[str, Any]:
    """The columns of a message under this sequence number."""
    return {
        "conversation_id": conversation.id,
        "seq": seq,
        "author": entry.author.value,
        "author_id": entry.author_id,
        "author_name": entry.author_name,
        "channel": conversation.channel,
        "provider_id": entry.provider_id,
        "text": storable(entry.text),
        "content": entry.content,
        "payload": entry.payload,
        "understanding": entry.understanding,
        "epoch": conversation.epoch,
        "attempts": entry.attempts,
        "handled_at": None if entry.author is Author.CITIZEN and not entry.handled else now,
        "together": None,
        "delivery": "pending" if entry.to_citizen else None,
        "created_at": now,
    }


def outbox_values(message: Message, now: datetime) -> dict[str, Any]:
    """The columns of the row with which a message goes to the citizen."""
    return {
        "conversation_id": message.conversation_id,
        "message_id": message.id,
        "channel": message.channel,
        "state": "pending",
        "attempts": 0,
        "next_at": now,
    }


async def chain(session: AsyncSession, conversation_id: str) -> list[str]:
    """The ids of this conversation and the ones it follows, oldest first, at most CHAIN_LIMIT."""
    row = await session.get(Conversation, conversation_id)  # no statement when the session has it already
    if row is None or row.follows is None:
        return [conversation_id]
    links = (
        select(Conversation.id, Conversation.follows, literal(1).label("place"))
        .where(Conversation.id == conversation_id)
        .cte("links", recursive=True)
    )
    links = links.union_all(
        select(Conversation.id, Conversation.follows, links.c.place + 1)
        .where(Conversation.id == links.c.follows, links.c.place < CHAIN_LIMIT)
    )  # fmt: skip
    return list(await session.scalars(select(links.c.id).order_by(links.c.place.desc())))


async def messages(
    session: AsyncSession, conversation_ids: Sequence[str], after: int = 0, for_citizen: bool = False, limit: int = 500
) -> list[Message]:
    """The last `limit` messages with a sequence number above `after`, in order; without notes for a citizen."""
    query = select(Message).where(Message.conversation_id.in_(conversation_ids), Message.seq > after)
    if for_citizen:
        query = query.where(Message.author != Author.NOTE.value)
    rows = await session.scalars(query.order_by(Message.seq.desc()).limit(limit))
    return list(rows)[::-1]
