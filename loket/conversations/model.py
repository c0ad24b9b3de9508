"""The values that travel between channels, core and bot."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

MAX_TEXT = 4000
"""Characters that one message may hold; more is refused with a clear text (20,000 block Rasa for seconds)."""


class Author(StrEnum):
    """Who speaks in a message. A note is internal: a citizen never gets it."""

    CITIZEN = "citizen"
    BOT = "bot"
    HUMAN = "human"
    SYSTEM = "system"
    NOTE = "note"


@dataclass(frozen=True)
class Inbound:
    """One message of a citizen as a channel parsed it.

    Attributes:
        channel: name in the channel registry.
        address: who, within the channel (a web session id, a telephone number).
        provider_id: the id under which the provider (or the client) may send it again.
        text: what was typed, not yet masked; for a button its title.
        payload: the payload of a button that we offered, else None.
        at: moment of arrival, aware.
    """

    channel: str
    address: str
    provider_id: str
    text: str
    at: datetime
    payload: str | None = None


@dataclass(frozen=True)
class Button:
    """A quick reply: `title` for people, `payload` for the bot.

    Attributes:
        short: where a button is small (WhatsApp: 20 characters, 24 in a list).
        plain: in an SMS, where the title would say something about the citizen.
    """

    title: str
    payload: str
    short: str = ""
    plain: str = ""

    def content(self) -> dict[str, str]:
        """As stored with the message."""
        forms = {"short": self.short, "plain": self.plain}
        return {"title": self.title, "payload": self.payload} | {name: form for name, form in forms.items() if form}


@dataclass(frozen=True)
class Rendered:
    """A text for a citizen, ready for any channel; `language` when it is not Dutch."""

    text: str
    buttons: tuple[Button, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    phones: tuple[tuple[str, str], ...] = ()
    card: dict[str, Any] | None = None
    language: str = ""
    marks: dict[str, Any] = field(default_factory=dict)
    trust: str = ""
    """`digid`: the citizen may read it again only while they are logged in."""

    def marked(self, **marks: Any) -> Rendered:
        """With what its channel must know: `always` (also after a STOP), `template` (data/whatsapp/sjablonen.yaml)."""
        return replace(self, marks={**self.marks, **marks})

    def content(self) -> dict[str, Any]:
        """Everything but the text, as stored with the message."""
        return {
            **self.marks,
            "buttons": [button.content() for button in self.buttons],
            "links": [{"title": title, "url": url} for title, url in self.links],
            "phones": [{"title": title, "number": number} for title, number in self.phones],
            "card": self.card,
            **({"language": self.language} if self.language else {}),
            **({"trust": self.trust} if self.trust else {}),
        }


@dataclass(frozen=True)
class HandOff:
    """The bot asks for a human. `reason` is one of the reasons of the desk (docs/protocol.md)."""

    reason: str
    urgency: str = "normaal"


@dataclass(frozen=True)
class BotReply:
    """What the bot answered to one message.

    Attributes:
        utterances: references to texts (`data/antwoorden`) with their values, in order.
        understanding: the result of the NLU pass (see loket.understanding.result), stored with the message.
        handoff: set when the conversation must go to a human.
        facts: what became known and must not be asked again (topic, organisation, gemeente, cases found ...).
    """

    utterances: list[dict[str, Any]]
    understanding: dict[str, Any] | None
    handoff: HandOff | None = None
    facts: dict[str, Any] = field(default_factory=dict)
