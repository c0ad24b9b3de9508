"""What citizens and desks did and saw, written down as it happens: the judge believes this and the database, nothing else."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

_TICKS = itertools.count(1)


def tick() -> int:
    """The next moment: all parties live in one process, so this orders everything they did, whatever clocks say."""
    return next(_TICKS)


@dataclass
class Said:
    """One message of a citizen.

    Attributes:
        id: under which it was sent, also when it was sent again.
        sent: (connection, moment) of each time.
        accepted: moment at which the gateway said that it has it; 0: never heard.
        seq: as it was said with that.
    """

    id: str
    text: str
    sent: list[tuple[int, int]] = field(default_factory=list)
    accepted: int = 0
    seq: int = 0


@dataclass(frozen=True)
class Shown:
    """One message that came over a connection, in the order of coming."""

    connection: int
    seq: int
    author: str
    text: str


@dataclass
class Diary:
    """Of one citizen at the web chat. `after` is what each connection said it had already."""

    session: str = ""
    said: list[Said] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    after: dict[int, int] = field(default_factory=dict)
    refused: int = 0


@dataclass(frozen=True)
class Claim:
    """A desk was told that it has a conversation, which it had seen at `epoch`."""

    conversation: str
    epoch: int
    member: str


@dataclass(frozen=True)
class Answer:
    """A desk was told that its words are kept as `seq`."""

    conversation: str
    id: str
    member: str
    text: str
    seq: int


@dataclass(frozen=True)
class Opened:
    """A desk opened a conversation.

    Attributes:
        known: seq of the last message in it that this desk knew of before.
        messages: what it was shown, in that order: (seq, author, text).
    """

    conversation: str
    known: int
    messages: tuple[tuple[int, str, str], ...]


@dataclass
class DeskDiary:
    """Of all desks together. `seen` came live: (conversation, seq, author); `steps` counts what they did."""

    claims: list[Claim] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    seen: list[tuple[str, int, str]] = field(default_factory=list)
    opened: list[Opened] = field(default_factory=list)
    steps: dict[str, int] = field(default_factory=dict)

    def count(self, what: str) -> None:
        """One more of it."""
        self.steps[what] = self.steps.get(what, 0) + 1
