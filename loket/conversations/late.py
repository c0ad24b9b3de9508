"""Overload: who waits for the bot hears that it takes long and that the message is kept, before anything else changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import select

from loket.answers.compose import Composer
from loket.bus import Bus
from loket.conversations.inbox import Inbox
from loket.conversations.states import State
from loket.store.engine import Store
from loket.store.looking import Looking
from loket.store.schema import Conversation

TELL_AFTER = timedelta(seconds=4)
TELL_PUSHED_AFTER = timedelta(seconds=30)
"""A telephone rings for it: there it is only told when the wait is long."""

AT_ONCE = 1_000


class LateAnswers(Looking):
    """Looks each second for messages that wait too long for the bot, in whatever process they wait, and says so once.

    Args:
        busy: whether this process waits because there is much to do, not because the bot engine fails.
        pushed: whether a message on this channel makes a telephone ring.
    """

    failed: ClassVar[str] = "late.look_failed"
    look_every = 1.0

    def __init__(
        self,
        store: Store,
        inbox: Inbox,
        composer: Composer,
        bus: Bus,
        clock: Callable[[], datetime],
        short: Callable[[str], bool],
        pushed: Callable[[str], bool],
        busy: Callable[[], bool],
        after: timedelta = TELL_AFTER,
    ) -> None:
        self._store, self._inbox, self._composer, self._bus, self._clock = store, inbox, composer, bus, clock
        self._short, self._pushed, self._busy, self._after = short, pushed, busy, after
        self._asked: dict[str, datetime | None] = {}  # what was seen to before: the store need not be locked for it again

    async def round(self) -> int:
        """Tell everybody who waits too long; returns how many were told."""
        now, told = self._clock(), 0
        async with self._store.read(brief=True) as session:
            waiting = (
                await session.execute(
                    select(Conversation.id, Conversation.channel, Conversation.pending_since)
                    .where(
                        Conversation.pending > 0,
                        Conversation.state == State.BOT.value,
                        Conversation.pending_since < now - self._after,
                    )
                    .order_by(Conversation.pending_since)
                    .limit(AT_ONCE)
                )
            ).all()
        asked = {conversation_id: since for conversation_id, _, since in waiting}
        for conversation_id, channel, since in waiting:
            if since is None or self._asked.get(conversation_id) == since:
                continue
            if self._pushed(channel) and since > now - TELL_PUSHED_AFTER:
                del asked[conversation_id]
                continue
            key = "druk.bewaard" if self._busy() else "storing.even_geduld"
            message = await self._inbox.say_wait(conversation_id, self._composer.text(key, self._short(channel)))
            if message is not None:
                told += 1
                self._bus.publish({"kind": "message", "conversation": conversation_id, "seq": message.seq, "channel": channel})
        self._asked = asked
        return told
