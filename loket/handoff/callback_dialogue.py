"""Asking to be called, in the chat itself: number, moment, and what it is about if that is not known yet.

Settled in the core, without the dialogue engine: it works when the bot is down, in every state in which no human talks, and
on every channel. What was asked last stands in the facts of the conversation (FACT), so that any process can go on with it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from loket.answers.compose import Composer
from loket.conversations import ownership
from loket.conversations.model import Author, Button, Rendered
from loket.conversations.states import State, Step, allowed
from loket.handoff import callback_words, choices
from loket.handoff.callbacks import Callbacks, Request
from loket.handoff.moments import Window, Wish, read_wish
from loket.handoff.phone_numbers import NotDialable, dialable, normal
from loket.privacy.extraction import extract
from loket.store.engine import Store
from loket.store.partners import PartnerAddress
from loket.store.schema import Conversation, Message
from loket.understanding.crisis import CrisisGate

FACT = "terugbellen"
"""Fact: what was asked last (`stap`: nummer, moment or waarover), what is known already, and how often it was not understood."""

PATIENCE = 2
"""So many answers in a row that we can not use; then the message goes the ordinary way."""

LONGEST_ASKING = 14
"""Words; a longer message tells a story in which a call is only a wish: the computer reads it, and a human."""

OFFERED = 4
MIN_WORDS = 3
NOT_A_QUESTION = frozenset({"smalltalk", "mens"})
EARLIER = 12
"""So many earlier messages are looked at for what the conversation is about."""

Act = Callable[[AsyncSession, Conversation, Message], Awaitable[object]]


@dataclass(frozen=True)
class Turn:
    """What one message led to: what is said, what is remembered, and what is done in the same transaction."""

    rendered: Sequence[Rendered]
    facts: dict[str, Any] = field(default_factory=dict)
    act: Act | None = None


@dataclass(frozen=True)
class _Known:
    """What is known of the request so far."""

    number: str | None = None
    window: Window | None = None
    question: str | None = None

    def facts(self, step: str, failed: int = 0) -> dict[str, Any]:
        window = [self.window.start.isoformat(), self.window.end.isoformat()] if self.window else None
        return {FACT: {"stap": step, "nummer": self.number, "moment": window, "vraag": self.question, "mis": failed}}

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> _Known:
        window = raw.get("moment")
        return cls(raw.get("nummer"), Window(*map(datetime.fromisoformat, window)) if window else None, raw.get("vraag"))


class CallbackDialogue:
    """Takes the messages that are about being called.

    Args:
        crisis: a cry for help is never taken for an answer to our question.
    """

    def __init__(
        self,
        store: Store,
        callbacks: Callbacks,
        composer: Composer,
        crisis: CrisisGate,
        clock: Callable[[], datetime],
        short: Callable[[str], bool],
    ) -> None:
        self._store, self._callbacks, self._composer = store, callbacks, composer
        self._crisis, self._clock, self._short = crisis, clock, short

    async def turn(self, conversation: Conversation, message: Message, text: str) -> Turn | None:
        """The turn for a message of a conversation that no human has; None when it is about something else."""
        payload = message.payload
        if not payload and self._crisis.route(text):
            return None
        asked: Mapping[str, Any] = conversation.facts.get(FACT) or {}
        if payload == choices.NO_CALL or (not payload and await self._stops(conversation, asked, text)):
            return await self._stop(conversation)
        if payload in (choices.CALL, choices.OTHER_MOMENT) or self._begins(asked, payload, text):
            return await self._begin(conversation, message, text, fresh=payload == choices.CALL)
        window = choices.read_moment(payload)
        if not asked.get("stap") or (payload and window is None and payload != choices.THIS_NUMBER):
            return None
        return await self._go_on(conversation, message, text, asked, window)

    # -- beginning and ending ------------------------------------------------------------------------------------

    def _begins(self, asked: Mapping[str, Any], payload: str | None, text: str) -> bool:
        if payload or asked.get("stap") or len(text.split()) > LONGEST_ASKING:
            return False
        return bool(self._callbacks.rules.asks.found(text)) and not self._callbacks.rules.tells.found(text)

    async def _stops(self, conversation: Conversation, asked: Mapping[str, Any], text: str) -> bool:
        if not self._callbacks.rules.stops.found(text):
            return False
        return bool(asked.get("stap")) or await self._callbacks.of(conversation.id) is not None

    async def _begin(self, conversation: Conversation, message: Message, text: str, fresh: bool) -> Turn:
        """What the message tells already is not asked again; of a call that stands the number and the question are known."""
        standing = await self._callbacks.of(conversation.id)
        typed = "" if message.payload else text
        number = self._number(typed)
        window = None
        if typed and (wish := read_wish(_without(typed, number), self._clock(), self._callbacks.rules)) not in (None, Wish()):
            assert wish is not None
            async with self._store.read() as session:
                window = await self._callbacks.fit(session, wish, conversation)
        if number is None and standing is not None and not (fresh and standing.number is None):
            number = standing.number
        question = standing.question if standing and standing.question else await self._question(conversation, message)
        return await self._next(conversation, _Known(number, window, question))

    async def _stop(self, conversation: Conversation) -> Turn:
        standing = await self._callbacks.of(conversation.id)
        waits = conversation.state == State.QUEUED.value
        key = "open.laat_staan" if waits else "terugbellen.gestopt"
        if standing is None and not conversation.facts.get(FACT):
            key = "terugbellen.niets_te_stoppen"

        async def act(session: AsyncSession, row: Conversation, message: Message) -> None:
            await self._callbacks.cancel(session, row.id, "citizen")
            if row.state == State.CALLBACK.value:
                await self._step(session, row, Step.RETURN_TO_BOT, "callback cancelled")

        return Turn([self._text(conversation, key)], {FACT: None}, act)

    # -- the questions -------------------------------------------------------------------------------------------

    async def _go_on(
        self, conversation: Conversation, message: Message, text: str, asked: Mapping[str, Any], window: Window | None
    ) -> Turn | None:
        known, step = _Known.read(asked), asked["stap"]
        if step == "nummer":
            return await self._answered_number(conversation, text, known, asked, message.payload == choices.THIS_NUMBER)
        if step == "moment":
            return await self._answered_moment(conversation, text, known, asked, window)
        return await self._next(conversation, _Known(known.number, known.window, text.strip()))

    async def _answered_number(
        self, conversation: Conversation, text: str, known: _Known, asked: Mapping[str, Any], agreed: bool
    ) -> Turn | None:
        own = await self._own_number(conversation)
        yes = agreed or (own is not None and self._callbacks.rules.agrees.found(text))
        number = own if yes else self._number(text)
        if number is None:
            return self._again(conversation, known, asked, "nummer", "terugbellen.nummer_onduidelijk", ())
        window = known.window
        if window is None and (wish := read_wish(_without(text, number), self._clock(), self._callbacks.rules)):
            async with self._store.read() as session:
                window = await self._callbacks.fit(session, wish, conversation) if wish != Wish() else None
        return await self._next(conversation, _Known(number, window, known.question))

    async def _answered_moment(
        self,
        conversation: Conversation,
        text: str,
        known: _Known,
        asked: Mapping[str, Any],
        window: Window | None,
    ) -> Turn | None:
        async with self._store.read() as session:
            offers = await self._callbacks.offers(session, conversation, OFFERED)
            if window is None:
                wish = read_wish(text, self._clock(), self._callbacks.rules)
                if wish is None and asked.get("mis") and self._callbacks.rules.agrees.found(text):
                    wish = Wish()  # "ja" to the moment that we proposed
                if wish is None:
                    return self._again(conversation, known, asked, "moment", "terugbellen.moment_onduidelijk", offers)
                window = await self._callbacks.fit(session, wish, conversation)
            elif not await self._callbacks.can_promise(session, window, conversation):
                window = None
        if window is None:
            return self._ask_moment(conversation, known, offers, "terugbellen.moment_kan_niet", failed=1)
        return await self._next(conversation, _Known(known.number, window, known.question))

    async def _next(self, conversation: Conversation, known: _Known) -> Turn:
        """Ask what is not known yet; when all is known, it is agreed."""
        if known.number is None:
            own = await self._own_number(conversation)
            key = "terugbellen.vraag_nummer_dit" if own else "terugbellen.vraag_nummer"
            return Turn([self._text(conversation, key)], known.facts("nummer"))
        if known.window is None:
            async with self._store.read() as session:
                offers = await self._callbacks.offers(session, conversation, OFFERED)
            return self._ask_moment(conversation, known, offers, "terugbellen.vraag_moment")
        if known.question is None:
            return Turn([self._text(conversation, "terugbellen.vraag_waarover")], known.facts("waarover"))
        return self._agreed(conversation, Request(known.number, known.window, known.question))

    def _ask_moment(
        self, conversation: Conversation, known: _Known, offers: Sequence[Window], key: str, failed: int = 0
    ) -> Turn:
        if not offers:
            return Turn([self._text(conversation, "terugbellen.geen_plek")], {FACT: None})
        first = callback_words.window(self._composer, offers[0], self._clock())
        values = {"wanneer": first} if "wanneer" in self._composer.texts.texts[key].names() else {}
        asking = self._offering(self._text(conversation, key, **values), offers)
        return Turn([asking], known.facts("moment", failed))

    def _again(
        self, conversation: Conversation, known: _Known, asked: Mapping[str, Any], step: str, key: str, offers: Sequence[Window]
    ) -> Turn | None:
        failed = int(asked.get("mis") or 0) + 1
        if failed >= PATIENCE:
            return None
        return Turn([self._offering(self._text(conversation, key), offers)], known.facts(step, failed))

    def _agreed(self, conversation: Conversation, request: Request) -> Turn:
        when = callback_words.window(self._composer, request.window, self._clock())

        async def act(session: AsyncSession, row: Conversation, message: Message) -> None:
            await self._callbacks.add(session, row, request, "citizen")

        return Turn([self._text(conversation, "terugbellen.klaar", wanneer=when)], {FACT: None}, act)

    # -- parts ---------------------------------------------------------------------------------------------------

    def _offering(self, rendered: Rendered, offers: Sequence[Window]) -> Rendered:
        """The stretches of time as buttons before the others."""
        now = self._clock()
        buttons = [Button(_capital(callback_words.window(self._composer, each, now)), choices.moment(each)) for each in offers]
        return Rendered(rendered.text, (*buttons, *rendered.buttons), rendered.links, rendered.phones)

    def _number(self, text: str) -> str | None:
        try:
            return dialable(text, self._clock().date())
        except NotDialable:
            return None

    async def _own_number(self, conversation: Conversation) -> str | None:
        """The number with which the citizen writes, on a channel of telephones; None on the web."""
        async with self._store.read() as session:
            partner = await session.get(PartnerAddress, conversation.address)
            return normal(partner.number) if partner is not None and partner.channel == conversation.channel else None

    async def _question(self, conversation: Conversation, message: Message) -> str | None:
        """The first thing that the citizen asked, in their own words; None when nothing was."""
        async with self._store.read() as session:
            rows = await session.scalars(
                select(Message)
                .where(
                    Message.conversation_id == conversation.id,
                    Message.author == Author.CITIZEN.value,
                    Message.payload.is_(None),
                    Message.seq < message.seq,
                )
                .order_by(Message.seq)
                .limit(EARLIER)
            )
            for row in rows:
                outcome = (row.understanding or {}).get("uitkomst")
                asks = self._callbacks.rules.asks.found(row.text)
                if len(row.text.split()) >= MIN_WORDS and outcome not in NOT_A_QUESTION and not asks:
                    return row.text.strip()
        return None

    async def _step(self, session: AsyncSession, row: Conversation, what: Step, reason: str) -> None:
        if what in allowed(State(row.state)):
            await ownership.step(
                session, row, what, epoch=row.epoch, actor="citizen", reason=reason, now=self._clock()
            )  # fmt: skip

    def _text(self, conversation: Conversation, key: str, **values: str) -> Rendered:
        return self._composer.text(key, self._short(conversation.channel), **values)


def _without(text: str, number: str | None) -> str:
    if number is None:
        return text
    for entity in reversed(extract(text, datetime.min.date())):
        if entity.kind == "telefoonnummer" and normal(str(entity.value)) == number:
            text = f"{text[: entity.start]} {text[entity.end :]}"
    return text


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
