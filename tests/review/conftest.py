"""The review list on both databases, with the fixtures of the core."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from loket.conversations.desk import Member
from loket.conversations.model import HandOff
from loket.review.record import Recorder
from loket.review.review import ReviewList
from loket.store.schema import Message
from tests.conversations.conftest import (  # noqa: F401
    bus,
    clock,
    composer,
    database_url,
    migrated_postgres,
    migrated_sqlite,
    other,
    process,
    summariser,
    template,
)
from tests.conversations.support import Process

Turn = Callable[..., Awaitable[str]]


def understood(outcome: str = "antwoord", score: float = 0.9, organisation: float = 0.9, **more: Any) -> dict[str, Any]:
    """A result of the understanding."""
    return {
        "uitkomst": outcome,
        "score": score,
        "uitkomsten": [{"id": outcome, "score": score}],
        "organisaties": [{"id": "toeslagen", "score": organisation}, {"id": "gemeente", "score": 0.05}],
        "producten": [{"id": "huurtoeslag", "score": 0.5}],
        "entiteiten": {"zaaknummer": "ZAAK-2026-0000000001"},
        "taal": "nl",
        **more,
    }


@pytest.fixture
def fatima() -> Member:
    """A casemanager."""
    return Member("f", "Fatima", "gemeente", "casemanager")


@pytest.fixture
def reviews(process: Process, composer: Any) -> ReviewList:  # noqa: F811
    """The list as staff use it."""
    return ReviewList(process.store, composer.directory, process.clock)


@pytest.fixture
def turn(process: Process) -> Turn:  # noqa: F811
    """One turn of the bot: the citizen's message is received, taken and settled, as the worker does it."""
    recorder = Recorder()

    async def settled(
        text: str,
        conversation: str | None = None,
        understanding: dict[str, Any] | None = None,
        payload: str | None = None,
        fact: str | None = None,
        handoff: str | None = None,
    ) -> str:
        conversation = conversation or await process.open()
        await process.receive(conversation, text, str(uuid.uuid4()), payload)
        work = await process.inbox.take(conversation)
        assert work is not None
        facts = {"onbegrepen": fact} if fact else {}
        asked = HandOff(handoff) if handoff else None

        async def on_kept(session: Any, message: Message) -> None:
            await recorder.settled(session, message, facts, asked, process.clock())

        _, _, kept = await process.inbox.settle(work, [], understanding, {}, asked, on_kept=on_kept)
        assert kept
        return conversation

    return settled
