"""What the core asks of a bot engine. Rasa is behind it (`channels.bot_client`); the core does not know that."""

from __future__ import annotations

from typing import Any, Protocol

from loket.conversations.model import BotReply


class BotUnavailable(Exception):
    """The bot engine did not answer, answered too late or answered nonsense; the message may be asked again."""


class Bot(Protocol):
    """A dialogue engine that remembers a session and answers one message at a time."""

    async def answer(
        self, session: str, message_id: str, text: str, payload: str | None, context: dict[str, Any], again: bool
    ) -> BotReply:
        """The reply to one message.

        Args:
            session: names the engine's memory of this stretch of conversation.
            message_id: asking twice with the same id gives the same reply and changes nothing.
            text: masked text as typed.
            payload: of a button that we offered ("/mens"), else None.
            context: what the core knows already (facts, trust, channel, language).
            again: this message may have been asked before.

        Raises BotUnavailable.
        """
        ...

    async def understand(self, text: str) -> dict[str, Any]:
        """Only the NLU pass, without a turn in the dialogue. Raises BotUnavailable."""
        ...
