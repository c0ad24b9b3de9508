"""What the bot would answer now, for a member of staff to send, change or leave alone. Never sent by itself."""

from __future__ import annotations

from dataclasses import dataclass

from loket.conversations.model import Author
from loket.handoff.canned import CannedAnswers
from loket.store.schema import Conversation, Message

SURE = 0.5
"""From this calibrated score of a product a suggestion is made; below it, it would cost reading and give nothing."""


@dataclass(frozen=True)
class Suggestion:
    """A suggested answer to the message `seq`; `score` is the calibrated score of the product (0 to 1)."""

    seq: int
    title: str
    text: str
    score: float


def suggest(conversation: Conversation, messages: list[Message], answers: CannedAnswers) -> Suggestion | None:
    """The answer to the last message of the citizen that asks for something; None when the bot is not sure enough."""
    asked = [m for m in messages if m.author == Author.CITIZEN.value and m.understanding]
    for message in reversed(asked):
        understanding = message.understanding or {}
        if understanding.get("uitkomst") != "antwoord":
            continue
        products = understanding.get("producten") or []
        if not products or float(products[0]["score"]) < SURE:
            return None
        found = answers.product(str(products[0]["id"]), conversation)
        return Suggestion(message.seq, found.title, found.text, float(products[0]["score"])) if found else None
    return None
