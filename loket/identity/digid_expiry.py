"""Ends log-ins whose time is over, and tells the citizen: a look every few seconds in every gateway process."""

from __future__ import annotations

from collections.abc import Callable

from loket.answers.compose import Composer
from loket.bus import Bus
from loket.conversations.inbox import Inbox
from loket.conversations.model import Author
from loket.conversations.states import State
from loket.identity.digid import DigidSessions
from loket.store.engine import Store
from loket.store.looking import Looking
from loket.store.schema import Conversation

LOOK_EVERY = 5.0


class DigidExpiry(Looking):
    """Logs out who was idle.

    Args:
        sessions: who is logged in.
        store, inbox: to tell them, in their conversation.
        composer: makes the text.
        bus: rings for citizen and desk.
        short: whether a channel needs the short form of texts.
    """

    failed = "digid.expiry_failed"

    def __init__(
        self,
        sessions: DigidSessions,
        store: Store,
        inbox: Inbox,
        composer: Composer,
        bus: Bus,
        short: Callable[[str], bool],
        look_every: float = LOOK_EVERY,
    ) -> None:
        self._sessions, self._store, self._inbox, self._composer, self._bus = sessions, store, inbox, composer, bus
        self._short, self.look_every = short, look_every

    async def round(self) -> int:
        """End what is over; returns how many. Of two processes that look at once, one tells it."""
        count = 0
        for conversation_id in await self._sessions.over():
            if not await self._sessions.end(conversation_id):
                continue
            count += 1
            async with self._store.read() as session:
                conversation = await session.get_one(Conversation, conversation_id)
            if conversation.state != State.CLOSED.value:
                rendered = self._composer.text("digid.verlopen", self._short(conversation.channel))
                said = await self._inbox.say(conversation_id, Author.SYSTEM, rendered, conversation.epoch)
                if said is not None:
                    self._bus.publish({"kind": "message", "conversation": conversation_id, "seq": said.seq})
            self._bus.publish({"kind": "state", "conversation": conversation_id})
            self._bus.publish({"kind": "queue", "conversation": conversation_id})
        return count
