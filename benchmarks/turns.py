"""What was said to each thing that a citizen said, from the store alone.

An answer is stored in the transaction that counts its message as handled, and has the same moment to the microsecond. So no clock
is believed here, not even that one moment lies after another: only that two moments are one. Words of the bot that share their
moment with no message are an answer too many.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.stored import Row

OURS = ("bot", "system")


@dataclass(frozen=True)
class Turn:
    """One message of a citizen, or a burst that was read as one thought.

    Attributes:
        asked: its messages, oldest first.
        answer: what we said to it, oldest first; one answer may be several messages.
        due: the bot had the conversation when this was handled, so there must be an answer.
        hands_over: with its answer the bot gave the conversation to a human.
    """

    asked: tuple[Row, ...]
    answer: tuple[Row, ...]
    due: bool
    hands_over: bool

    def __str__(self) -> str:
        return f"{', '.join(str(row['seq']) for row in self.asked)} of the citizen"


def turns(messages: Sequence[Row], steps: Sequence[Row]) -> list[Turn]:
    """The turns of one conversation, in order.

    Args:
        messages: all of it by seq, with `seq, author, epoch, handled_at, together, created_at`.
        steps: its transitions in order, with `from_state, to_state, epoch, actor, at`.
    """
    thoughts: dict[int, list[Row]] = defaultdict(list)
    said: dict[str, list[Row]] = defaultdict(list)
    for row in messages:
        if row["author"] == "citizen":
            thoughts[row["together"] or row["seq"]].append(row)
        elif row["author"] in OURS:
            said[row["created_at"]].append(row)
    asked = [tuple(rows) for _, rows in sorted(thoughts.items())]
    handed_over = {row["epoch"] - 1: row["at"] for row in steps if (row["from_state"], row["actor"]) == ("bot", "bot")}
    ends = {rows[-1]["handled_at"]: rows[-1]["seq"] for rows in asked}
    until = {epoch: ends.get(at, 0) for epoch, at in handed_over.items()}
    state = {0: "bot"} | {row["epoch"]: row["to_state"] for row in steps}
    found = []
    for rows in asked:
        epoch, seq, at = rows[-1]["epoch"], rows[-1]["seq"], rows[-1]["handled_at"]
        stayed = epoch == len(steps) or seq <= until.get(epoch, 0)
        found.append(Turn(
            rows, tuple(said[at]) if at else (), due=at is not None and state.get(epoch) == "bot" and stayed,
            hands_over=at is not None and at in handed_over.values(),
        ))
    return found


def unasked(messages: Sequence[Row], found: Sequence[Turn]) -> list[Row]:
    """What the bot said, after the citizen's first words, that answers none of them: something was handled again."""
    answers = {row["seq"] for turn in found for row in turn.answer}
    first = found[0].asked[0]["seq"] if found else 0
    return [row for row in messages if found and row["author"] == "bot" and row["seq"] > first and row["seq"] not in answers]


def repeats(turn: Turn) -> bool:
    """Whether one answer says the same twice."""
    return len({row["text"] for row in turn.answer}) < len(turn.answer)
