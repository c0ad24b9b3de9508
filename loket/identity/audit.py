"""The record of every look-up in a case system: who asked, which case, why, how sure, and with what outcome."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from loket.store.engine import Store
from loket.store.schema import Lookup

PURPOSE = "stand van zaken op verzoek van de burger"


async def record_lookup(store: Store, context: Mapping[str, Any], number: str, trust: str, outcome: str, now: datetime) -> None:
    """Append one record. The second factor and what was found are not recorded."""
    async with store.write() as session:
        session.add(
            Lookup(
                conversation_id=str(context.get("conversation", ""))[:36],
                actor="bot",
                case_number=number[:64],
                purpose=PURPOSE,
                trust=trust,
                outcome=outcome,
                at=now,
            )
        )
