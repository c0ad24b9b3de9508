"""Citizens who are logged in with DigiD: the BSN, sealed, for as long as the log-in lasts and not a minute longer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select

from loket.cases import identifiers
from loket.conversations import journal
from loket.conversations.states import State
from loket.identity import trust
from loket.identity.vault import Unreadable, Vault
from loket.store.engine import Store
from loket.store.login import DigidSession
from loket.store.schema import Conversation

LONGEST = timedelta(hours=2)
"""However busy the conversation is: after this a citizen logs in anew."""


class DigidSessions:
    """Keeps who is logged in, per conversation.

    Args:
        store: the store.
        vault: seals the BSN.
        clock: now, aware.
    """

    def __init__(self, store: Store, vault: Vault, clock: Callable[[], datetime]) -> None:
        self._store, self._vault, self._clock = store, vault, clock

    async def begin(self, conversation_id: str, bsn: str) -> None:
        """A citizen logged in; an earlier log-in of this conversation is replaced.

        Raises:
            InvalidInput: not a BSN (loket.cases.errors).
            UnknownConversation: see loket.conversations.journal.
        """
        person, now = identifiers.bsn(bsn), self._clock()
        async with self._store.write() as session:
            conversation = await journal.locked(session, conversation_id)
            await session.merge(
                DigidSession(conversation_id=conversation_id, sealed_bsn=self._vault.seal(person), begun_at=now,
                             expires_at=now + LONGEST)
            )
            conversation.trust, conversation.trust_until, conversation.updated_at = trust.DIGID, now + trust.IDLE, now

    async def bsn(self, conversation_id: str) -> str | None:
        """Whose conversation this is; None when nobody is logged in (any more)."""
        now = self._clock()
        async with self._store.read() as session:
            row = await session.get(DigidSession, conversation_id)
            conversation = await session.get(Conversation, conversation_id)
        if row is None or conversation is None or row.expires_at <= now or trust.current(conversation, now) != trust.DIGID:
            return None
        try:
            return self._vault.open(row.sealed_bsn)
        except Unreadable:  # the key was changed: log in anew
            return None

    async def end(self, conversation_id: str) -> bool:
        """Log out; returns whether somebody was logged in."""
        async with self._store.write() as session:
            row = await session.get(DigidSession, conversation_id)
            if row is None:
                return False
            conversation = await journal.locked(session, conversation_id)
            await session.execute(delete(DigidSession).where(DigidSession.conversation_id == conversation_id))
            if conversation.trust == trust.DIGID:
                conversation.trust, conversation.trust_until = trust.ANONYMOUS, None
            conversation.updated_at = self._clock()
            return True

    async def over(self) -> list[str]:
        """Conversations of which the log-in must end: idle, too long, or closed."""
        now = self._clock()
        async with self._store.read() as session:
            rows = await session.scalars(
                select(DigidSession.conversation_id)
                .join(Conversation, Conversation.id == DigidSession.conversation_id)
                .where(
                    or_(DigidSession.expires_at <= now, Conversation.trust_until <= now, Conversation.trust != trust.DIGID,
                        Conversation.state == State.CLOSED.value)
                )
            )
            return list(rows)
