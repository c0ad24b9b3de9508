"""The outcome of a message: it is handled once, and what was answered counts only for the owner that was asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from loket.conversations import journal, ownership
from loket.conversations.bursts import Work
from loket.conversations.journal import Entry
from loket.conversations.leases import Leases
from loket.conversations.model import Author, HandOff, Rendered
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
    ) -> tuple[Conversation, list[Message], bool]:
        """Record the outcome of one message: it is handled, and the replies count **only if the epoch is still the
        one the question was asked under**. Otherwise they are dropped, and the message counts as handled, because
        a human has the conversation now and sees it. When the bot has it back already, it stays unhandled.

        Args:
            on_handoff: awaited in the same transaction after the step to the queue; returns replies to append.
            on_kept: awaited last in the same transaction, with the settled message, when the replies were kept.

        Returns the conversation, the appended messages, and whether the replies were kept.
        """
        now = self._clock()
        async with self._store.write(brief=True) as session:
            conversation = await journal.locked(session, work.conversation.id)
            message = await session.get(Message, work.message.id)
            if message is None or message.handled_at is not None:
                return conversation, [], False
            if conversation.epoch != work.epoch and work.conversation.state == conversation.state == State.BOT.value:
                return conversation, [], False  # claimed and given back in between: nobody answered, the bot is asked anew
            message.handled_at, message.understanding = now, understanding
            for earlier in work.before:
                (await session.get_one(Message, earlier.id)).handled_at = now
            conversation.pending = max(conversation.pending - 1 - len(work.before), 0)
            conversation.pending_since = now if conversation.pending else None
            conversation.facts = {**conversation.facts, **(facts or {})}
            for column, value in (columns or {}).items():
                setattr(conversation, column, value)
            if conversation.pending == 0 and conversation.lease == self._holder:
                conversation.lease, conversation.lease_until = None, None
            if conversation.epoch != work.epoch:
                return conversation, [], False
            appended = [await self._say(session, conversation, reply, speaker, now) for reply in replies]
            if handoff is not None and conversation.state in (State.BOT.value, State.CALLBACK.value):
                await session.flush()
                await ownership.step(
                    session, conversation, Step.HAND_OFF, epoch=work.epoch, actor="bot", reason=handoff.reason, now=now
                )
                if work.conversation.state == State.BOT.value:
                    conversation.reason, conversation.urgency = handoff.reason, handoff.urgency
                if on_handoff is not None:
                    for reply in await on_handoff(session, conversation):
                        appended.append(await self._say(session, conversation, reply, Author.SYSTEM, now))
            if on_kept is not None:
                await on_kept(session, message)
            return conversation, appended, True

    async def _say(
        self, session: AsyncSession, conversation: Conversation, reply: Rendered, speaker: Author, now: datetime
    ) -> Message:
        return await journal.append(session, conversation, Entry(speaker, reply.text, content=reply.content()), now)
