"""How fast the team leader's figures are with 100,000 conversations: `python -m benchmarks.figures [conversations]`.

On SQLite in a temporary folder; the conversations are spread over 100 days, a tenth of them today.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from loket.figures.day import count
from loket.figures.report import Figures, Filter
from loket.handoff.opening import AMSTERDAM
from loket.handoff.targets import WaitTargets
from loket.store import Store
from loket.store.migrate import upgrade
from loket.store.schema import Conversation, Message, Transition

BATCH = 5000


async def fill(store: Store, total: int, now: datetime) -> None:
    """Conversations with a message each; one in four went to a human."""
    for begin in range(0, total, BATCH):
        conversations, messages, steps = [], [], []
        for n in range(begin, min(begin + BATCH, total)):
            at = now - (timedelta(minutes=n % 60) if n % 10 == 0 else timedelta(days=1 + n % 99))
            key, helped = str(uuid.uuid4()), n % 4 == 0
            conversations.append(
                {
                    "id": key,
                    "channel": "web",
                    "address": key,
                    "state": "closed" if helped else "bot",
                    "epoch": 0,
                    "bot_session": 0,
                    "last_seq": 1,
                    "language": "nl",
                    "trust": "anoniem",
                    "topic": f"Onderwerp {n % 40}",
                    "organisation": "gemeente",
                    "urgency": "normaal",
                    "facts": {},
                    "pending": 0,
                    "created_at": at,
                    "updated_at": at,
                    "team": "loket" if helped else None,
                }
            )
            messages.append(
                {
                    "conversation_id": key,
                    "seq": 1,
                    "author": "citizen",
                    "channel": "web",
                    "text": "Hoe zit het?",
                    "content": {},
                    "epoch": 0,
                    "attempts": 0,
                    "created_at": at,
                }
            )
            if helped:
                for old, new, later in (("bot", "queued", 0), ("queued", "claimed", 5 + n % 40)):
                    steps.append(
                        {
                            "conversation_id": key,
                            "from_state": old,
                            "to_state": new,
                            "epoch": 1,
                            "actor": "x",
                            "reason": "x",
                            "at": at + timedelta(minutes=later),
                        }
                    )
        async with store.write() as session:
            await session.execute(insert(Conversation), conversations)
            await session.execute(insert(Message), messages)
            await session.execute(insert(Transition), steps)


async def main(total: int) -> None:
    """Fill a store and say how long each question takes."""
    now = datetime.now(UTC)
    today = now.astimezone(AMSTERDAM).date()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.sqlite3'}"
        await asyncio.to_thread(upgrade, url)
        store = Store.connect(url)
        await fill(store, total, now)
        targets = WaitTargets()
        for name, day in (("one ordinary day", today - timedelta(days=10)), ("today", today)):
            started = time.perf_counter()
            async with store.read() as session:
                await count(session, day, targets)
            print(f"count {name}: {1000 * (time.perf_counter() - started):.0f} ms")
        figures = Figures(store, targets, lambda: now)
        for name, question in (
            ("now", figures.now(Filter())),
            ("90 days", figures.report(today - timedelta(days=89), today, Filter())),
        ):
            started = time.perf_counter()
            await question
            print(f"{name}: {1000 * (time.perf_counter() - started):.0f} ms")
        await store.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
