"""What happens with one accepted message: asked of the bot, kept for the human, or shown to the human."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from loket.answers.compose import Composer, UnknownReference
from loket.answers.languages import in_own_language
from loket.bus import Bus
from loket.conversations.bot import Bot, BotUnavailable
from loket.conversations.bursts import Work
from loket.conversations.inbox import Inbox
from loket.conversations.leases import LEASE
from loket.conversations.model import Author, BotReply, HandOff, Rendered
from loket.conversations.states import HUMAN_OWNED, WAITING, State
from loket.handoff import queue
from loket.handoff.callback_dialogue import FACT as CALLING
from loket.handoff.callback_dialogue import Act
from loket.handoff.reception import Reception
from loket.handoff.summary import Summariser
from loket.identity import trust
from loket.review.reasons import FACT as NOT_UNDERSTOOD
from loket.review.record import Recorder
from loket.store.schema import Conversation, Message
from loket.understanding.crisis import CrisisGate
from loket.understanding.in_conversation import CARE, about_calling, in_conversation

log = structlog.get_logger(__name__)

PATIENCE = timedelta(seconds=40)
"""How long a bot engine that does not answer is asked again before a human takes over.

A Rasa process that died is back in 10 to 15 s, on a machine that is busy in 25 s (measured: load of TensorFlow and the model).
After SAY_SO_AFTER the citizen has heard that it takes a moment."""

MAX_ATTEMPTS = 6
"""After so many tries in vain a message is given to a human as it is."""

CRISIS_SECONDS = 3.0
"""So long a bot engine may think about words that sound like danger; then the numbers to call are given without it."""

SAY_SO_AFTER = timedelta(seconds=4)
RETRY_SECONDS = 1.0
TYPING_AFTER = 0.2
"""Seconds after which it is shown that the bot is at work; a sign that goes at once only flickers."""

REPEAT_WAITING_AFTER = timedelta(minutes=2)
PROVEN = ("onderwerp", "organisatie_gekozen")
"""Facts of which the summary shows the message that they follow from."""

HUMAN = "/mens"
DANGER_TOLD = "gevaar_herhaald"
"""Fact: when all the numbers to call were given once more."""

WAITING_TOLD = "wachten_gemeld"
"""Fact: when the citizen was last told that a message was kept for the human."""


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
    ) -> None:
        self._inbox, self._bot, self._composer = inbox, bot, composer
        self._reception, self._recorder = reception, recorder or Recorder()
        self._aside, self._pushed = aside, pushed
        self._summariser, self._crisis, self._bus, self._clock, self._short = summariser, crisis, bus, clock, short

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
        state = State(work.conversation.state)
        if work.message.attempts > MAX_ATTEMPTS:
            # Something in this message breaks us each time. It must not block what comes after it.
            log.error("worker.gave_up", conversation=work.conversation.id, seq=work.message.seq)
            rendered = [self._composer.text("storing.bot", self._short(work.conversation.channel))]
            return await self._settle(work, rendered, None, {}, HandOff("failure"))
        if self._aside is not None and (reply := await self._aside(work)) is not None:
            short = self._short(work.conversation.channel)
            rendered = [self._composer.utterance(u, work.conversation.facts, short) for u in reply.utterances]
            return await self._settle(work, rendered, None, {}, None, speaker=Author.SYSTEM)
        if (turn := await self._reception.turn(work.conversation, work.message, work.text)) is not None:
            speaker = Author.BOT if state is State.BOT else Author.SYSTEM
            found = about_calling(work.text, begins=CALLING not in work.conversation.facts, today=self._clock().date())
            return await self._settle(work, list(turn.rendered), found, turn.facts, None, speaker=speaker, act=turn.act)
        if state is State.BOT:
            return await self._ask_bot(work)
        understanding = await self._understand(work.text)
        if state in WAITING:
            return await self._keep_for_human(work, understanding)
        return await self._show_to_human(work, understanding, alert=state in HUMAN_OWNED)

    async def _understand(self, text: str) -> dict[str, Any]:
        """The NLU pass outside the bot's dialogue; without the engine the lexical gate alone still listens."""
        try:
            understanding = await self._bot.understand(text)
        except BotUnavailable:
            route = self._crisis.route(text)
            return {"uitkomst": "crisis", "crisis": route} if route else {}
        return in_conversation(understanding, self._crisis.route(text))

    # -- owner: the bot ------------------------------------------------------------------------------------------

    async def _ask_bot(self, work: Work) -> Handled:
        reply = await self._answer(work)
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
        care, cared = self._care(work, reply.understanding, handoff)
        learned |= {**told, **cared}
        return await self._settle(work, before + rendered + care, reply.understanding, learned, handoff, columns)

    def _care(
        self, work: Work, understanding: dict[str, Any] | None, handoff: HandOff | None
    ) -> tuple[list[Rendered], dict[str, Any]]:
        """Numbers to call beside the answer where danger is possible but not sure; once in a conversation."""
        route = (understanding or {}).get(CARE)
        if not route or work.conversation.facts.get(CARE) or (handoff is not None and handoff.reason == "crisis"):
            return [], {}
        return [self._composer.text(f"zorg.{route}", self._short(work.conversation.channel))], {CARE: route}

    async def _answer(self, work: Work) -> BotReply:
        typing = {"kind": "typing", "conversation": work.conversation.id, "author": "bot"}
        shown = asyncio.get_running_loop().call_later(TYPING_AFTER, self._bus.publish, typing)
        try:
            return await self._answered(work)
        finally:
            shown.cancel()

    async def _answered(self, work: Work) -> BotReply:
        message, conversation = work.message, work.conversation
        started, told = self._clock(), False
        again = message.attempts > 1
        route = self._crisis.route(work.text)
        while True:
            try:
                async with asyncio.timeout(CRISIS_SECONDS if route is not None else None):
                    return await self._bot.answer(
                        f"{conversation.id}.{conversation.bot_session}",
                        f"{conversation.id}.{message.seq}",
                        work.text,
                        message.payload,
                        self._context(conversation, message.seq),
                        again,
                    )
            except (BotUnavailable, TimeoutError) as error:
                waited = self._clock() - started
                log.warning("bot.unavailable", conversation=conversation.id, error=str(error), waited=waited.total_seconds())
                if route is not None:
                    return self._crisis_reply(route)
                if waited > PATIENCE:
                    return BotReply([{"parts": [{"key": "storing.bot"}]}], None, HandOff("failure"))
                if waited > SAY_SO_AFTER and not told:
                    told = True
                    await self._say_wait(work)
                again = True
                await asyncio.sleep(RETRY_SECONDS)

    def _crisis_reply(self, route: str) -> BotReply:
        return BotReply(
            [{"parts": [{"key": f"crisis.{route}"}]}], {"uitkomst": "crisis", "crisis": route}, HandOff("crisis", "spoed")
        )

    async def _say_wait(self, work: Work) -> None:
        """Tell once that it takes longer; the message stays unhandled."""
        rendered = self._composer.text("storing.even_geduld", self._short(work.conversation.channel))
        message = await self._inbox.say(work.conversation.id, Author.SYSTEM, rendered, epoch=work.epoch)
        if message is not None:
            self._bus.publish({"kind": "message", "conversation": work.conversation.id, "seq": message.seq})

    def _context(self, conversation: Conversation, seq: int) -> dict[str, Any]:
        """What the actions may know. The address counts attempts per citizen; `seq` is the evidence of what is found."""
        return {
            "facts": conversation.facts,
            "trust": trust.current(conversation, self._clock()),
            "channel": conversation.channel,
            "language": conversation.language,
            "conversation": conversation.id,
            "address": f"{conversation.channel}:{conversation.address}",
            "seq": seq,
        }

    # -- owner: the queue ----------------------------------------------------------------------------------------

    async def _keep_for_human(self, work: Work, understanding: dict[str, Any]) -> Handled:
        short = self._short(work.conversation.channel)
        if understanding.get("uitkomst") == "crisis":
            return await self._repeat_danger(work, understanding)
        if work.conversation.state == State.CALLBACK.value and (
            work.message.payload == HUMAN or understanding.get("uitkomst") == "mens"
        ):
            return await self._settle(work, [], understanding, {}, HandOff("human"))
        care, cared = self._care(work, understanding, None)
        if care:
            return await self._settle(work, care, understanding, cared, None, {"urgency": _at_least_high(work)})
        told = work.conversation.facts.get(WAITING_TOLD)
        now = self._clock()
        if work.conversation.state == State.QUEUED.value and self._pushed(work.conversation.channel):
            rendered = [] if told else [self._composer.text("kanaal.bewaard", short)]
            learned = {} if told else {WAITING_TOLD: now.isoformat()}
            return await self._settle(work, rendered, understanding, learned, None, speaker=Author.SYSTEM)
        if told and now - datetime.fromisoformat(told) < REPEAT_WAITING_AFTER:
            return await self._settle(work, [], understanding, {}, None)
        if work.conversation.state == State.CALLBACK.value:
            waits = await self._reception.waits_for_call(work.conversation)
            rendered = [waits] if waits else []
            return await self._settle(
                work, rendered, understanding, {WAITING_TOLD: now.isoformat()}, None, speaker=Author.SYSTEM
            )
        place = await self._inbox.place(work, queue.place)
        rendered = [
            self._composer.text("mens.wacht_een", short) if place == 1 else self._composer.text("mens.wacht", short, plaats=place)
        ]
        return await self._settle(work, rendered, understanding, {WAITING_TOLD: now.isoformat()}, None, speaker=Author.SYSTEM)

    async def _repeat_danger(self, work: Work, understanding: dict[str, Any]) -> Handled:
        """Danger while the citizen waits: the numbers in full once, all of them in short after that, and not at every line."""
        short, now = self._short(work.conversation.channel), self._clock()
        columns = {"urgency": "spoed", "reason": "crisis"}
        told = work.conversation.facts.get(DANGER_TOLD)
        if told and now - datetime.fromisoformat(told) < REPEAT_WAITING_AFTER:
            return await self._settle(work, [], understanding, {}, None, columns)
        if work.conversation.reason != "crisis":
            rendered = [self._composer.text(f"crisis.{understanding.get('crisis') or '112'}", short)]
            return await self._settle(work, rendered, understanding, {}, None, columns)
        rendered = [self._composer.text("crisis.opnieuw", short)]
        return await self._settle(work, rendered, understanding, {DANGER_TOLD: now.isoformat()}, None, columns)

    # -- owner: a human ------------------------------------------------------------------------------------------

    async def _show_to_human(self, work: Work, understanding: dict[str, Any], alert: bool) -> Handled:
        """The bot is silent. The desk saw the message when it came in; a crisis rings there."""
        crisis = alert and understanding.get("uitkomst") == "crisis"
        columns = {"urgency": "spoed"} if crisis else {}
        return await self._settle(work, [], understanding, {}, None, columns)

    # -- the end of it -------------------------------------------------------------------------------------------

    async def _settle(
        self,
        work: Work,
        rendered: list[Rendered],
        understanding: dict[str, Any] | None,
        facts: dict[str, Any],
        handoff: HandOff | None,
        columns: dict[str, Any] | None = None,
        speaker: Author = Author.BOT,
        act: Act | None = None,
    ) -> Handled:
        if work.conversation.facts.get(CALLING):
            facts = {CALLING: None, **facts}  # another subject: our question about calling is not asked any more

        listed = False

        async def on_kept(session: AsyncSession, message: Message) -> None:
            nonlocal listed
            if work.conversation.state == State.BOT.value:
                listed = await self._recorder.settled(session, message, facts, handoff, self._clock())
            if act is not None:
                await act(session, await session.get_one(Conversation, message.conversation_id), message)

        lasting = {name: value for name, value in facts.items() if name != NOT_UNDERSTOOD}
        learned = self._summariser.columns(work.conversation, understanding, lasting)
        columns = columns or {}
        conversation, appended, kept = await self._inbox.settle(
            work, rendered, understanding, lasting, handoff, {**learned, **columns}, self._reception.handed_over, speaker, on_kept
        )
        if listed:
            self._bus.publish({"kind": "review"})
        await self._after(conversation, appended, kept and (handoff is not None or act is not None), columns)
        return Handled(kept, len(appended), State(conversation.state), more=conversation.lease is not None)

    async def _after(
        self, conversation: Conversation, appended: list[Message], handed_off: bool, columns: dict[str, Any]
    ) -> None:
        """Ring the bell for what was committed; refresh the summary of a conversation that a human has or gets."""
        if conversation.state != State.BOT.value:
            await self._summariser.refresh(conversation.id)
        for message in appended:
            self._bus.publish(
                {"kind": "message", "conversation": conversation.id, "seq": message.seq, "channel": conversation.channel}
            )
        if handed_off or "trust" in columns:
            self._bus.publish({"kind": "state", "conversation": conversation.id})
            self._bus.publish({"kind": "callback", "conversation": conversation.id})
        if conversation.state in (State.QUEUED.value, State.CALLBACK.value, State.CLAIMED.value):
            self._bus.publish({"kind": "queue", "conversation": conversation.id})
        if conversation.urgency == "spoed" and (handed_off or columns.get("urgency") == "spoed"):
            self._bus.publish({"kind": "spoed", "conversation": conversation.id})


def _at_least_high(work: Work) -> str:
    return "spoed" if work.conversation.urgency == "spoed" else "hoog"
