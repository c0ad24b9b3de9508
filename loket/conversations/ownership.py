"""Writing a step of the state machine: a compare-and-set on state and epoch, with its record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from loket.conversations.states import State, Step, after
from loket.handoff import callback_follow
from loket.store.schema import Conversation, Transition


class Changed(Exception):
    """Someone else changed the ownership first; the caller's picture is out of date.

    Attributes:
        owner_name: who has the conversation now, or None.
    """

    def __init__(self, state: State, owner_name: str | None) -> None:
        super().__init__(f"the conversation is {state.value} now")
        self.state, self.owner_name = state, owner_name


async def step(
    session: AsyncSession,
    conversation: Conversation,
    what: Step,
    *,
    epoch: int,
    actor: str,
    reason: str,
    now: datetime,
    **changes: Any,
) -> State:
    """Take one step, if the epoch is still `epoch`.

    Args:
        conversation: from `journal.locked` in this transaction.
        epoch: the epoch that the actor had before its eyes.
        actor: "bot", "citizen", "system" or a member of staff (id).
        changes: columns of Conversation that change with the step (owner, urgency, ...).

    Returns the new state. Raises IllegalStep, or Changed when the epoch is another one.
    """
    origin = State(conversation.state)
    if conversation.epoch != epoch:
        raise Changed(origin, conversation.owner_name)
    target = after(origin, what)
    values: dict[str, Any] = {"state": target.value, "epoch": epoch + 1, "updated_at": now, **changes}
    if target is State.QUEUED and origin is not State.QUEUED:
        values.setdefault("queued_at", now)
    if target in (State.BOT, State.QUEUED, State.CALLBACK):
        values.update(owner_id=None, owner_name=None, owner_organisation=None)
    if what is Step.HAND_OFF:
        values.setdefault("team", None)  # which team it is for follows from what it is about now
    if target is State.BOT:
        # The bot begins with a clean slate: what it knew is in `facts`, not in its tracker.
        values["bot_session"] = conversation.bot_session + 1
        values["queued_at"] = None
    done = await session.execute(
        update(Conversation)
        .where(Conversation.id == conversation.id, Conversation.epoch == epoch, Conversation.state == origin.value)
        .values(**values)
        .execution_options(synchronize_session="fetch")
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        await session.refresh(conversation)
        raise Changed(State(conversation.state), conversation.owner_name)
    await session.refresh(conversation)
    session.add(
        Transition(
            conversation_id=conversation.id,
            from_state=origin.value,
            to_state=target.value,
            epoch=epoch + 1,
            actor=actor,
            reason=reason[:200],
            at=now,
        )
    )
    await callback_follow.follow(session, conversation.id, what, actor, changes, now)
    return target
