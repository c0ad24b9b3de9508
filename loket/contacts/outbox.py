"""Finished conversations on their way to the contact register: found, kept, and sent until the register has them.

No conversation announces its end here: finished ones are looked for in the store, so none is forgotten whoever closed it
and whatever died in between. A register that is down costs nothing but time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

import structlog
from sqlalchemy import and_, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from loket.cases.errors import CaseSystemError, InvalidInput, Misconfigured, Rejected
from loket.contacts.content import ContactContent, ContentMaker
from loket.contacts.model import Actor, ActorKind, Contact, Task
from loket.contacts.register import ContactRegister
from loket.conversations import journal
from loket.conversations.model import Author
from loket.conversations.states import State
from loket.store.clock import has_come
from loket.store.engine import Store
from loket.store.looking import Looking
from loket.store.outgoing import ContactJob
from loket.store.schema import Conversation, Message

log = structlog.get_logger(__name__)

LOOK_BACK = timedelta(days=7)
"""A conversation that was finished longer ago without a contact is from before the register was connected."""

BATCH = 20
HOLD = timedelta(minutes=3)
"""How long one process may hold a job: five calls of at most 8 s each, with room."""

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)
REFUSALS = 5
"""So many times a register may refuse the same content before a human must look; it is kept."""


def open_register(path: Path, environment: Mapping[str, str]) -> ContactRegister | None:
    """The register of the configuration file; None when no token is set, so that there is none to write to.

    Raises:
        Misconfigured: there is a token, but the rest is wrong.
    """
    try:
        return ContactRegister.from_file(path, environment)
    except Misconfigured as error:
        if error.reason.startswith("not_set:"):
            return None
        raise


class ContactOutbox(Looking):
    """Keeps and sends contacts. Any number of processes may do so on one store.

    Args:
        store: the store.
        maker: makes the content.
        register: where contacts go.
        holder: name of this process for leases; unique among all processes.
        clock: now, aware.
        look_every: seconds between looks.
        undo: so long after closing a conversation it may be opened again; only then its contact is kept.
    """

    failed: ClassVar[str] = "contact.round_failed"

    def __init__(
        self,
        store: Store,
        maker: ContentMaker,
        register: ContactRegister,
        holder: str,
        clock: Callable[[], datetime],
        look_every: float = 5.0,
        undo: timedelta = timedelta(0),
    ) -> None:
        self._store, self._maker, self._register, self._holder = store, maker, register, holder
        self._clock, self.look_every, self._undo = clock, look_every, undo

    # -- finished conversations ----------------------------------------------------------------------------------

    async def sweep(self) -> int:
        """Keep a job for every conversation that was finished; returns how many were looked at."""
        async with self._store.read() as session:
            ids = list(await session.scalars(select(Conversation.id).where(self._finished()).limit(BATCH)))
        for conversation_id in ids:
            async with self._store.write() as session:
                await self._keep(session, conversation_id)
        return len(ids)

    def _finished(self) -> ColumnElement[bool]:
        now = self._clock()
        covered = func.coalesce(
            select(func.max(ContactJob.up_to_seq))
            .where(ContactJob.conversation_id == Conversation.id)
            .correlate(Conversation)
            .scalar_subquery(),
            0,
        )
        said = and_(Message.conversation_id == Conversation.id, Message.author == Author.CITIZEN.value)
        at_rest = and_(
            Conversation.state == State.BOT.value,
            Conversation.pending == 0,
            Conversation.updated_at < now - timedelta(minutes=self._maker.wording.rust_minuten),
            exists().where(said, Message.seq > covered),
        )
        closed = and_(
            Conversation.state == State.CLOSED.value,
            Conversation.updated_at <= now - self._undo,
            exists().where(said),
            ~exists().where(ContactJob.conversation_id == Conversation.id, ContactJob.closing.is_(True)),
        )
        return and_(Conversation.updated_at > now - LOOK_BACK, or_(at_rest, closed))

    async def _keep(self, session: AsyncSession, conversation_id: str) -> None:
        conversation = await journal.locked(session, conversation_id)
        still = await session.scalar(select(Conversation.id).where(Conversation.id == conversation_id, self._finished()))
        if still is None:  # another process was first, or the citizen said something
            return
        covered = await session.scalar(
            select(func.max(ContactJob.up_to_seq)).where(ContactJob.conversation_id == conversation_id)
        )
        messages = await journal.messages(session, [conversation_id])
        content = self._maker.make(conversation, messages, covered or 0)
        now = self._clock()
        session.add(
            ContactJob(
                conversation_id=conversation_id,
                up_to_seq=messages[-1].seq,
                closing=conversation.state == State.CLOSED.value,
                state="pending" if content else "none",
                content=content.model_dump() if content else {},
                next_at=now,
                created_at=now,
            )
        )

    # -- to the register -----------------------------------------------------------------------------------------

    async def round(self) -> int:
        """Send what is due; returns how many jobs were tried."""
        jobs = await self._take()
        for job in jobs:
            try:
                await self._send(job)
            except CaseSystemError as error:
                await self._later(job, error)
            else:
                await self._mark(job, state="done", content={}, error=None, done_at=self._clock())
        return len(jobs)

    async def _take(self) -> list[ContactJob]:
        now = self._clock()
        due = select(ContactJob).where(ContactJob.state == "pending", has_come(ContactJob.next_at, now, LONGEST_WAIT))
        async with self._store.read() as session:
            if (await session.scalars(due.limit(1))).first() is None:
                return []
        async with self._store.write() as session:
            jobs = list(await session.scalars(due.order_by(ContactJob.next_at).limit(BATCH).with_for_update(skip_locked=True)))
            for job in jobs:
                job.lease, job.next_at = self._holder, now + HOLD
                job.attempts += 1
            return jobs

    async def _send(self, job: ContactJob) -> None:
        """Register one contact with all that belongs to it; every call can be repeated."""
        content = ContactContent.model_validate(job.content)
        key = f"{job.conversation_id}:{'gesloten' if job.closing else job.up_to_seq}"
        contact = await self._register.register(
            Contact(
                key=key,
                channel=content.channel,
                subject=content.subject,
                content=content.content,
                at=datetime.fromisoformat(content.at),
                language=content.language,
                succeeded=content.succeeded,
                party=content.party,
                case_uuid=content.cases[0] if content.cases else None,
                metadata={"gesprek": job.conversation_id},
            )
        )
        for case in content.cases[1:]:
            await self._register.link_case(contact, case)
        await self._register.link_actor(contact, await self._register.actor(self._who(content)))
        if content.task is not None:
            unit = await self._register.actor(_unit(content.task.unit, content.task.unit_name))
            await self._register.create_task(Task(f"{key}:taak", contact, content.task.action, unit, content.task.explanation))

    def _who(self, content: ContactContent) -> Actor:
        """Who handled it: the organisation of the member of staff, never the member in person, or the assistant."""
        if content.unit:
            return _unit(content.unit, content.unit_name or content.unit)
        assistant = self._maker.wording.assistent
        return Actor("verbonden", assistant["naam"], ActorKind.AUTOMATED, assistant["functie"])

    async def _later(self, job: ContactJob, error: CaseSystemError) -> None:
        """Try again after a growing wait, for ever: only what the register itself refuses is put aside, and kept."""
        refused = isinstance(error, Rejected | InvalidInput) and job.attempts >= REFUSALS
        wait = min(FIRST_WAIT * 2 ** min(job.attempts - 1, 12), LONGEST_WAIT)
        log.warning("contact.not_registered", job=job.id, reason=error.reason, attempts=job.attempts)
        await self._mark(job, state="failed" if refused else "pending", error=error.reason[:80], next_at=self._clock() + wait)

    async def _mark(self, job: ContactJob, **values: object) -> None:
        """Write the end of an attempt, unless another process has the job by now."""
        async with self._store.write() as session:
            await session.execute(
                update(ContactJob)
                .where(ContactJob.id == job.id, ContactJob.lease == self._holder, ContactJob.state == "pending")
                .values(lease=None, **values)
            )

    # -- life ----------------------------------------------------------------------------------------------------

    async def look(self) -> None:
        """Sweep and write until less than a batch is due."""
        while await self.sweep() == BATCH:
            pass
        while await self.round() == BATCH:
            pass

    async def stop(self) -> None:
        """Stop; a job in hand becomes due again when its hold ends, and is repeated without a double."""
        await super().stop()
        await self._register.close()


def _unit(key: str, name: str) -> Actor:
    return Actor(f"organisatie-{key}", name, ActorKind.UNIT)


async def waiting(store: Store) -> dict[str, int]:
    """How many contacts still wait for the register (`pending`), and how many it refuses (`failed`)."""
    async with store.read() as session:
        rows = await session.execute(
            select(ContactJob.state, func.count()).where(ContactJob.state.in_(["pending", "failed"])).group_by(ContactJob.state)
        )
        return {"pending": 0, "failed": 0} | {row[0]: int(row[1]) for row in rows}
