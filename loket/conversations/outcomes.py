"""What becomes of a message, before it is written down."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from loket.conversations.model import Author, HandOff, Rendered
from loket.handoff.callback_dialogue import Act


@dataclass(frozen=True)
class Outcome:
    """What is said to a message and what follows from it.

    Attributes:
        rendered: what is said.
        understanding: what was understood; None when that was not needed.
        facts: what became known; None takes a fact away.
        handoff: when the conversation must go to a human.
        columns: of the conversation, with their new values.
        speaker: who says it.
        act: done in the same transaction.
    """

    rendered: list[Rendered] = field(default_factory=list)
    understanding: dict[str, Any] | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    handoff: HandOff | None = None
    columns: dict[str, Any] = field(default_factory=dict)
    speaker: Author = Author.BOT
    act: Act | None = None
