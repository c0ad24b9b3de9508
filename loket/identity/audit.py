"""The record of every look-up in a case system: who asked, which case, why, how sure, and with what outcome.

The database refuses to change or remove a row; only :func:`forget_after` removes rows, once they are old enough. Each record is a
link of a chain (loket.identity.seals).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from loket.identity import trust
from loket.identity.seals import seals
from loket.store.engine import Store
from loket.store.horizon import AuditHorizon
from loket.store.login import DigidSession
from loket.store.retention import Rule
from loket.store.schema import Conversation, Lookup

PURPOSE = "stand van zaken op verzoek van de burger"
READING = "gesprek gelezen aan de balie"
ON_REQUEST = "opgezocht door de balie voor de burger"
NEWS = "gekeken of er nieuws is, omdat de burger dat wil horen"
ALL = "alle zaken van deze persoon"
"""What stands instead of a number when a look-up of all cases of somebody found none."""

BOT = "bot"
DESK = "balie"
"""First word of the actor of a member of staff: `balie:<organisation>:<id>`."""

READ_AGAIN_AFTER = timedelta(hours=1)
"""A member of staff who has a conversation open reads it once in this time, however often the page asks for it."""

DAYS = 730
"""Days after which a record is removed (VERBONDEN_AUDIT_DAYS). Storage for one year only was judged too short to answer who
saw someone's data (Court of Justice of the EU, C-553/07, Rijkeboer)."""


async def record_lookup(
    store: Store,
    context: Mapping[str, Any],
    number: str,
    trust: str,
    outcome: str,
    now: datetime,
    actor: str = BOT,
    purpose: str = PURPOSE,
) -> None:
    """Append one record. The second factor and what was found are not recorded."""
    record = Lookup(
        conversation_id=str(context.get("conversation", ""))[:36],
        actor=actor,
        case_number=number[:64],
        purpose=purpose,
        trust=trust,
        outcome=outcome,
        at=now,
    )
    async with store.write() as session:
        session.add(record)
        await seals().add(session, record)


async def record_reading(store: Store, conversation: Conversation, organisation: str, staff_id: str, now: datetime) -> None:
    """Append that a member of staff saw the cases that were found in a conversation; nothing when none were."""
    numbers = {str(case["nummer"])[:64] for case in (conversation.facts.get("zaken") or {}).values()}
    if not numbers:
        return
    actor = f"{DESK}:{organisation}:{staff_id}"[:120]
    recent = (
        select(Lookup.case_number)
        .where(Lookup.conversation_id == conversation.id, Lookup.actor == actor)
        .where(Lookup.at > now - READ_AGAIN_AFTER)
    )
    async with store.read() as session:
        if not numbers - set(await session.scalars(recent)):
            return
    async with store.write() as session:
        read = [
            Lookup(
                conversation_id=conversation.id,
                actor=actor,
                case_number=number,
                purpose=READING,
                trust=trust.current(conversation, now),
                outcome="seen",
                at=now,
            )
            for number in sorted(numbers - set(await session.scalars(recent)))
        ]
        session.add_all(read)
        await seals().add(session, *read)


async def lookups_for(store: Store, conversation_id: str, limit: int) -> list[Lookup] | None:
    """Who looked at the cases of a citizen who is logged in, newest first.

    The citizen's cases are those that this very log-in found. A case that is not proven to be theirs is never in the answer, not
    even one of somebody who was logged in before them in the same conversation.

    Returns None when nobody is logged in, or when this log-in found no case yet.
    """
    async with store.read() as session:
        log_in = await session.get(DigidSession, conversation_id)
        if log_in is None:
            return None
        found = select(Lookup.case_number).distinct().where(Lookup.trust == trust.DIGID, Lookup.outcome == "found")
        here = found.where(Lookup.conversation_id == conversation_id, Lookup.at >= log_in.begun_at)
        own = list(await session.scalars(here))
        if not own:
            return None
        rows = await session.scalars(select(Lookup).where(Lookup.case_number.in_(own)).order_by(Lookup.id.desc()).limit(limit))
        return list(rows)


def forget_after(days: int = DAYS) -> Rule:
    """The rule that removes records of `days` ago and older, by the way that the database leaves open."""

    async def forget(session: Any, now: datetime) -> int:
        before = now - timedelta(days=days)
        session.add(AuditHorizon(id=1, before=before))
        await session.flush()
        done = await session.execute(delete(Lookup).where(Lookup.at < before).execution_options(synchronize_session=False))
        await session.execute(delete(AuditHorizon).execution_options(synchronize_session=False))
        if done.rowcount:
            await seals().removed(session, Lookup.__tablename__, before)
        return int(done.rowcount)

    return Rule("lookup", forget)
