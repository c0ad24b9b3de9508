"""What a step in the ownership of a conversation means for its call-back: told in one place, so that no way forgets it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from loket.conversations.states import Step
from loket.store.callbacks import Callback, CallbackEvent

UNSETTLED = ("open", "taken")
_MATTER = frozenset({Step.CLAIM, Step.TRANSFER, Step.ACCEPT, Step.REQUEUE, Step.RETURN_TO_BOT, Step.CLOSE})


async def follow(
    session: AsyncSession, conversation_id: str, what: Step, actor: str, changes: Mapping[str, Any], now: datetime
) -> None:
    """Keep the unsettled call-back of a conversation in step with who owns it.

    Taken with the conversation, passed on with it, free again when it goes back; closing settles it, unless it was closed
    with the very outcome that somebody will call.
    """
    if what not in _MATTER:
        return
    rows = await session.scalars(
        select(Callback).where(Callback.conversation_id == conversation_id, Callback.state.in_(UNSETTLED)).with_for_update()
    )
    for row in rows:
        if what in (Step.CLAIM, Step.TRANSFER, Step.ACCEPT):
            _become(row, "taken", changes.get("owner_id"), changes.get("owner_name"))
        elif what is Step.CLOSE and (changes.get("closing") or {}).get("outcome") != "callback":
            _become(row, "done", row.taken_by, row.taken_name)
            row.settled_at = now
        else:
            _become(row, "open", None, None)
        name = str(changes.get("owner_name") or "")
        session.add(CallbackEvent(callback_id=row.id, what=row.state, actor=actor, actor_name=name, note="", at=now))


def _become(row: Callback, state: str, owner: str | None, name: str | None) -> None:
    row.state, row.taken_by, row.taken_name = state, owner, name
    row.version += 1
