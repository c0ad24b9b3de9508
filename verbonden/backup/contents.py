"""What is in a store, and what a citizen deleted from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from loket.answers.texts import Texts
from loket.bus import Bus, Event
from loket.conversations.bot import BotUnavailable
from loket.conversations.erasure import Erasure
from loket.conversations.inbox import utcnow
from loket.store import Store
from loket.store.field_keys import Unreadable


@dataclass(frozen=True)
class Contents:
    """What a store holds.

    Attributes:
        revision: of its tables; empty when it has none.
        conversations, messages: how many.
        deleted: ids of the conversations that a citizen deleted: empty but for a note.
    """

    revision: str = ""
    conversations: int = 0
    messages: int = 0
    deleted: tuple[str, ...] = ()


async def look(url: str) -> Contents:
    """Look in a store of any version."""
    store = Store.connect(url)
    try:
        async with store.engine.connect() as connection:
            if "conversation" not in await connection.run_sync(lambda c: inspect(c).get_table_names()):
                return Contents()
            deleted = (await connection.execute(text("select id from conversation where address = '' order by id"))).scalars()
            return Contents(
                str(await _one(connection, "select version_num from alembic_version")),
                int(str(await _one(connection, "select count(*) from conversation"))),
                int(str(await _one(connection, "select count(*) from message"))),
                tuple(deleted),
            )
    finally:
        await store.close()


async def _one(connection: AsyncConnection, statement: str) -> object:
    return (await connection.execute(text(statement))).scalar_one()


class Undeletable(Exception):
    """Some conversations can not be read, so not be deleted; the others are deleted.

    Attributes:
        conversations: their ids.
    """

    def __init__(self, conversations: Sequence[str]) -> None:
        super().__init__(", ".join(conversations))
        self.conversations = conversations


async def delete_again(url: str, conversations: Sequence[str], data: Path) -> int:
    """Delete what a citizen deleted after the copy was made; returns how many conversations the copy still had.

    Args:
        url: of a store of the newest version.
        conversations: ids; those that are not there, or empty already, are left alone.
        data: folder with the texts.

    Raises:
        Undeletable: at the end, when a field of some of them was changed, or no key opens it.
    """
    present = await look(url)
    store = Store.connect(url)
    erasure = Erasure(store, _Nobody(), _Silence("redis://127.0.0.1", "restore"), Texts.load(data / "antwoorden"), utcnow)
    erased, unreadable = set[str](), list[str]()
    try:
        async with store.read() as session:
            known = set((await session.execute(text("select id from conversation where address <> ''"))).scalars())
        for conversation in conversations:
            if conversation in known - erased and conversation not in present.deleted:
                try:
                    erased.update(await erasure.erase(conversation, anyway=True))
                except Unreadable:
                    unreadable.append(conversation)
    finally:
        await store.close()
    if unreadable:
        raise Undeletable(unreadable)
    return len(erased)


class _Nobody:
    """The bot engine is asked later, by a gateway: what it must forget stands in the store."""

    async def forget(self, sessions: Sequence[str]) -> None:
        """Raises BotUnavailable."""
        raise BotUnavailable("a copy is put back")


class _Silence(Bus):
    """Nobody listens while a copy is put back."""

    def publish(self, event: Event, here_only: bool = False, row: object = None) -> None:
        """Nothing."""
