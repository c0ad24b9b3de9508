"""A promise to call that was not kept: the citizen reads so once, with a way on. One process looks at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select

from loket.conversations import journal
from loket.conversations.states import HUMAN_OWNED, State
from loket.handoff.callback_follow import UNSETTLED
from loket.handoff.callbacks import Callbacks, note
from loket.store.callbacks import Callback
from loket.store.engine import Store
from loket.store.looking import Looking
from loket.store.turn import Turn

NAME = "late_calls"
EVERY = timedelta(minutes=1)
LEASE = timedelta(minutes=5)
BATCH = 50


class LateCalls(Looking):
    """Tells who was not called in time.

    Args:
        holder: name of this process for the lease; unique among all processes.
        clock: now, aware.
        look_every: seconds between looks.
    """

    failed = "late_calls.failed"

    def __init__(
        self, store: Store, callbacks: Callbacks, holder: str, clock: Callable[[], datetime], look_every: float = 30.0
    ) -> None:
        self._store, self._callbacks, self._clock, self.look_every = store, callbacks, clock, look_every
        self._turn = Turn(store, NAME, holder, EVERY, LEASE, clock)

    async def round(self) -> int:
        """Tell those whose time has passed, if it is our turn; returns how many."""
        if not await self._turn.take():
            return 0
        due = (Callback.state.in_(UNSETTLED), Callback.due_at < self._clock(), Callback.told_late.is_(False))
        async with self._store.read() as session:
            rows = (await session.execute(select(Callback.id, Callback.conversation_id).where(*due).limit(BATCH))).all()
        for callback_id, conversation_id in rows:
            async with self._store.write() as session:
                conversation = await journal.locked(session, conversation_id)
                row = await session.scalar(select(Callback).where(Callback.id == callback_id, *due).with_for_update())
                if row is None:
                    continue  # called, or told, in between
                row.told_late, seq = True, None
                note(session, row, "late", "system", "", self._clock())
                if State(conversation.state) not in HUMAN_OWNED:  # who talks to a human hears it there
                    text = self._callbacks.text("terugbellen.te_laat", conversation.channel)
                    seq = await self._callbacks.say(session, conversation, text)
            self._callbacks.rung(conversation_id, seq)
        await self._turn.done()
        return len(rows)
