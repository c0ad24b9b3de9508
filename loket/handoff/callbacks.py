"""Calling back: asked by a citizen or by staff, promised within opening hours, done or visibly failed.

At most one call-back of a conversation is unsettled: who asks again changes it. The conversation waits as CALLBACK as long
as nobody has it; who takes the call takes the conversation with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from loket.answers.compose import Composer
from loket.bus import Bus
from loket.conversations import journal, ownership
from loket.conversations.desk import Member, NotYours
from loket.conversations.journal import Entry
from loket.conversations.model import Author, Rendered
from loket.conversations.states import HUMAN_OWNED, State, Step, allowed
from loket.handoff import callback_words, teams
from loket.handoff.callback_follow import UNSETTLED
from loket.handoff.callback_rules import CallbackRules
from loket.handoff.moments import Window, Wish, slots, windows
from loket.handoff.opening import AMSTERDAM, Opening
from loket.store.callbacks import Callback, CallbackEvent
from loket.store.engine import Store
from loket.store.schema import Conversation
from loket.store.text import storable

TEMPLATE = "verbonden_terugbellen"
"""What WhatsApp lets us say at any time of what was promised about a call (data/whatsapp/sjablonen.yaml)."""

QUESTION = 500
"""Characters of the question that are kept with the call-back; the whole story is in the conversation."""


class CallbackState(StrEnum):
    """What became of a request."""

    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class NoRoom(Exception):
    """That moment can not be promised: closed, too soon, too far away, or full."""


@dataclass(frozen=True)
class Request:
    """What is asked: a number from `phone_numbers`, a stretch of opening time, and what it is about (may be empty)."""

    number: str
    window: Window
    question: str = ""


class Callbacks:
    """The operations. Every commit is followed by a bell (`callback`, and those of the conversation)."""

    def __init__(
        self,
        store: Store,
        composer: Composer,
        opening: Opening,
        rules: CallbackRules,
        bus: Bus,
        mask: Callable[[str], str],
        clock: Callable[[], datetime],
        short: Callable[[str], bool],
    ) -> None:
        self._store, self._composer, self._bus, self._mask = store, composer, bus, mask
        self._clock, self._short = clock, short
        self.opening, self.rules = opening, rules

    @classmethod
    def load(
        cls,
        data: Path,
        store: Store,
        composer: Composer,
        opening: Opening,
        bus: Bus,
        mask: Callable[[str], str],
        clock: Callable[[], datetime],
        short: Callable[[str], bool],
    ) -> Callbacks:
        """With the rules of `data/balie/terugbellen.yaml`."""
        return cls(store, composer, opening, CallbackRules.load(data / "balie" / "terugbellen.yaml"), bus, mask, clock, short)

    # -- what can be promised ------------------------------------------------------------------------------------

    async def offers(self, session: AsyncSession, conversation: Conversation | None, count: int) -> list[Window]:
        """The first parts of days that can still be promised, in the hours of who will call."""
        found: list[Window] = []
        for window in slots(self._clock(), self.opening, self.rules, *await teams.hours_of(session, conversation)):
            if len(found) == count:
                break
            if await self._has_room(session, window):
                found.append(window)
        return found

    async def fit(self, session: AsyncSession, wish: Wish, conversation: Conversation | None) -> Window | None:
        """The first stretch of time that fits a wish and can be promised; None when there is none."""
        if wish == Wish():
            return next(iter(await self.offers(session, conversation, 1)), None)
        whose = await teams.hours_of(session, conversation)
        for window in windows(wish, self._clock(), self.opening, self.rules, *whose):
            if await self._has_room(session, window):
                return window
        return None

    async def can_promise(self, session: AsyncSession, window: Window, conversation: Conversation) -> bool:
        """Whether a stretch of time that was offered before still holds."""
        whose = await teams.hours_of(session, conversation)
        return self._promised(window, self._clock(), *whose) and await self._has_room(session, window)

    async def _has_room(self, session: AsyncSession, window: Window) -> bool:
        """Whether fewer calls than fit are promised for the part of the day in which the window begins."""
        start = window.start.astimezone(AMSTERDAM)
        day, clock = start.date(), start.time()
        first, last = next(((f, t) for f, t in self.rules.parts.values() if f <= clock < t), (clock, time.max))
        taken = await session.scalar(
            select(func.count())
            .select_from(Callback)
            .where(
                Callback.state.in_(UNSETTLED),
                Callback.window_from >= datetime.combine(day, first, AMSTERDAM),
                Callback.window_from < datetime.combine(day, last, AMSTERDAM),
            )
        )
        return (taken or 0) < self.rules.per_part

    # -- asking --------------------------------------------------------------------------------------------------

    async def add(
        self, session: AsyncSession, conversation: Conversation, request: Request, actor: str, actor_name: str = ""
    ) -> Callback:
        """Ask, or change what was asked, in this transaction; the conversation (from `journal.locked`) waits from now on,
        unless a human talks in it.

        The caller says it to the citizen. Raises NoRoom when the window has passed or is not opening time.
        """
        now = self._clock()
        if not self._promised(request.window, now, *await teams.hours_of(session, conversation)):
            raise NoRoom
        row = await self._unsettled(session, conversation.id)
        changed = row is not None
        if row is None:
            row = Callback(
                conversation_id=conversation.id,
                channel=conversation.channel,
                state=CallbackState.OPEN.value,
                attempts=0,
                version=0,
                told_late=False,
                requested_by=actor,
                created_at=now,
            )
            session.add(row)
        row.organisation, row.topic = conversation.organisation, conversation.topic
        row.language, row.urgency = conversation.language, conversation.urgency
        row.number, row.question = request.number, self._mask(storable(request.question))[:QUESTION]
        row.window_from, row.window_until, row.due_at = request.window.start, request.window.end, request.window.end
        row.told_late = False
        row.version += 1
        await session.flush()
        note(session, row, "changed" if changed else "requested", actor, actor_name, now)
        if conversation.team is None:
            conversation.team = await teams.route(session, conversation)
        talking = State(conversation.state) in HUMAN_OWNED and conversation.owner_id != actor
        if Step.REQUEST_CALLBACK in allowed(State(conversation.state)) and not talking:
            await ownership.step(
                session, conversation, Step.REQUEST_CALLBACK, epoch=conversation.epoch, actor=actor, reason="callback", now=now
            )
        return row

    async def request(self, conversation_id: str, request: Request, member: Member | None = None) -> Callback:
        """Ask outside a turn of the dialogue (a form, the desk), and say so in the conversation.

        Of staff only the owner may ask for a conversation that somebody has. Raises NoRoom, NotYours,
        journal.UnknownConversation.
        """
        actor, name = (member.id, member.name) if member else ("citizen", "")
        async with self._store.write() as session:
            conversation = await journal.locked(session, conversation_id)
            if member and State(conversation.state) in HUMAN_OWNED and conversation.owner_id != member.id:
                raise NotYours(conversation.owner_name)
            if not await self._has_room(session, request.window):
                raise NoRoom
            row = await self.add(session, conversation, request, actor, name)
            seq = await self.say(session, conversation, self.confirmation(row, conversation.channel))
        self.rung(conversation_id, seq)
        return row

    async def cancel(self, session: AsyncSession, conversation_id: str, actor: str) -> bool:
        """The citizen does not want to be called any more; False when nothing stood. The conversation keeps its state."""
        row = await self._unsettled(session, conversation_id)
        if row is None:
            return False
        now = self._clock()
        row.state, row.settled_at, row.version, row.number = CallbackState.CANCELLED.value, now, row.version + 1, None
        note(session, row, "cancelled", actor, "", now)
        return True

    async def withdraw(self, conversation_id: str) -> bool:
        """The citizen cancels outside a turn of the dialogue: said in the conversation, which goes back to the computer."""
        async with self._store.write() as session:
            conversation = await journal.locked(session, conversation_id)
            if not await self.cancel(session, conversation_id, "citizen"):
                return False
            if conversation.state == State.CALLBACK.value:
                await ownership.step(
                    session, conversation, Step.RETURN_TO_BOT, epoch=conversation.epoch, actor="citizen",
                    reason="callback cancelled", now=self._clock(),
                )  # fmt: skip
            seq = await self.say(session, conversation, self.text("terugbellen.gestopt", conversation.channel))
        self.rung(conversation_id, seq)
        return True

    async def of(self, conversation_id: str) -> Callback | None:
        """The unsettled call-back of a conversation, or None."""
        async with self._store.read() as session:
            return await self._unsettled(session, conversation_id)

    def confirmation(self, row: Callback, channel: str) -> Rendered:
        """What the citizen reads once it is asked."""
        when = callback_words.window(self._composer, Window(row.window_from, row.window_until), self._clock())
        return self.text("terugbellen.klaar", channel, wanneer=when)

    # -- parts ---------------------------------------------------------------------------------------------------

    def _promised(self, window: Window, now: datetime, organisation: str | None, team: str | None) -> bool:
        if not now < window.end <= now + timedelta(days=self.rules.days_ahead + 1) or window.start >= window.end:
            return False
        return any(
            first <= window.start and window.end <= last
            for first, last in self.opening.spans(window.start, organisation, team, days=1)
        )  # fmt: skip

    async def _unsettled(self, session: AsyncSession, conversation_id: str) -> Callback | None:
        found: Callback | None = await session.scalar(
            select(Callback)
            .where(Callback.conversation_id == conversation_id, Callback.state.in_(UNSETTLED))
            .order_by(Callback.id.desc())
            .limit(1)
        )
        return found

    async def say(self, session: AsyncSession, conversation: Conversation, rendered: Rendered) -> int:
        """Say something as the system, in this transaction; returns its number. On WhatsApp it may be said at any time."""
        marked = rendered if "template" in rendered.marks else rendered.marked(template=TEMPLATE)
        entry = Entry(Author.SYSTEM, rendered.text, marked.content())
        return (await journal.append(session, conversation, entry, self._clock())).seq

    def text(self, key: str, channel: str, **values: str) -> Rendered:
        """A text for a channel."""
        return self._composer.text(key, self._short(channel), **values)

    def rung(self, conversation_id: str, seq: int | None) -> None:
        """Ring for what was committed; `seq` of what was said."""
        events: list[dict[str, object]] = [{"kind": "state"}, {"kind": "queue"}, {"kind": "callback"}, {"kind": "wake"}]
        if seq is not None:
            events.append({"kind": "message", "seq": seq})
        for event in events:
            self._bus.publish({**event, "conversation": conversation_id})


def note(session: AsyncSession, row: Callback, what: str, actor: str, name: str, now: datetime, words: str = "") -> None:
    """Append what happened to a call-back."""
    session.add(CallbackEvent(callback_id=row.id, what=what, actor=actor, actor_name=name, note=words, at=now))
