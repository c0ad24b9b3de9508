"""Asking the bot engine, also when it is slow, down, or talks nonsense: there is always an answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog

from loket.answers.compose import Composer
from loket.bus import Bus
from loket.conversations.bot import Bot, BotUnavailable
from loket.conversations.bursts import Work
from loket.conversations.inbox import Inbox
from loket.conversations.model import BotReply, HandOff
from loket.identity import trust
from loket.store.schema import Conversation
from loket.understanding.crisis import CrisisGate
from loket.understanding.in_conversation import in_conversation

log = structlog.get_logger(__name__)

PATIENCE = timedelta(seconds=40)
"""How long after its first failure a bot engine is asked again before a human takes over; waiting for one's turn is no failure.

A Rasa process that died is back in 10 to 15 s, on a machine that is busy in 25 s (measured: load of TensorFlow and the model).
After SAY_SO_AFTER the citizen has heard that it takes a moment."""

CRISIS_SECONDS = 3.0
"""So long a bot engine may think about words that sound like danger; then the numbers to call are given without it."""

SAY_SO_AFTER = timedelta(seconds=4)
RETRY_SECONDS = 1.0
TYPING_AFTER = 0.2
"""Seconds after which it is shown that the bot is at work; a sign that goes at once only flickers."""


class Asking:
    """Asks the bot engine. For the arguments see `Handler`."""

    def __init__(
        self,
        inbox: Inbox,
        bot: Bot,
        composer: Composer,
        crisis: CrisisGate,
        bus: Bus,
        clock: Callable[[], datetime],
        short: Callable[[str], bool],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._inbox, self._bot, self._composer, self._crisis = inbox, bot, composer, crisis
        self._bus, self._clock, self._short, self._seconds = bus, clock, short, seconds

    async def understand(self, text: str) -> dict[str, Any]:
        """The NLU pass outside the bot's dialogue; without the engine the lexical gate alone still listens."""
        try:
            understanding = await self._bot.understand(text)
        except BotUnavailable:
            route = self._crisis.route(text)
            return {"uitkomst": "crisis", "crisis": route} if route else {}
        return in_conversation(understanding, self._crisis.route(text))

    async def answer(self, work: Work) -> BotReply:
        """What the bot says; without it the numbers to call in danger, and after PATIENCE a human."""
        typing = {"kind": "typing", "conversation": work.conversation.id, "author": "bot"}
        shown = asyncio.get_running_loop().call_later(TYPING_AFTER, self._bus.publish, typing)
        try:
            return await self._answered(work)
        finally:
            shown.cancel()

    async def _answered(self, work: Work) -> BotReply:
        message, conversation = work.message, work.conversation
        failing: float | None = None
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
                failing = self._seconds() if failing is None else failing
                waited = timedelta(seconds=self._seconds() - failing)
                log.warning("bot.unavailable", conversation=conversation.id, error=str(error), waited=waited.total_seconds())
                if route is not None:
                    return self._crisis_reply(route)
                if waited > PATIENCE:
                    return BotReply([{"parts": [{"key": "storing.bot"}]}], None, HandOff("failure"))
                if waited > SAY_SO_AFTER:
                    await self._say_wait(work)
                again = True
                await asyncio.sleep(RETRY_SECONDS)

    def _crisis_reply(self, route: str) -> BotReply:
        return BotReply(
            [{"parts": [{"key": f"crisis.{route}"}]}], {"uitkomst": "crisis", "crisis": route}, HandOff("crisis", "spoed")
        )

    async def _say_wait(self, work: Work) -> None:
        """Tell that it takes longer; the message stays unhandled."""
        rendered = self._composer.text("storing.even_geduld", self._short(work.conversation.channel))
        message = await self._inbox.say_wait(work.conversation.id, rendered)
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
