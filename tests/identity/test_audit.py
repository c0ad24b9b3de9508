"""The audit of look-ups: the database itself keeps it, and a citizen who is logged in may read it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError

from actions import resources
from actions.conversation import Privacy
from loket.answers.compose import Composer
from loket.identity import audit
from loket.identity.digid import DigidSessions
from loket.identity.vault import Vault
from loket.store.horizon import AuditHorizon
from loket.store.retention import Retention
from loket.store.schema import Lookup
from tests.conversations.conftest import *  # noqa: F403 (the same stores, on both databases)
from tests.conversations.support import Process

NUMBER = "ZAAK-2026-0000000002"


async def look_up(
    process: Process,
    conversation: str = "c-1",
    trust: str = "kenmerk",
    outcome: str = "found",
    number: str = NUMBER,
    at: datetime | None = None,
) -> None:
    await audit.record_lookup(process.store, {"conversation": conversation}, number, trust, outcome, at or process.clock())


async def count(process: Process) -> int:
    async with process.store.read() as session:
        return int(await session.scalar(select(func.count()).select_from(Lookup)) or 0)


@pytest.mark.parametrize(
    "statement",
    [
        update(Lookup).values(outcome="not_found"),
        delete(Lookup),
        text("delete from lookup where id > 0"),
        text("update lookup set at = at"),
    ],
)
async def test_a_record_can_not_be_changed_or_removed(process: Process, statement: Any) -> None:
    await look_up(process)
    with pytest.raises(DBAPIError, match="append only"):
        async with process.store.write() as session:
            await session.execute(statement)
    assert await count(process) == 1


async def test_a_record_can_not_be_emptied_or_replaced(process: Process) -> None:
    await look_up(process)
    if process.store.engine.dialect.name == "postgresql":
        statement = text("truncate lookup")
    else:
        statement = text(
            "insert or replace into lookup select id, conversation_id, 'x', case_number, purpose, trust, outcome, at from lookup"
        )
    with pytest.raises(DBAPIError, match="append only"):
        async with process.store.write() as session:
            await session.execute(statement)
    async with process.store.read() as session:
        assert [row.actor for row in await session.scalars(select(Lookup))] == ["bot"]


async def test_the_retention_job_removes_what_is_old_and_nothing_else(process: Process) -> None:
    await look_up(process, at=process.clock() - timedelta(days=731))
    await look_up(process, at=process.clock() - timedelta(days=729))
    job = Retention(process.store, process.name, [audit.forget_after(730)], process.clock)
    assert await job.round() == {"lookup": 1}
    assert await count(process) == 1
    async with process.store.read() as session:
        assert await session.scalar(select(AuditHorizon)) is None, "the door is closed again"
    with pytest.raises(DBAPIError, match="append only"):
        async with process.store.write() as session:
            await session.execute(delete(Lookup))


async def test_reading_at_the_desk_is_recorded_once_an_hour(process: Process) -> None:
    conversation = await process.open()
    row = await process.conversation(conversation)
    await audit.record_reading(process.store, row, "gemeente", "staff-1", process.clock())
    assert await count(process) == 0, "nothing of a case was to be seen"
    row.facts = {"zaken": {"1": {"nummer": NUMBER, "stand": "In behandeling"}}}
    for _ in range(3):
        await audit.record_reading(process.store, row, "gemeente", "staff-1", process.clock())
    assert await count(process) == 1
    await audit.record_reading(process.store, row, "uwv", "staff-2", process.clock())
    process.clock.turn(minutes=61)
    await audit.record_reading(process.store, row, "gemeente", "staff-1", process.clock())
    async with process.store.read() as session:
        actors = [row.actor for row in await session.scalars(select(Lookup).order_by(Lookup.id))]
    assert actors == ["balie:gemeente:staff-1", "balie:uwv:staff-2", "balie:gemeente:staff-1"]


async def asked(words: str, process: Process, composer: Composer, monkeypatch: pytest.MonkeyPatch, **context: Any) -> str:
    """What a citizen is told."""
    monkeypatch.setattr(resources, "store", lambda: process.store)
    tracker = Tracker("s", {}, {"text": words, "metadata": context}, [], False, None, {}, "action_listen")
    dispatcher = CollectingDispatcher()
    await Privacy().run(dispatcher, tracker, {})
    said = [m["custom"]["utterance"] for m in dispatcher.messages if "utterance" in (m.get("custom") or {})]
    return "\n".join(composer.utterance(utterance, {}, False).text for utterance in said)


async def test_who_has_seen_my_data(process: Process, composer: Composer, monkeypatch: pytest.MonkeyPatch) -> None:
    question = "Wie heeft mijn gegevens bekeken?"
    await look_up(process, "other", outcome="not_found")
    await look_up(process, "other", number="ZAAK-2026-0000000009")
    told = await asked(question, process, composer, monkeypatch, conversation="mine", trust="kenmerk")
    assert NUMBER not in told and "niet zeker wie u bent" in told
    mine, logged_in = await process.open(), DigidSessions(process.store, Vault(["x" * 42 + "A="]), process.clock)
    await logged_in.begin(mine, "999990457")
    told = await asked(question, process, composer, monkeypatch, conversation=mine, trust="digid")
    assert NUMBER not in told and "hoe ver uw zaak is" in told, "no case is proven to be theirs yet"
    await look_up(process, mine, trust="digid")
    conversation = await process.open()
    row = await process.conversation(conversation)
    row.facts = {"zaken": {"1": {"nummer": NUMBER, "stand": "x"}}}
    await audit.record_reading(process.store, row, "uwv", "staff-1", process.clock())
    for outcome in ("found", "not_found"):
        context, desk = {"conversation": conversation}, "balie:svb:staff-2"
        await audit.record_lookup(process.store, context, NUMBER, "kenmerk", outcome, process.clock(), desk, audit.ON_REQUEST)
    told = await asked(question, process, composer, monkeypatch, conversation=mine, trust="digid")
    assert "een medewerker van UWV las uw gesprek" in told and "liet niets zien" in told
    assert f"zocht zaak {NUMBER} op, toen" in told and f"zocht naar zaak {NUMBER}, maar kreeg niets" in told
    assert "22 november 2026" in told and "0000000009" not in told and "staff-" not in told
    # And who logs in after them in the same conversation reads nothing of it
    process.clock.turn(minutes=1)
    await logged_in.begin(mine, "999990007")
    told = await asked(question, process, composer, monkeypatch, conversation=mine, trust="digid")
    assert NUMBER not in told
    await logged_in.end(mine)
    assert await audit.lookups_for(process.store, mine, 10) is None


@pytest.mark.parametrize("words", ["Wie kan dit gesprek lezen?", "Hoe lang bewaart u mijn gegevens?"])
async def test_other_questions_on_privacy_keep_their_answer(
    words: str, process: Process, composer: Composer, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = await asked(words, process, composer, monkeypatch, trust="digid", conversation="mine")
    assert "burgerservicenummer" in told
