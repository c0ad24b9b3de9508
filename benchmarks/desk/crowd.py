"""Many citizens who wait, made in the store at once."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete

from loket.store import Store
from loket.store.schema import Conversation, Message

TOPICS = (
    ("Huurtoeslag", "toeslagen"), ("Paspoort of identiteitskaart", "gemeente"), ("WW-uitkering", "uwv"),
    ("AOW", "svb"), ("Bijzondere bijstand, kosten van een wasmachine", "gemeente"), ("Rijbewijs", "rdw"),
)  # fmt: skip
WORDS = "Ik heb een brief gekregen die ik niet begrijp en ik weet niet bij wie ik moet zijn. Nummer {number} is de mijne."
MESSAGES = 12
"""Of each conversation."""


@asynccontextmanager
async def crowd(database_url: str, count: int, name: str) -> AsyncIterator[list[str]]:
    """Conversations that wait for the team `loket`, in the order of the queue; gone at the end.

    Args:
        database_url: of the store.
        count: of conversations.
        name: stands in their topic, so that they are told from others.

    Yields their ids.
    """
    store, now = Store.connect(database_url), datetime.now(UTC)
    ids = [str(uuid.uuid4()) for _ in range(count)]
    try:
        async with store.write() as session:
            for number, conversation in enumerate(ids):
                topic, organisation = TOPICS[number % len(TOPICS)]
                began = now - timedelta(minutes=10 + count - number)
                session.add(
                    Conversation(
                        id=conversation, channel="web", address=f"menigte-{conversation}", state="queued", epoch=1,
                        last_seq=MESSAGES, topic=f"{topic}, {name}", organisation=organisation,
                        urgency="hoog" if number % 10 == 0 else "normaal", team="loket", queued_at=began,
                        created_at=began, updated_at=began,
                    )
                )  # fmt: skip
            await session.flush()
            for number, conversation in enumerate(ids):
                began = now - timedelta(minutes=10 + count - number)
                for seq in range(1, MESSAGES + 1):
                    session.add(
                        Message(
                            conversation_id=conversation, seq=seq, author="citizen" if seq % 2 == 0 else "bot", channel="web",
                            text=WORDS.format(number=number), epoch=1, created_at=began, handled_at=began,
                        )
                    )  # fmt: skip
        yield ids
    finally:
        async with store.write() as session:
            await session.execute(delete(Message).where(Message.conversation_id.in_(ids)))
            await session.execute(delete(Conversation).where(Conversation.id.in_(ids)))
        await store.close()
