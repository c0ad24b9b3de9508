"""What a citizen types and has not sent, shown to the member of staff who talks with them: off, unless an administrator says so.

Nothing of it is kept: it goes over the bus, which forgets, to the desk of one person (docs/adr/0011-work-by-team.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from loket.conversations.states import State

SHOWN_IN = (State.CLAIMED, State.SECOND_LINE_PENDING)
"""A human has the conversation: the bot is never shown anything."""

NUMBER = re.compile(r"\d(?:[ .\-]?\d){3,}")
"""Four digits or more. The first eight digits of a BSN give the ninth away, so that a number is hidden before it is whole."""

HIDDEN = "…"


class Preview:
    """Whether what is typed may be shown now, and how.

    Args:
        mask: takes BSN, IBAN and the like out of a text.
        changed: called when it was turned on or off, so that citizens are told.

    Attributes:
        on: whether an administrator turned it on.
    """

    def __init__(self, mask: Callable[[str], str], changed: Callable[[], None] = lambda: None) -> None:
        self.on = False
        self._mask, self._changed = mask, changed

    def turn(self, on: bool) -> None:
        """Turn it on or off."""
        if on != self.on:
            self.on = on
            self._changed()

    def in_state(self, state: State) -> bool:
        """Whether it may be shown in a conversation in this state."""
        return self.on and state in SHOWN_IN

    def words(self, typed: str) -> str:
        """The text as the desk may see it: no number longer than three digits, and nothing that may never be stored."""
        return NUMBER.sub(HIDDEN, self._mask(typed))
