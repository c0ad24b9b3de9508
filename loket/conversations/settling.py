"""The outcome of a message: it is handled once, and what was answered counts only for the owner that was asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from loket.conversations import journal, ownership, rows
from loket.conversations.bursts import Work
from loket.conversations.journal import Entry
from loket.conversations.leases import Leases
from loket.conversations.model import Author, HandOff, Rendered
from loket.conversations.standing import Standing
from loket.conversations.states import State, Step
from loket.store.clock import is_lately
from loket.store.schema import Conversation, Message

WAIT_TOLD = "druk_gemeld"
"""Fact: when the citizen was last told that an answer takes long."""

REPEAT_WAIT_AFTER = timedelta(seconds=60)


class Settling(Leases):
    """Writes down what became of the work that was handed out."""

    async def place(self, work: Work, of: Callable[[AsyncSession, Conversation], Awaitable[int]]) -> int:
        """The place in the queue of a conversation in hand."""
        async with self._store.read(brief=True) as session:
            return await of(session, work.conversation)

    async def say(self, conversation_id: str, author: Author, rendered: Rendered, epoch: int) -> Message | None:
        """Say something outside a turn, if the ownership is still that of `epoch`; None if it was not said."""
        async with self._store.write(brief=True) as session:
            conversation = await journal.locked(session, conversation_id)
            if conversation.epoch != epoch:
                return None
            return await self._say(session, conversation, rendered, author, self._clock())

    async def say_wait(self, conversation_id: str, rendered: Rendered) -> Message | None:
        """Tell who waits for the bot that it takes long; None when that was told lately, or the answer is there already.

        Nothing of the message is lost or changed by it: it stays unhandled, and its answer comes after this.
        """
        now = self._clock()
        async with self._store.write(brief=True) as session:
            conversation = await journal.locked(session, conversation_id)
            told = conversation.facts.get(WAIT_TOLD)
            lately = told is not None and is_lately(datetime.fromisoformat(told), now, REPEAT_WAIT_AFTER)
            if lately or conversation.pending == 0 or conversation.state != State.BOT.value:
                return None
            conversation.facts = {**conversation.facts, WAIT_TOLD: now.isoformat()}
            return await self._say(session, conversation, rendered, Author.SYSTEM, now)

    async def settle(
        self,
        work: Work,
        replies: list[Rendered],
        understanding: dict[str, Any] | None,
        facts: dict[str, Any] | None = None,
        handoff: HandOff | None = None,
        columns: dict[str, Any] | None = None,
        on_handoff: Callable[[AsyncSession, Conversation], Awaitable[list[Rendered]]] | None = None,
        speaker: Author = Author.BOT,
        on_kept: Callable[[AsyncSession, Message], Awaitable[object]] | None = None,
    ) -> tuple[Standing, list[Message], bool]:
        """Record the outcome of one message: it is handled, and the replies count **only if the epoch is still the
        one the question was asked under**. Otherwise they are dropped, and the message counts as handled, because
        a human has the conversation now and sees it. When the bot has it back already, it stays unhandled.

        Args:
            on_handoff: awaited in the same transaction after the step to the queue; returns replies to append.
            on_kept: awaited last in the same transaction, with the settled message, when the replies were kept.

        Returns how the conversation stands, the appended messages, and whether the replies were kept.
        """
        now = self._clock()
        async with self._store.write(brief=True) as session:
            standing, appended, kept = await session.run_sync(
                self._written, work, replies, understanding, facts or {}, columns or {}, speaker, now
            )
            if not kept or (handoff is None and on_kept is None):
                return standing, appended, kept
            conversation = await session.get_one(Conversation, standing.id)
            if handoff is not None and conversation.state in (State.BOT.value, State.CALLBACK.value):
                await ownership.step(
                    session, conversation, Step.HAND_OFF, epoch=work.epoch, actor="bot", reason=handoff.reason, now=now
                )
                if work.conversation.state == State.BOT.value:
                    conversation.reason, conversation.urgency = handoff.reason, handoff.urgency
                if on_handoff is not None:
                    for reply in await on_handoff(session, conversation):
                        appended.append(await self._say(session, conversation, reply, Author.SYSTEM, now))
            if on_kept is not None:
                await on_kept(session, await session.get_one(Message, work.message.id))
            return Standing.of(conversation), appended, True

    def _written(
        self,
        session: Session,
        work: Work,
        replies: list[Rendered],
        understanding: dict[str, Any] | None,
        facts: dict[str, Any],
        columns: dict[str, Any],
        speaker: Author,
        now: datetime,
    ) -> tuple[Standing, list[Message], bool]:
        """What `settle` writes for every message, and returns."""
        connection = session.connection()
        standing = rows.locked(connection, work.conversation.id)
        kept = standing.epoch == work.epoch
        if not kept and work.conversation.state == standing.state == State.BOT.value:
            return standing, [], False  # claimed and given back in between: nobody answered, the bot is asked anew
        if not rows.handle(connection, work.message.id, {"handled_at": now, "understanding": understanding}):
            return standing, [], False
        for earlier in work.before:
            rows.handle(connection, earlier.id, {"handled_at": now})
        pending = max(standing.pending - 1 - len(work.before), 0)
        changes = {"pending": pending, "pending_since": now if pending else None, **columns}
        if facts:
            changes["facts"] = {**standing.facts, **facts}
        if pending == 0 and standing.lease == self._holder:
            changes |= {"lease": None, "lease_until": None}
        entries = [Entry(speaker, reply.text, content=reply.content()) for reply in replies] if kept else []
        appended = [rows.append(connection, standing, standing.last_seq + n, entry, now) for n, entry in enumerate(entries, 1)]
        if appended:
            changes |= {"last_seq": appended[-1].seq, "updated_at": now}
        rows.change(connection, standing.id, changes)
        return standing.changed(changes), appended, kept

    async def _say(
        self, session: AsyncSession, conversation: Conversation, reply: Rendered, speaker: Author, now: datetime
    ) -> Message:
        return await journal.append(session, conversation, Entry(speaker, reply.text, content=reply.content()), now)
