"""A conversation and its messages as plain rows, for what happens to every message.

To load, watch and write back objects takes SQLAlchemy several times as long as the database needs. These statements are
prepared once and asked of a connection; what happens seldom works with the objects of `loket.store.schema`, in the same
transaction and after these.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from loket.conversations import journal
from loket.conversations.journal import Entry
from loket.conversations.standing import Standing
from loket.store.schema import Base, Conversation, Message

_conversation, _message, _outbox = (Base.metadata.tables[name] for name in ("conversation", "message", "outbox"))
_LOCKED = (
    select(*(_conversation.c[name] for name in Standing.__match_args__))
    .where(_conversation.c.id == bindparam("which"))
    .with_for_update()
)
_CHANGE = update(_conversation).where(_conversation.c.id == bindparam("which"))
_CHANGE_UNHANDLED = update(_message).where(_message.c.id == bindparam("which"), _message.c.handled_at.is_(None))
_KNOWN = (
    select(_message.c.conversation_id, _message.c.seq, _conversation.c.state)
    .join(_conversation, _conversation.c.id == _message.c.conversation_id)
    .where(_message.c.channel == bindparam("channel"), _message.c.provider_id == bindparam("provider_id"))
)
_ADD, _ADD_TO_OUTBOX = insert(_message).returning(_message.c.id), insert(_outbox)


def known(connection: Connection, channel: str, provider_id: str) -> Row[str, int, str] | None:
    """Where a message of this provider stands: `conversation_id`, `seq`, and the `state` of its conversation."""
    return connection.execute(_KNOWN, {"channel": channel, "provider_id": provider_id}).first()


def locked(connection: Connection, conversation_id: str) -> Standing:
    """The conversation, locked as by `journal.locked`. Raises journal.UnknownConversation."""
    row = connection.execute(_LOCKED, {"which": conversation_id}).first()
    if row is None:
        raise journal.UnknownConversation(conversation_id)
    return Standing(*row)


def change(connection: Connection, conversation_id: str, columns: Mapping[str, Any]) -> None:
    """Write columns of a conversation that is locked."""
    connection.execute(_CHANGE, {"which": conversation_id, **columns})


def handle(connection: Connection, message_id: int, columns: Mapping[str, Any]) -> bool:
    """Write columns of a message, `handled_at` among them; False, with nothing written, when it was handled or erased."""
    return connection.execute(_CHANGE_UNHANDLED, {"which": message_id, **columns}).rowcount == 1


def append(connection: Connection, standing: Standing | Conversation, seq: int, entry: Entry, now: datetime) -> Message:
    """As `journal.append`, but the caller counts: it writes `last_seq` and `updated_at` of the conversation once for all."""
    values = journal.message_values(standing, seq, entry, now)
    message = Message(id=connection.execute(_ADD, values).scalar_one(), **values)
    if entry.to_citizen:
        connection.execute(_ADD_TO_OUTBOX, journal.outbox_values(message, now))
    return message


def append_to(session: Session, conversation: Conversation, entry: Entry, columns: Mapping[str, Any], now: datetime) -> Message:
    """As `journal.append`, and write these columns of the conversation with it.

    Both objects are in the session as if they had been read so: it has nothing left to write.
    """
    connection = session.connection()
    message = append(connection, conversation, conversation.last_seq + 1, entry, now)
    columns = {**columns, "last_seq": message.seq, "updated_at": now}
    change(connection, conversation.id, columns)
    for name, value in columns.items():
        set_committed_value(conversation, name, value)
    make_transient_to_detached(message)
    session.add(message)
    return message
