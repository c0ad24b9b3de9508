"""Sessions of browsers: a public id, and a random cookie that is the credential."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from loket.answers.compose import Composer
from loket.conversations import journal
from loket.conversations.inbox import Inbox, move
from loket.conversations.journal import Entry
from loket.conversations.model import Author
from loket.identity.sessions import secret_hash
from loket.store.engine import Store
from loket.store.schema import WebSession

NAME = "web"
LIFETIME = timedelta(days=30)
"""A browser that was not seen for so long begins anew."""


@dataclass(frozen=True)
class Session:
    """A known browser."""

    id: str
    conversation_id: str


class WebSessions:
    """Opens and finds sessions."""

    def __init__(self, store: Store, inbox: Inbox, composer: Composer, clock: Callable[[], datetime]) -> None:
        self._store, self._inbox, self._composer, self._clock = store, inbox, composer, clock

    async def open(self, language: str) -> tuple[str, Session]:
        """A new session with a new conversation that begins with the welcome; returns the secret for the cookie."""
        secret, session_id, now = secrets.token_urlsafe(32), str(uuid.uuid4()), self._clock()
        async with self._store.write() as session:
            conversation = await self._inbox.open(session, NAME, session_id, language)
            session.add(
                WebSession(
                    id=session_id, secret_hash=secret_hash(secret), conversation_id=conversation.id, created_at=now, seen_at=now
                )
            )
            welcome = self._composer.text("welkom")
            await journal.append(session, conversation, Entry(Author.BOT, welcome.text, welcome.content()), now)
            return secret, Session(session_id, conversation.id)

    async def open_existing(self, conversation_id: str) -> str:
        """A new session for a conversation that began elsewhere; returns the secret for the cookie.

        The answers go to the browser from now on, and what was proven elsewhere is not proven here.
        """
        secret, session_id, now = secrets.token_urlsafe(32), str(uuid.uuid4()), self._clock()
        async with self._store.write() as session:
            conversation = await journal.locked(session, conversation_id)
            move(conversation, NAME, session_id)
            session.add(
                WebSession(
                    id=session_id, secret_hash=secret_hash(secret), conversation_id=conversation.id, created_at=now, seen_at=now
                )
            )
            words = self._composer.text("verder.hier")
            await journal.append(session, conversation, Entry(Author.SYSTEM, words.text, words.content()), now)
        return secret

    async def find(self, secret: str) -> Session | None:
        """The session of a cookie, or None."""
        async with self._store.read() as session:
            row = await session.scalar(
                select(WebSession).where(
                    WebSession.secret_hash == secret_hash(secret), WebSession.seen_at > self._clock() - LIFETIME
                )
            )
            return Session(row.id, row.conversation_id) if row else None

    async def rotate(self, secret: str) -> str | None:
        """A new secret for the session of a cookie, which then opens nothing any more; None when there is no such session."""
        fresh = secrets.token_urlsafe(32)
        async with self._store.write() as session:
            done = await session.execute(
                update(WebSession).where(WebSession.secret_hash == secret_hash(secret)).values(secret_hash=secret_hash(fresh))
            )
        return fresh if done.rowcount == 1 else None  # type: ignore[attr-defined]

    async def seen(self, session_id: str) -> None:
        """The browser is there."""
        async with self._store.write() as session:
            await session.execute(update(WebSession).where(WebSession.id == session_id).values(seen_at=self._clock()))
