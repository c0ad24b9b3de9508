"""What happens with one accepted message: asked of the bot, kept for the human, or shown to the human."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from loket.answers.compose import Composer, UnknownReference
from loket.answers.languages import in_own_language
from loket.bus import Bus
from loket.conversations.asking import Asking
from loket.conversations.bot import Bot, BotUnavailable
from loket.conversations.bursts import Work
from loket.conversations.for_human import ForHuman, care
from loket.conversations.inbox import Inbox
from loket.conversations.leases import LEASE
from loket.conversations.model import Author, BotReply, HandOff
from loket.conversations.outcomes import Outcome
from loket.conversations.standing import Standing
from loket.conversations.states import HUMAN_OWNED, WAITING, State
from loket.handoff.callback_dialogue import FACT as CALLING
from loket.handoff.reception import Reception
from loket.handoff.summary import Summariser
from loket.identity import trust
from loket.review.reasons import FACT as NOT_UNDERSTOOD
from loket.review.record import Recorder
from loket.store.schema import Conversation, Message
from loket.understanding.crisis import CrisisGate
from loket.understanding.in_conversation import about_calling

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 6
"""After so many tries in vain a message is given to a human as it is."""

LAST_ATTEMPTS = 3
"""So many more for giving it up as any message is settled; after those with nothing that can fail but the store."""

PROVEN = ("onderwerp", "organisatie_gekozen")
"""Facts of which the summary shows the message that they follow from."""


@dataclass(frozen=True)
class Handled:
    """What one message led to, for the log and the metrics."""

    kept: bool
    replies: int
    state: State
    more: bool
    """Whether the conversation may have more to do: it is still held."""


class Handler:
    """Takes unhandled messages and settles them, in order, one at a time per conversation.

    Args:
        inbox: hands out the messages.
        bot: the dialogue engine.
        composer: makes texts of what the bot means.
        summariser: makes the summary for the desk.
        crisis: the lexical gate, which works without the bot engine.
        bus: rings the bell after every commit.
        short: whether a channel needs the short form of texts.
        reception: what who waits hears and can choose.
        recorder: puts what was not understood on the review list.
        aside: asked first; what it answers needs neither bot nor human (going on in another channel).
        pushed: whether a message on this channel makes a telephone ring: there the place in the queue is told on request only.
        seconds: monotonic; how long a bot engine fails is no matter of the time of day.
    """

    def __init__(
        self,
        inbox: Inbox,
        bot: Bot,
        composer: Composer,
        summariser: Summariser,
        crisis: CrisisGate,
        bus: Bus,
        clock: Callable[[], datetime],
        short: Callable[[str], bool],
        reception: Reception,
        recorder: Recorder | None = None,
        aside: Callable[[Work], Awaitable[BotReply | None]] | None = None,
        pushed: Callable[[str], bool] = lambda channel: False,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._inbox, self._composer, self._summariser, self._bus = inbox, composer, summariser, bus
        self._reception, self._recorder, self._aside = reception, recorder or Recorder(), aside
        self._clock, self._short = clock, short
        self._asking = Asking(inbox, bot, composer, crisis, bus, clock, short, seconds)
        self._for_human = ForHuman(inbox, composer, reception, clock, short, pushed)

    async def run(self, conversation_id: str) -> int:
        """Settle every unhandled message of one conversation; returns how many. 0 when another process holds it."""
        count = 0
        while (work := await self._inbox.take(conversation_id)) is not None:
            alive = asyncio.create_task(self._give_signs_of_life(conversation_id))
            try:
                handled = await self._handle(work)
            except (BotUnavailable, asyncio.CancelledError):
                await asyncio.shield(self._inbox.release(conversation_id))
                raise
            finally:
                alive.cancel()
            count += 1
            if not handled.more:
                break
        return count

    async def _give_signs_of_life(self, conversation_id: str) -> None:
        """Keep the lease while a message takes long (a bot that is down is asked again for PATIENCE)."""
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            try:
                await self._inbox.renew(conversation_id)
            except SQLAlchemyError as error:
                log.warning("worker.not_renewed", conversation=conversation_id, error=type(error).__name__)

    async def _handle(self, work: Work) -> Handled:
        if work.message.attempts > MAX_ATTEMPTS + LAST_ATTEMPTS:
            return await self._set_aside(work)
        return await self._settle(work, await self._outcome(work))

    async def _set_aside(self, work: Work) -> Handled:
        """Give a message up without the facts, the summary and the words of the queue: one of those is what fails."""
        log.error("worker.set_aside", conversation=work.conversation.id, seq=work.message.seq)
        rendered = [self._composer.text("storing.bot", self._short(work.conversation.channel))]
        conversation, appended, kept = await self._inbox.settle(work, rendered, None, handoff=HandOff("failure"))
        try:
            await self._after(conversation, appended, kept, {})
        except Exception:
            log.exception("worker.not_told", conversation=conversation.id)  # settled it is; who looks finds it
        return Handled(kept, len(appended), State(conversation.state), more=conversation.lease is not None)

    async def _outcome(self, work: Work) -> Outcome:
        conversation, short = work.conversation, self._short(work.conversation.channel)
        state = State(conversation.state)
        if work.message.attempts > MAX_ATTEMPTS:
            # Something in this message breaks us each time. It must not block what comes after it.
            log.error("worker.gave_up", conversation=conversation.id, seq=work.message.seq)
            return Outcome([self._composer.text("storing.bot", short)], handoff=HandOff("failure"))
        if self._aside is not None and (reply := await self._aside(work)) is not None:
            rendered = [self._composer.utterance(u, conversation.facts, short) for u in reply.utterances]
            return Outcome(rendered, speaker=Author.SYSTEM)
        if (turn := await self._reception.turn(conversation, work.message, work.text)) is not None:
            speaker = Author.BOT if state is State.BOT else Author.SYSTEM
            found = about_calling(work.text, begins=CALLING not in conversation.facts, today=self._clock().date())
            return Outcome(list(turn.rendered), found, turn.facts, speaker=speaker, act=turn.act)
        if state is State.BOT:
            return await self._of_bot(work)
        understanding = await self._asking.understand(work.text)
        if state in WAITING:
            return await self._for_human.kept(work, understanding)
        # A human has it: the bot is silent. The desk saw the message when it came in; danger rings there.
        crisis = state in HUMAN_OWNED and understanding.get("uitkomst") == "crisis"
        return Outcome(understanding=understanding, columns={"urgency": "spoed"} if crisis else {})

    async def _of_bot(self, work: Work) -> Outcome:
        reply = await self._asking.answer(work)
        facts = {**work.conversation.facts, **reply.facts}
        short = self._short(work.conversation.channel)
        try:
            rendered = [self._composer.utterance(u, facts, short) for u in reply.utterances]
        except UnknownReference as error:
            log.error("bot.unknown_reference", conversation=work.conversation.id, reference=str(error))
            rendered, reply = [self._composer.text("storing.bot", short)], BotReply([], reply.understanding, HandOff("failure"))
        handoff = reply.handoff
        if not rendered and handoff is None:
            # Never a dead end: a turn of the bot without words goes to a human.
            log.error("bot.silent", conversation=work.conversation.id)
            rendered, handoff = [self._composer.text("storing.bot", short)], HandOff("failure")
        # The bot can raise the level to `kenmerk` only; what it may show at that level the case client decides.
        learned = {**reply.facts, **{f"{name}_seq": work.message.seq for name in PROVEN if name in reply.facts}}
        now = self._clock()
        raised = reply.facts.get("vertrouwen") == trust.KENMERK and trust.current(work.conversation, now) != trust.DIGID
        columns: dict[str, Any] = {"trust": trust.KENMERK, "trust_until": now + trust.IDLE} if raised else {}
        before, told = in_own_language(self._composer, work.text, reply.understanding, facts, short)
        numbers, cared = care(self._composer, work, reply.understanding, handoff, short)
        return Outcome(before + rendered + numbers, reply.understanding, {**learned, **told, **cared}, handoff, columns)

    async def _settle(self, work: Work, outcome: Outcome) -> Handled:
        act, handoff, facts = outcome.act, outcome.handoff, outcome.facts
        if work.conversation.facts.get(CALLING):
            facts = {CALLING: None, **facts}  # another subject: our question about calling is not asked any more
        listed = False

        looked_at = work.conversation.state == State.BOT.value and self._recorder.reasons(
            work.message.payload, outcome.understanding, facts, handoff
        )

        async def on_kept(session: AsyncSession, message: Message) -> None:
            nonlocal listed
            if looked_at:
                listed = await self._recorder.settled(session, message, facts, handoff, self._clock())
            if act is not None:
                await act(session, await session.get_one(Conversation, message.conversation_id), message)

        lasting = {name: value for name, value in facts.items() if name != NOT_UNDERSTOOD}
        learned = self._summariser.columns(work.conversation, outcome.understanding, lasting)
        conversation, appended, kept = await self._inbox.settle(
            work, outcome.rendered, outcome.understanding, lasting, handoff, {**learned, **outcome.columns},
            self._reception.handed_over, outcome.speaker, on_kept if looked_at or act is not None else None,
        )  # fmt: skip
        if listed:
            self._bus.publish({"kind": "review"})
        await self._after(conversation, appended, kept and (handoff is not None or act is not None), outcome.columns)
        return Handled(kept, len(appended), State(conversation.state), more=conversation.lease is not None)

    async def _after(
        self, conversation: Standing, appended: list[Message], handed_off: bool, columns: dict[str, Any]
    ) -> None:
        """Ring the bell for what was committed; refresh the summary of a conversation that a human has or gets."""
        if conversation.state != State.BOT.value:
            await self._summariser.refresh(conversation.id)
        for message in appended:
            bell = {"kind": "message", "conversation": conversation.id, "seq": message.seq, "channel": conversation.channel}
            self._bus.publish(bell, row=message)
        if handed_off or "trust" in columns:
            self._bus.publish({"kind": "state", "conversation": conversation.id})
            self._bus.publish({"kind": "callback", "conversation": conversation.id})
        if conversation.state in (State.QUEUED.value, State.CALLBACK.value, State.CLAIMED.value):
            self._bus.publish({"kind": "queue", "conversation": conversation.id})
        if conversation.urgency == "spoed" and (handed_off or columns.get("urgency") == "spoed"):
            self._bus.publish({"kind": "spoed", "conversation": conversation.id})
