"""Who owns a conversation: an explicit state machine (design section 4).

Pure: it knows no database. `loket.conversations.ownership` writes a step as a compare-and-set.
"""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """The owner of the conversation."""

    BOT = "bot"
    QUEUED = "queued"
    CLAIMED = "claimed"
    SECOND_LINE_PENDING = "second_line_pending"
    CALLBACK = "callback"
    CLOSED = "closed"


class Step(StrEnum):
    """What can happen to the ownership of a conversation."""

    HAND_OFF = "hand_off"
    CLAIM = "claim"
    TRANSFER = "transfer"
    OFFER_SECOND_LINE = "offer_second_line"
    ACCEPT = "accept"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    REQUEUE = "requeue"
    REQUEST_CALLBACK = "request_callback"
    RETURN_TO_BOT = "return_to_bot"
    CLOSE = "close"
    REOPEN = "reopen"


class IllegalStep(Exception):
    """A step that the present state does not allow."""

    def __init__(self, state: State, step: Step) -> None:
        super().__init__(f"{step.value} is not possible from {state.value}")
        self.state, self.step = state, step


_STEPS: dict[tuple[State, Step], State] = {
    (State.BOT, Step.HAND_OFF): State.QUEUED,
    (State.BOT, Step.REQUEST_CALLBACK): State.CALLBACK,
    (State.BOT, Step.CLAIM): State.CLAIMED,
    (State.BOT, Step.CLOSE): State.CLOSED,
    (State.QUEUED, Step.CLAIM): State.CLAIMED,
    (State.QUEUED, Step.REQUEST_CALLBACK): State.CALLBACK,
    (State.QUEUED, Step.RETURN_TO_BOT): State.BOT,
    (State.QUEUED, Step.CLOSE): State.CLOSED,
    (State.CALLBACK, Step.CLAIM): State.CLAIMED,
    (State.CALLBACK, Step.HAND_OFF): State.QUEUED,
    # Who waits for a call may go on with the computer: the call-back stands.
    (State.CALLBACK, Step.RETURN_TO_BOT): State.BOT,
    (State.CALLBACK, Step.CLOSE): State.CLOSED,
    (State.CLAIMED, Step.TRANSFER): State.CLAIMED,
    (State.CLAIMED, Step.OFFER_SECOND_LINE): State.SECOND_LINE_PENDING,
    (State.CLAIMED, Step.REQUEUE): State.QUEUED,
    (State.CLAIMED, Step.REQUEST_CALLBACK): State.CALLBACK,
    (State.CLAIMED, Step.RETURN_TO_BOT): State.BOT,
    (State.CLAIMED, Step.CLOSE): State.CLOSED,
    # The first owner keeps the conversation until the second line has accepted it.
    (State.SECOND_LINE_PENDING, Step.ACCEPT): State.CLAIMED,
    (State.SECOND_LINE_PENDING, Step.REFUSE): State.CLAIMED,
    (State.SECOND_LINE_PENDING, Step.WITHDRAW): State.CLAIMED,
    (State.SECOND_LINE_PENDING, Step.REQUEUE): State.QUEUED,
    (State.SECOND_LINE_PENDING, Step.CLOSE): State.CLOSED,
    # Only as undo, shortly after a slip: afterwards a new message opens a follow-up instead.
    (State.CLOSED, Step.REOPEN): State.CLAIMED,
}

HUMAN_OWNED = frozenset({State.CLAIMED, State.SECOND_LINE_PENDING})
"""States in which a casemanager talks: the bot is silent."""

WAITING = frozenset({State.QUEUED, State.CALLBACK})
"""States in which the citizen waits for a human: the bot is silent but for one honest line."""


def after(state: State, step: Step) -> State:
    """The state after `step`. Raises IllegalStep when the present state does not allow it."""
    try:
        return _STEPS[state, step]
    except KeyError:
        raise IllegalStep(state, step) from None


def allowed(state: State) -> frozenset[Step]:
    """All steps that `state` allows."""
    return frozenset(step for (origin, step) in _STEPS if origin is state)
