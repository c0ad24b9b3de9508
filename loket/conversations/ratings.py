"""What a citizen thought of a conversation: once, when it is closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from loket.conversations import journal
from loket.conversations.states import State
from loket.store.engine import Store
from loket.store.ratings import Rating
from loket.store.schema import Conversation
from loket.store.text import storable

WORST, BEST = 1, 5
WORDS = 1000
"""Characters of the words that may come with a rating."""


class NotClosed(Exception):
    """The conversation goes on; it can be rated when it is closed."""


class AlreadyRated(Exception):
    """A conversation is rated once."""


class Ratings:
    """Keeps ratings.

    Args:
        mask: takes BSN, IBAN and the like out of the words before they are stored.
        clock: now, aware.
    """

    def __init__(self, store: Store, mask: Callable[[str], str], clock: Callable[[], datetime]) -> None:
        self._store, self._mask, self._clock = store, mask, clock

    async def give(self, conversation_id: str, score: int, words: str = "") -> None:
        """Rate the conversation, or the closed one that it follows.

        Args:
            score: 1 (bad) to 5 (good).
            words: optional, at most WORDS characters; masked before they are stored.

        Raises ValueError (score or words out of range), NotClosed, AlreadyRated (also for the same rating a second
        time: nothing changes) and journal.UnknownConversation.
        """
        if not WORST <= score <= BEST or len(words) > WORDS:
            raise ValueError("a rating is 1 to 5, with at most so many words")
        async with self._store.write() as session:
            await keep(session, conversation_id, score, self._mask(storable(words.strip())), self._clock())

    async def can_rate(self, conversation_id: str) -> bool:
        """Whether there is something to rate."""
        async with self._store.read() as session:
            try:
                closed = await _closed(session, conversation_id, lock=False)
            except NotClosed:
                return False
            return await session.get(Rating, closed.id) is None

    async def of(self, conversation_id: str) -> Rating | None:
        """The rating of a conversation, or None."""
        async with self._store.read() as session:
            return await session.get(Rating, conversation_id)


async def keep(session: AsyncSession, conversation_id: str, score: int, words: str, now: datetime) -> None:
    """As `Ratings.give`, in this transaction; the words are masked already."""
    closed = await _closed(session, conversation_id)
    if await session.get(Rating, closed.id) is not None:
        raise AlreadyRated(closed.id)
    session.add(Rating(conversation_id=closed.id, score=score, words=words, at=now))


async def _closed(session: AsyncSession, conversation_id: str, lock: bool = True) -> Conversation:
    """The conversation if it is closed, else the one before it; locked, so that of two ratings at once one counts."""
    current: str | None = conversation_id
    for _ in range(2):
        if current is None:
            break
        found = await journal.locked(session, current) if lock else await session.get(Conversation, current)
        if found is None:
            raise journal.UnknownConversation(current)
        if found.state == State.CLOSED.value:
            return found
        current = found.follows
    raise NotClosed(conversation_id)
