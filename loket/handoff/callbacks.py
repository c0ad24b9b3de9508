"""Calling back: asked by a citizen or by staff, promised within opening hours, done or visibly failed.

At most one call-back of a conversation is unsettled: who asks again changes it. The conversation waits as CALLBACK as long
as nobody has it; who takes the call takes the conversation with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from pathlib import Path

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from loket.answers.compose import Composer
from loket.bus import Bus
from loket.conversations import journal, ownership
from loket.conversations.desk import Member, NotYours
from loket.conversations.journal import Entry
from loket.conversations.model import Author, Rendered
from loket.conversations.ownership import Changed
from loket.conversations.states import HUMAN_OWNED, State, Step, allowed
from loket.handoff import callback_words
from loket.handoff.callback_follow import UNSETTLED
from loket.handoff.callback_rules import CallbackRules
from loket.handoff.moments import Window, Wish, slots, windows
from loket.handoff.opening import AMSTERDAM, Opening
from loket.store.callbacks import Callback, CallbackEvent
from loket.store.engine import Store
from loket.store.schema import Conversation
from loket.store.text import storable

QUESTION = 500
"""Characters of the question that are kept with the call-back; the whole story is in the conversation."""

NOTE = 1000
LIST_LIMIT = 200


class CallbackState(StrEnum):
    """What became of a request."""

    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class UnknownCallback(LookupError):
    """No call-back has this id."""


class NoRoom(Exception):
    """That moment can not be promised: closed, too soon, too far away, or full."""


@dataclass(frozen=True)
class Request:
    """What is asked: a number from `phone_numbers`, a stretch of opening time, and what it is about (may be empty)."""

    number: str
    window: Window
    question: str = ""


@dataclass(frozen=True)
class Shown:
    """A call-back with what happened to it, oldest first."""

    row: Callback
    events: Sequence[CallbackEvent]


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

    async def offers(self, session: AsyncSession, organisation: str | None, count: int) -> list[Window]:
        """The first parts of days that can still be promised."""
        found: list[Window] = []
        for window in slots(self._clock(), self.opening, self.rules, organisation):
            if len(found) == count:
                break
            if await self._has_room(session, window):
                found.append(window)
        return found

    async def fit(self, session: AsyncSession, wish: Wish, organisation: str | None) -> Window | None:
        """The first stretch of time that fits a wish and can be promised; None when there is none."""
        if wish == Wish():
            return next(iter(await self.offers(session, organisation, 1)), None)
        for window in windows(wish, self._clock(), self.opening, self.rules, organisation):
            if await self._has_room(session, window):
                return window
        return None

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
        """Ask, or change what was asked, in this transaction; the conversation (from `journal.locked`) waits from now on.

        The caller says it to the citizen. Raises NoRoom when the window has passed or is not opening time.
        """
        now = self._clock()
        if not self._promised(request.window, now, conversation.organisation):
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
        _note(session, row, "changed" if changed else "requested", actor, actor_name, now)
        if Step.REQUEST_CALLBACK in allowed(State(conversation.state)):
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
            seq = await self._say(session, conversation, self.confirmation(row, conversation.channel))
        self._rung(conversation_id, seq)
        return row

    async def cancel(self, session: AsyncSession, conversation_id: str, actor: str) -> bool:
        """The citizen does not want to be called any more; False when nothing stood. The conversation keeps its state."""
        row = await self._unsettled(session, conversation_id)
        if row is None:
            return False
        now = self._clock()
        row.state, row.settled_at, row.version, row.number = CallbackState.CANCELLED.value, now, row.version + 1, None
        _note(session, row, "cancelled", actor, "", now)
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
            seq = await self._say(session, conversation, self._text("terugbellen.gestopt", conversation.channel))
        self._rung(conversation_id, seq)
        return True

    async def of(self, conversation_id: str) -> Callback | None:
        """The unsettled call-back of a conversation, or None."""
        async with self._store.read() as session:
            return await self._unsettled(session, conversation_id)

    def confirmation(self, row: Callback, channel: str) -> Rendered:
        """What the citizen reads once it is asked."""
        when = callback_words.window(self._composer, Window(row.window_from, row.window_until), self._clock())
        return self._text("terugbellen.klaar", channel, wanneer=when)

    # -- the desk ------------------------------------------------------------------------------------------------

    async def list(self, settled: bool = False) -> list[Callback]:
        """What must be called, the first due on top; or what was settled last."""
        async with self._store.read() as session:
            wanted = Callback.state.in_(UNSETTLED) if not settled else Callback.state.not_in(UNSETTLED)
            order = (Callback.due_at, Callback.id) if not settled else (Callback.settled_at.desc(), Callback.id.desc())
            return list(await session.scalars(select(Callback).where(wanted).order_by(*order).limit(LIST_LIMIT)))

    async def counts(self, member: Member) -> dict[str, int]:
        """How many are open, late, and taken by this member."""
        late = and_(Callback.state.in_(UNSETTLED), Callback.due_at < self._clock())
        mine = and_(Callback.state == CallbackState.TAKEN.value, Callback.taken_by == member.id)
        async with self._store.read() as session:
            asked = {"open": Callback.state == CallbackState.OPEN.value, "late": late, "mine": mine}
            return {
                name: int(await session.scalar(select(func.count()).select_from(Callback).where(which)) or 0)
                for name, which in asked.items()
            }

    async def shown(self, callback_id: int) -> Shown:
        """One with its history. Raises UnknownCallback."""
        async with self._store.read() as session:
            row = await session.get(Callback, callback_id)
            if row is None:
                raise UnknownCallback(callback_id)
            events = await session.scalars(
                select(CallbackEvent).where(CallbackEvent.callback_id == callback_id).order_by(CallbackEvent.id)
            )
            return Shown(row, list(events))

    async def take(self, callback_id: int, member: Member, version: int) -> Callback:
        """Take one to call; the conversation comes with it. Of two desks exactly one wins.

        Raises UnknownCallback, ownership.Changed (with who has it).
        """
        async with self._store.write() as session:
            row, conversation = await self._locked(session, callback_id)
            mine = row.state == CallbackState.TAKEN.value and row.taken_by == member.id
            if not mine and (row.version != version or row.state != CallbackState.OPEN.value):
                raise Changed(State(conversation.state), row.taken_name)
            if mine:
                return row
            if State(conversation.state) in HUMAN_OWNED and conversation.owner_id != member.id:
                raise Changed(State(conversation.state), conversation.owner_name)
            now, seq = self._clock(), None
            row.state, row.taken_by, row.taken_name, row.version = CallbackState.TAKEN.value, member.id, member.name, version + 1
            _note(session, row, "taken", member.id, member.name, now)
            if conversation.state == State.CALLBACK.value:
                await ownership.step(
                    session, conversation, Step.CLAIM, epoch=conversation.epoch, actor=member.id, reason="callback", now=now,
                    owner_id=member.id, owner_name=member.name, owner_organisation=member.organisation,
                )  # fmt: skip
                text = self._text("terugbellen.opgepakt", conversation.channel, naam=member.name)
                seq = await self._say(session, conversation, text)
        self._rung(row.conversation_id, seq)
        return row

    async def release(self, callback_id: int, member: Member) -> Callback:
        """Give it back to the list. Raises UnknownCallback, NotYours."""
        async with self._store.write() as session:
            row, conversation = await self._mine(session, callback_id, member)
            await self._wait_again(session, conversation, member, "released")
            row.state, row.taken_by, row.taken_name, row.version = CallbackState.OPEN.value, None, None, row.version + 1
            _note(session, row, "released", member.id, member.name, self._clock())
        self._rung(row.conversation_id, None)
        return row

    async def answered(self, callback_id: int, member: Member, note: str) -> Callback:
        """The call was made: settled, and the conversation closed with it. Raises UnknownCallback, NotYours."""
        async with self._store.write() as session:
            row, conversation = await self._mine(session, callback_id, member)
            now = self._clock()
            row.attempts += 1
            self._settle(session, row, CallbackState.DONE, member, note, now)
            text = self._text("terugbellen.gebeld", conversation.channel, naam=member.name)
            await self._close(session, conversation, member, "callback", note)
            seq = await self._say(session, conversation, text)
        self._rung(row.conversation_id, seq)
        return row

    async def no_answer(self, callback_id: int, member: Member, note: str) -> Callback:
        """Nobody answered: once more within opening hours, or failed for good after the last attempt. The citizen reads which.

        Raises UnknownCallback, NotYours.
        """
        async with self._store.write() as session:
            row, conversation = await self._mine(session, callback_id, member)
            now = self._clock()
            row.attempts += 1
            again = None if row.attempts >= self.rules.attempts else self._again(now, row.organisation)
            if again is None:
                self._settle(session, row, CallbackState.FAILED, member, note, now)
                text = self._text("terugbellen.mislukt", conversation.channel, naam=member.name)
                await self._close(session, conversation, member, "no_answer", note)
            else:
                await self._wait_again(session, conversation, member, "no answer")
                row.state, row.taken_by, row.taken_name, row.version = CallbackState.OPEN.value, None, None, row.version + 1
                row.window_from, row.window_until, row.due_at = again.start, again.end, again.end
                row.told_late = False
                _note(session, row, "no_answer", member.id, member.name, now, self._masked(note))
                when = callback_words.window(self._composer, again, now)
                text = self._text("terugbellen.geen_gehoor", conversation.channel, naam=member.name, wanneer=when)
            seq = await self._say(session, conversation, text)
        self._rung(row.conversation_id, seq)
        return row

    async def reveal(self, callback_id: int, member: Member) -> str:
        """The number in full, for who has taken it; that it was seen is written down. Raises UnknownCallback, NotYours."""
        async with self._store.write() as session:
            row, _ = await self._mine(session, callback_id, member)
            _note(session, row, "number_seen", member.id, member.name, self._clock())
            return row.number or ""

    # -- parts ---------------------------------------------------------------------------------------------------

    def _promised(self, window: Window, now: datetime, organisation: str | None) -> bool:
        if not now < window.end <= now + timedelta(days=self.rules.days_ahead + 1) or window.start >= window.end:
            return False
        return any(
            first <= window.start and window.end <= last
            for first, last in self.opening.spans(window.start, organisation, days=1)
        )  # fmt: skip

    def _again(self, now: datetime, organisation: str | None) -> Window | None:
        return next(slots(now + self.rules.again_after - self.rules.lead, self.opening, self.rules, organisation), None)

    async def _unsettled(self, session: AsyncSession, conversation_id: str) -> Callback | None:
        found: Callback | None = await session.scalar(
            select(Callback)
            .where(Callback.conversation_id == conversation_id, Callback.state.in_(UNSETTLED))
            .order_by(Callback.id.desc())
            .limit(1)
        )
        return found

    async def _locked(self, session: AsyncSession, callback_id: int) -> tuple[Callback, Conversation]:
        """The row with its conversation; the conversation is locked first, as everywhere."""
        conversation_id = await session.scalar(select(Callback.conversation_id).where(Callback.id == callback_id))
        if conversation_id is None:
            raise UnknownCallback(callback_id)
        conversation = await journal.locked(session, conversation_id)
        return await session.get_one(Callback, callback_id, with_for_update=True), conversation

    async def _mine(self, session: AsyncSession, callback_id: int, member: Member) -> tuple[Callback, Conversation]:
        row, conversation = await self._locked(session, callback_id)
        if row.state != CallbackState.TAKEN.value or row.taken_by != member.id:
            raise NotYours(row.taken_name)
        return row, conversation

    def _settle(
        self, session: AsyncSession, row: Callback, state: CallbackState, member: Member, note: str, now: datetime
    ) -> None:
        row.state, row.settled_at, row.version = state.value, now, row.version + 1
        _note(session, row, state.value, member.id, member.name, now, self._masked(note))

    async def _close(self, session: AsyncSession, conversation: Conversation, member: Member, outcome: str, note: str) -> None:
        """Close the conversation if this member has it; a citizen who went on with somebody else is not cut off."""
        if conversation.state != State.CLAIMED.value or conversation.owner_id != member.id:
            return
        now = self._clock()
        closing = {"outcome": outcome, "note": self._masked(note), "by": member.id, "at": now.isoformat()}
        await ownership.step(
            session, conversation, Step.CLOSE, epoch=conversation.epoch, actor=member.id, reason=f"closed: {outcome}", now=now,
            closing=closing,
        )  # fmt: skip

    async def _wait_again(self, session: AsyncSession, conversation: Conversation, member: Member, reason: str) -> None:
        if conversation.state == State.CLAIMED.value and conversation.owner_id == member.id:
            await ownership.step(
                session, conversation, Step.REQUEST_CALLBACK, epoch=conversation.epoch, actor=member.id, reason=reason,
                now=self._clock(),
            )  # fmt: skip

    async def _say(self, session: AsyncSession, conversation: Conversation, rendered: Rendered) -> int:
        entry = Entry(Author.SYSTEM, rendered.text, rendered.content())
        return (await journal.append(session, conversation, entry, self._clock())).seq

    def _text(self, key: str, channel: str, **values: str) -> Rendered:
        return self._composer.text(key, self._short(channel), **values)

    def _masked(self, note: str) -> str:
        return self._mask(storable(note))[:NOTE]

    def _rung(self, conversation_id: str, seq: int | None) -> None:
        events: list[dict[str, object]] = [{"kind": "state"}, {"kind": "queue"}, {"kind": "callback"}, {"kind": "wake"}]
        if seq is not None:
            events.append({"kind": "message", "seq": seq})
        for event in events:
            self._bus.publish({**event, "conversation": conversation_id})


def _note(session: AsyncSession, row: Callback, what: str, actor: str, name: str, now: datetime, note: str = "") -> None:
    session.add(CallbackEvent(callback_id=row.id, what=what, actor=actor, actor_name=name, note=note, at=now))
