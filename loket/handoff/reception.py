"""What a citizen who waits hears and can choose: whether somebody is there, when there will be, and the ways on.

In danger there is one thing more: the desk is alerted, and when nobody may be at it, that is said at once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from loket.answers.compose import Composer
from loket.conversations import ownership
from loket.conversations.model import Rendered
from loket.conversations.states import WAITING, State, Step, allowed
from loket.handoff import callback_words, choices, queue, teams
from loket.handoff.callback_dialogue import FACT, Act, CallbackDialogue, Turn
from loket.handoff.callbacks import Callbacks
from loket.handoff.moments import Window
from loket.store.schema import Conversation, Message

CRISIS = "crisis"
TALKING = frozenset({State.BOT, *WAITING})
"""States in which no human talks: there the citizen can choose."""


class Reception:
    """Says how it stands with the queue, and settles what the citizen chooses.

    Args:
        pushed: whether a message on this channel makes a telephone ring: there the place in the queue is told on request only.
    """

    def __init__(
        self,
        dialogue: CallbackDialogue,
        callbacks: Callbacks,
        composer: Composer,
        clock: Callable[[], datetime],
        short: Callable[[str], bool],
        pushed: Callable[[str], bool] = lambda channel: False,
    ) -> None:
        self._dialogue, self._callbacks, self._composer = dialogue, callbacks, composer
        self._clock, self._short, self._pushed = clock, short, pushed

    async def handed_over(self, session: AsyncSession, conversation: Conversation) -> list[Rendered]:
        """What is said after the step to the queue, in its transaction."""
        now, opening = self._clock(), self._callbacks.opening
        whose = await teams.hours_of(session, conversation)
        present = await queue.staff_present(session, now)
        if conversation.reason == CRISIS:
            return [] if present else [self._text(conversation, "open.crisis")]
        pushed = self._pushed(conversation.channel)
        place = await queue.place(session, conversation)
        if not present:
            if opening.is_open(now, *whose):
                if pushed:
                    return [self._text(conversation, "kanaal.niemand_er")]
                return [self._text(conversation, "open.niemand", plaats=place)]
            opens = opening.next_opening(now, *whose)
            if opens is None:
                return [self._text(conversation, "open.dicht_onbekend")]
            when = callback_words.moment(self._composer, opens, now)
            return [self._text(conversation, "open.dicht", wanneer=when[:1].upper() + when[1:])]
        if pushed:
            return [self._text(conversation, "kanaal.in_de_rij")]
        if place >= self._callbacks.rules.from_place:
            return [self._text(conversation, "open.druk", plaats=place)]
        if place == 1:
            return [self._text(conversation, "mens.plaats_een")]
        return [self._text(conversation, "mens.plaats", plaats=place)]

    async def turn(self, conversation: Conversation, message: Message, text: str) -> Turn | None:
        """The turn for a choice of the citizen, or for a message about being called; None when it is about something else.

        `text` is the whole thought: of a burst of messages `message` is the last one.
        """
        state = State(conversation.state)
        if state not in TALKING:
            return None
        if message.payload == choices.GO_ON:
            return Turn([self._text(conversation, "open.verder")], {FACT: None}, self._step(Step.RETURN_TO_BOT, "goes on"))
        if message.payload == choices.LEAVE:
            return Turn([self._text(conversation, "open.laat_staan")], {FACT: None}, self._step(Step.HAND_OFF, "human"))
        return await self._dialogue.turn(conversation, message, text)

    async def waits_for_call(self, conversation: Conversation) -> Rendered | None:
        """What is said to a message of somebody who will be called; None when no call stands."""
        row = await self._callbacks.of(conversation.id)
        if row is None:
            return None
        when = callback_words.window(self._composer, Window(row.window_from, row.window_until), self._clock())
        return self._text(conversation, "terugbellen.bewaard", wanneer=when)

    def _step(self, what: Step, reason: str) -> Act:
        async def act(session: AsyncSession, row: Conversation, message: Message) -> None:
            if what in allowed(State(row.state)):
                await ownership.step(
                    session, row, what, epoch=row.epoch, actor="citizen", reason=reason, now=self._clock()
                )  # fmt: skip
                if what is Step.HAND_OFF:
                    row.reason = row.reason or reason

        return act

    def _text(self, conversation: Conversation, key: str, **values: object) -> Rendered:
        return self._composer.text(key, self._short(conversation.channel), **values)
