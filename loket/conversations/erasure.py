"""A citizen deletes a conversation: what was said is gone everywhere, and the desk sees that it was deleted.

What stays is an empty conversation with one note, so that a casemanager who had it knows why it is empty, and the audit of
look-ups in case systems, which holds no words of the citizen and which a citizen may ask to see (GDPR article 17(3)(b)).
What a casemanager put in a register belongs to the file of that organisation; the citizen is told so before deleting.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Protocol

import structlog
from sqlalchemy import Table, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from loket.answers.texts import Texts
from loket.bus import Bus
from loket.conversations import journal, ownership
from loket.conversations.bot import BotUnavailable
from loket.conversations.journal import Entry
from loket.conversations.model import Author
from loket.conversations.states import HUMAN_OWNED, WAITING, State, Step
from loket.store.clock import has_come, is_lately
from loket.store.desk import AccessGrant
from loket.store.engine import Store
from loket.store.erased import Forgetting
from loket.store.looking import Looking
from loket.store.outgoing import ContactJob
from loket.store.partners import PartnerAddress
from loket.store.schema import Base, Conversation, Lookup, Transition

log = structlog.get_logger(__name__)

KEPT = {Lookup.__tablename__, AccessGrant.__tablename__, ContactJob.__tablename__, PartnerAddress.__tablename__}
"""Tables with a conversation that are not simply emptied: the audit (who looked up, who opened), and those of `_let_go`."""

AGAIN_AFTER = timedelta(seconds=60)
"""A turn of the bot that was under way while the conversation was deleted can save it once more: it is forgotten twice."""

RETRY = timedelta(seconds=30)
BATCH = 20


class HumanBusy(Exception):
    """A human has this conversation or is about to: deleting it would take away the help that was asked for.

    Attributes:
        state: of the conversation.
    """

    def __init__(self, state: State) -> None:
        super().__init__(f"the conversation is {state.value}")
        self.state = state


class Forgetful(Protocol):
    """The part of the bot engine that is needed here."""

    async def forget(self, sessions: Sequence[str]) -> None:
        """Remove everything that is remembered under these names. Raises BotUnavailable."""
        ...


class Erasure(Looking):
    """Deletes conversations.

    Args:
        store: the store.
        bot: forgets.
        bus: tells the tabs of the citizen and the desks.
        texts: for the note that stays.
        clock: now, aware.
    """

    failed: ClassVar[str] = "erasure.round_failed"
    look_every = 15.0

    def __init__(
        self,
        store: Store,
        bot: Forgetful,
        bus: Bus,
        texts: Texts,
        clock: Callable[[], datetime],
    ) -> None:
        self._store, self._bot, self._bus, self._texts, self._clock = store, bot, bus, texts, clock

    async def erase(self, conversation_id: str, *, anyway: bool) -> list[str]:
        """Delete a conversation with those it follows and those that follow it; returns their ids.

        Args:
            conversation_id: any of them.
            anyway: also when a human has it or is about to.

        Raises HumanBusy (nothing was deleted) and journal.UnknownConversation.
        """
        async with self._store.write() as session:
            ids = await family(session, conversation_id)
            rows = [await journal.locked(session, each) for each in sorted(ids)]
            busy = next((State(row.state) for row in rows if State(row.state) in WAITING | HUMAN_OWNED), None)
            if busy is not None and not anyway:
                raise HumanBusy(busy)
            await self._empty_tables(session, ids)
            for row in rows:
                await self._empty(session, row)
        for each in ids:
            self._bus.publish({"kind": "erased", "conversation": each})
            self._bus.publish({"kind": "state", "conversation": each})
        for kind in ("queue", "callback"):
            self._bus.publish({"kind": kind, "conversation": conversation_id})
        await self.round()
        return ids

    async def _empty_tables(self, session: AsyncSession, ids: Sequence[str]) -> None:
        await _let_go(session, ids, self._clock())
        for table in of_conversations():
            await session.execute(delete(table).where(table.c.conversation_id.in_(ids)))

    async def _empty(self, session: AsyncSession, row: Conversation) -> None:
        now = self._clock()
        # The names under which `handling` asks the bot; every return to the bot began a new one.
        sessions = [f"{row.id}.{number}" for number in range(row.bot_session + 1)]
        session.add(Forgetting(conversation=row.id, sessions=sessions, erased_at=now, next_at=now))
        if row.state != State.CLOSED.value:
            await ownership.step(session, row, Step.CLOSE, epoch=row.epoch, actor="citizen", reason="erased", now=now)
        else:
            closed = {"from_state": row.state, "to_state": row.state, "epoch": row.epoch}
            session.add(Transition(conversation_id=row.id, actor="citizen", reason="erased", at=now, **closed))
        row.address, row.trust, row.trust_until, row.facts, row.summary, row.closing = "", "anoniem", None, {}, None, None
        row.topic, row.product, row.organisation, row.outcome = self._texts.line("gewist.onderwerp"), None, None, None
        row.reason, row.urgency, row.pending, row.pending_since = None, "normaal", 0, None
        row.lease, row.lease_until = None, None
        await journal.append(session, row, Entry(Author.NOTE, self._texts.line("gewist.notitie")), now)

    # -- the bot engine ------------------------------------------------------------------------------------------

    async def round(self) -> int:
        """Let the bot engine forget what is due; returns how many conversations it has forgotten for good.

        Any number of processes may do so at once: to forget twice is harmless.
        """
        done, come = 0, has_come(Forgetting.next_at, self._clock(), AGAIN_AFTER)
        async with self._store.read() as session:
            due = list(await session.scalars(select(Forgetting).where(come).order_by(Forgetting.next_at).limit(BATCH)))
        for row in due:
            try:
                await self._bot.forget(row.sessions)
            except BotUnavailable as error:
                log.warning("erasure.bot_unavailable", conversation=row.conversation, error=str(error))
                await self._again(row, self._clock() + RETRY)
                continue
            if is_lately(row.erased_at, self._clock(), AGAIN_AFTER):
                await self._again(row, row.erased_at + AGAIN_AFTER)
                continue
            async with self._store.write() as session:
                await session.execute(delete(Forgetting).where(Forgetting.id == row.id))
            done += 1
        return done

    async def _again(self, row: Forgetting, at: datetime) -> None:
        async with self._store.write() as session:
            await session.execute(
                update(Forgetting).where(Forgetting.id == row.id).values(next_at=at, attempts=Forgetting.attempts + 1)
            )


def of_conversations() -> list[Table]:
    """The tables that are emptied for a deleted conversation: every one that names a conversation, those of KEPT left out.

    In an order that foreign keys allow.
    """
    return [table for table in reversed(Base.metadata.sorted_tables) if "conversation_id" in table.c and table.name not in KEPT]


async def family(session: AsyncSession, conversation_id: str) -> list[str]:
    """The ids of a conversation, all that it follows and all that follow it."""
    ids, edge = {conversation_id}, {conversation_id}
    while edge:
        rows = await session.execute(
            select(Conversation.id, Conversation.follows).where(or_(Conversation.id.in_(edge), Conversation.follows.in_(edge)))
        )
        edge = {each for pair in rows for each in pair if each is not None} - ids
        ids |= edge
    return sorted(ids)


async def _let_go(session: AsyncSession, ids: Sequence[str], now: datetime) -> None:
    """What was not yet handed to the contact register is not handed over any more. A telephone number loses the conversation,
    and stays with the STOP that was sent from it: who wants no messages must not get them again."""
    await session.execute(
        update(ContactJob)
        .where(ContactJob.conversation_id.in_(ids), ContactJob.state != "done")
        .values(state="none", content={}, lease=None, done_at=now)
    )
    await session.execute(update(PartnerAddress).where(PartnerAddress.conversation_id.in_(ids)).values(conversation_id=None))
