"""Call-backs at the desk: of two who take one exactly one gets it; done, tried again, or failed for everybody to see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from loket.answers.compose import Composer
from loket.conversations import journal, ownership
from loket.conversations.desk_acts import NotYours
from loket.conversations.ownership import Changed
from loket.conversations.rating_asked import RatingAsked
from loket.conversations.states import HUMAN_OWNED, State, Step
from loket.handoff import access, callback_words
from loket.handoff.callback_follow import UNSETTLED
from loket.handoff.callbacks import Callbacks, CallbackState, note
from loket.handoff.moments import Window, slots
from loket.identity.member import Member
from loket.store.callbacks import Callback, CallbackEvent
from loket.store.engine import Store
from loket.store.schema import Conversation
from loket.store.text import storable

NOTE = 1000
"""Characters of a note that are kept."""

LIST_LIMIT = 200


class UnknownCallback(LookupError):
    """No call-back has this id."""


@dataclass(frozen=True)
class Shown:
    """A call-back with what happened to it, oldest first."""

    row: Callback
    events: Sequence[CallbackEvent]


class CallDesk:
    """The operations of the desk. Every commit is followed by a bell.

    Args:
        callbacks: promises, and says it to the citizen.
        mask: takes BSN, IBAN and the like out of notes before they are stored.
        clock: now, aware.
        ending: what is said when the call was made.
    """

    def __init__(
        self,
        store: Store,
        callbacks: Callbacks,
        composer: Composer,
        mask: Callable[[str], str],
        clock: Callable[[], datetime],
        ending: RatingAsked,
    ) -> None:
        self._store, self._callbacks, self._composer = store, callbacks, composer
        self._mask, self._clock, self._ending = mask, clock, ending

    async def list(self, member: Member, settled: bool = False) -> list[Callback]:
        """What this member may call, the first due on top; or what was settled last."""
        async with self._store.read() as session:
            wanted = Callback.state.in_(UNSETTLED) if not settled else Callback.state.not_in(UNSETTLED)
            order = (Callback.due_at, Callback.id) if not settled else (Callback.settled_at.desc(), Callback.id.desc())
            query = select(Callback).where(wanted, _callable(member)).order_by(*order).limit(LIST_LIMIT)
            return list(await session.scalars(query))

    async def counts(self, member: Member) -> dict[str, int]:
        """How many of what this member may call are open, late, and taken by this member."""
        late = and_(Callback.state.in_(UNSETTLED), Callback.due_at < self._clock())
        mine = and_(Callback.state == CallbackState.TAKEN.value, Callback.taken_by == member.id)
        async with self._store.read() as session:
            asked = {"open": Callback.state == CallbackState.OPEN.value, "late": late, "mine": mine}
            return {
                name: int(await session.scalar(select(func.count()).select_from(Callback).where(which, _callable(member))) or 0)
                for name, which in asked.items()
            }

    async def shown(self, callback_id: int, member: Member) -> Shown:
        """One with its history. Raises UnknownCallback, also for one that is not this member's work."""
        async with self._store.read() as session:
            row = await session.scalar(select(Callback).where(Callback.id == callback_id, _callable(member)))
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
            row, conversation = await self._locked(session, callback_id, member)
            mine = row.state == CallbackState.TAKEN.value and row.taken_by == member.id
            if not mine and (row.version != version or row.state != CallbackState.OPEN.value):
                raise Changed(State(conversation.state), row.taken_name)
            if mine:
                return row
            if State(conversation.state) in HUMAN_OWNED and conversation.owner_id != member.id:
                raise Changed(State(conversation.state), conversation.owner_name)
            now, seq = self._clock(), None
            row.state, row.taken_by, row.taken_name, row.version = CallbackState.TAKEN.value, member.id, member.name, version + 1
            note(session, row, "taken", member.id, member.name, now)
            if conversation.state == State.CALLBACK.value:
                await ownership.step(
                    session, conversation, Step.CLAIM, epoch=conversation.epoch, actor=member.id, reason="callback", now=now,
                    owner_id=member.id, owner_name=member.name, owner_organisation=member.organisation,
                )  # fmt: skip
                text = self._callbacks.text("terugbellen.opgepakt", conversation.channel, naam=member.name)
                seq = await self._callbacks.say(session, conversation, text)
        self._callbacks.rung(row.conversation_id, seq)
        return row

    async def release(self, callback_id: int, member: Member) -> Callback:
        """Give it back to the list. Raises UnknownCallback, NotYours."""
        async with self._store.write() as session:
            row, conversation = await self._mine(session, callback_id, member)
            await self._wait_again(session, conversation, member, "released")
            row.state, row.taken_by, row.taken_name, row.version = CallbackState.OPEN.value, None, None, row.version + 1
            note(session, row, "released", member.id, member.name, self._clock())
        self._callbacks.rung(row.conversation_id, None)
        return row

    async def answered(self, callback_id: int, member: Member, words: str) -> Callback:
        """The call was made: settled, and the conversation closed with it. Raises UnknownCallback, NotYours."""
        async with self._store.write() as session:
            row, conversation = await self._mine(session, callback_id, member)
            now = self._clock()
            row.attempts += 1
            self._settle(session, row, CallbackState.DONE, member, words, now)
            text = self._ending.closing(conversation, "called", "terugbellen.gebeld", naam=member.name)
            await self._close(session, conversation, member, "callback", words)
            seq = await self._callbacks.say(session, conversation, text)
        self._callbacks.rung(row.conversation_id, seq)
        return row

    async def no_answer(self, callback_id: int, member: Member, words: str) -> Callback:
        """Nobody answered: once more within opening hours, or failed for good after the last attempt. The citizen reads which.

        Raises UnknownCallback, NotYours.
        """
        async with self._store.write() as session:
            row, conversation = await self._mine(session, callback_id, member)
            now = self._clock()
            row.attempts += 1
            again = None if row.attempts >= self._callbacks.rules.attempts else self._again(now, row.organisation)
            if again is None:
                self._settle(session, row, CallbackState.FAILED, member, words, now)
                text = self._callbacks.text("terugbellen.mislukt", conversation.channel, naam=member.name)
                await self._close(session, conversation, member, "no_answer", words)
            else:
                await self._wait_again(session, conversation, member, "no answer")
                row.state, row.taken_by, row.taken_name, row.version = CallbackState.OPEN.value, None, None, row.version + 1
                row.window_from, row.window_until, row.due_at = again.start, again.end, again.end
                row.told_late = False
                note(session, row, "no_answer", member.id, member.name, now, self._masked(words))
                when = callback_words.window(self._composer, again, now)
                text = self._callbacks.text("terugbellen.geen_gehoor", conversation.channel, naam=member.name, wanneer=when)
            seq = await self._callbacks.say(session, conversation, text)
        self._callbacks.rung(row.conversation_id, seq)
        return row

    async def reveal(self, callback_id: int, member: Member) -> str:
        """The number in full, for who has taken it; that it was seen is written down. Raises UnknownCallback, NotYours."""
        async with self._store.write() as session:
            row, _ = await self._mine(session, callback_id, member)
            note(session, row, "number_seen", member.id, member.name, self._clock())
            return row.number or ""


    def _again(self, now: datetime, organisation: str | None) -> Window | None:
        rules = self._callbacks.rules
        return next(slots(now + rules.again_after - rules.lead, self._callbacks.opening, rules, organisation), None)

    async def _locked(self, session: AsyncSession, callback_id: int, member: Member) -> tuple[Callback, Conversation]:
        """The row with its conversation; the conversation is locked first, as everywhere."""
        query = select(Callback.conversation_id).where(Callback.id == callback_id, _callable(member))
        conversation_id = await session.scalar(query)
        if conversation_id is None:
            raise UnknownCallback(callback_id)
        conversation = await journal.locked(session, conversation_id)
        return await session.get_one(Callback, callback_id, with_for_update=True), conversation

    async def _mine(self, session: AsyncSession, callback_id: int, member: Member) -> tuple[Callback, Conversation]:
        row, conversation = await self._locked(session, callback_id, member)
        if row.state != CallbackState.TAKEN.value or row.taken_by != member.id:
            raise NotYours(row.taken_name)
        return row, conversation

    def _settle(
        self, session: AsyncSession, row: Callback, state: CallbackState, member: Member, words: str, now: datetime
    ) -> None:
        row.state, row.settled_at, row.version = state.value, now, row.version + 1
        note(session, row, state.value, member.id, member.name, now, self._masked(words))

    async def _close(self, session: AsyncSession, conversation: Conversation, member: Member, outcome: str, words: str) -> None:
        """Close the conversation if this member has it; a citizen who went on with somebody else is not cut off."""
        if conversation.state != State.CLAIMED.value or conversation.owner_id != member.id:
            return
        now = self._clock()
        closing = {"outcome": outcome, "note": self._masked(words), "by": member.id, "at": now.isoformat()}
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

    def _masked(self, words: str) -> str:
        return self._mask(storable(words))[:NOTE]


def _callable(member: Member) -> ColumnElement[bool]:
    """Call-backs that are this member's work: of the member's teams or of nobody's, and what the member has taken.

    Unlike a conversation (`loket.handoff.access`), a call that stands is work also when the computer has the conversation or it
    was closed with the promise to call.
    """
    work = select(Conversation.id).where(or_(access.of_teams(member), Conversation.team.is_(None)))
    return or_(Callback.taken_by == member.id, Callback.conversation_id.in_(work))
