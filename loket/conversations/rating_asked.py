"""Asking for a rating where no form can be shown: with the words that close a conversation, on a telephone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from loket.answers.compose import Composer
from loket.answers.texts import merge
from loket.conversations.model import Rendered
from loket.conversations.ratings import BEST, WORST
from loket.store.schema import Conversation

TEMPLATE = "verbonden_beoordeling"
"""What WhatsApp lets us say of it at any time (data/whatsapp/sjablonen.yaml)."""

PREFIX = "/cijfer_"
LOW = 2
"""Who rates no better than this is offered a way on."""

NOT_HELPED_YET = frozenset({"callback", "no_answer"})
"""Outcomes after which there is nothing to rate: somebody will call, or nobody was reached."""


class RatingAsked:
    """Says what is said at the end of a conversation.

    Args:
        composer: makes the texts.
        short: whether a channel needs the short form of texts.
        pushed: whether a message on this channel makes a telephone ring; there is no form to rate with there.
    """

    def __init__(self, composer: Composer, short: Callable[[str], bool], pushed: Callable[[str], bool]) -> None:
        self._composer, self._short, self._pushed = composer, short, pushed

    def closing(self, conversation: Conversation, outcome: str, key: str, **values: Any) -> Rendered:
        """The text that closes a conversation, with the question for a rating below it where that fits.

        Nobody who was in danger is asked for one.
        """
        short = self._short(conversation.channel)
        closed = self._composer.text(key, short, **values)
        danger = conversation.reason == "crisis" or conversation.urgency == "spoed"
        if not self._pushed(conversation.channel) or danger or outcome in NOT_HELPED_YET:
            return closed
        return merge([closed, self._composer.text("beoordeling.vraag", short)]).marked(template=TEMPLATE)


def score_of(payload: str | None) -> int | None:
    """The rating that a pressed button is, or None."""
    if not payload or not payload.startswith(PREFIX):
        return None
    text = payload.removeprefix(PREFIX)
    return int(text) if text in {str(score) for score in range(WORST, BEST + 1)} else None
