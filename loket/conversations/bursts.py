"""Messages that are read as one thought: the work that one message, or a burst of them, makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from loket.conversations.model import MAX_TEXT
from loket.store.schema import Conversation, Message

NO_PAUSE = timedelta(0)
LONGEST_BURST = timedelta(seconds=10)
"""Who keeps on writing is answered after so long all the same."""

BURST = 20
"""So many messages are read as one thought at most."""


@dataclass(frozen=True)
class Work:
    """The oldest unhandled message of a conversation that this process holds.

    Of a burst that is read as one thought, `message` is the last one and `before` are the others, in order.
    """

    conversation: Conversation
    message: Message
    epoch: int
    before: tuple[Message, ...] = ()

    @property
    def text(self) -> str:
        """The whole thought, a message on a line."""
        return "\n".join(message.text for message in (*self.before, self.message))


def thought(unhandled: Sequence[Message], now: datetime, pause: timedelta) -> list[Message] | None:
    """The messages to read as one: the burst that the oldest belongs to; None while it may still go on.

    A button that was pressed is an answer of its own.

    Args:
        unhandled: at least one, oldest first.
        pause: messages that come within this time of each other belong together; NO_PAUSE: each is a thought of its own.
    """
    first = unhandled[0]
    if first.together is not None:
        return [message for message in unhandled if message.together == first.together]
    burst, length = [first], len(first.text)
    if pause == NO_PAUSE or first.payload:
        return burst
    for message in unhandled[1:]:
        length += len(message.text)
        elsewhere = message.channel != first.channel or message.created_at - burst[-1].created_at > pause
        if elsewhere or message.payload or length > MAX_TEXT:
            return burst
        burst.append(message)
    quiet, lasted = now - burst[-1].created_at, now - first.created_at
    put_back = quiet < -pause  # the clock: nobody knows how long ago it was
    return burst if quiet >= pause or put_back or lasted >= LONGEST_BURST or len(burst) == BURST else None
