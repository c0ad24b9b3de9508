"""What one message of a citizen turns out to be, before it is stored: a keyword, a code, a choice, an answer, or words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.choices import Words
from channels.onward import Onward
from channels.sms import render as sms_render
from channels.twilio.incoming import Incoming
from loket.conversations import journal
from loket.conversations.model import Author
from loket.conversations.rating_asked import score_of
from loket.partners import held, progress
from loket.store.engine import Store
from loket.store.partners import PartnerAddress, ProviderMessage
from loket.store.schema import Message

SMS_YES = "/sms_ook"
"""Payload of the button that allows SMS when WhatsApp is closed (data/antwoorden/knoppen.yaml)."""

LOOK_BACK, PRESSED_BACK = 5, 50
"""Choices are those of our newest message that had any, among so many; a button that is pressed may be an older one."""

OURS = (Author.BOT.value, Author.SYSTEM.value, Author.HUMAN.value)


@dataclass(frozen=True)
class Meant:
    """What a message turned out to be.

    Attributes:
        kind: message, stop, start, help, plaats, sms_ook, rating, yes, code, moved, place, people, file, file_and_text or empty.
        text: as it is stored.
        payload: of the choice.
        content: what is kept with the message.
        about: conversation of our message that this answers to.
    """

    kind: str
    text: str
    payload: str | None = None
    content: Mapping[str, Any] | None = None
    about: str = ""

    @property
    def for_the_bot(self) -> bool:
        """Whether bot or human handle it; everything else is settled when it is stored."""
        return self.kind in ("message", "file_and_text")

    @property
    def begins(self) -> bool:
        """Whether it begins a new conversation when the last one was closed."""
        return self.kind not in ("rating", "yes", "stop")


@dataclass(frozen=True)
class _Offered:
    """Choices that may be meant, each with the conversation of our message, and its seq when the citizen pointed at it."""

    choices: list[tuple[Mapping[str, Any], str]]
    quoted: int | None = None


class Meaning:
    """Finds out what is meant.

    Args:
        line: a text of ours by its key.
    """

    def __init__(self, store: Store, words: Words, onward: Onward, line: Callable[[str], str]) -> None:
        self._store, self._words, self._onward, self._line = store, words, onward, line

    async def of(self, incoming: Incoming, address: PartnerAddress) -> Meant:
        """What a message at this address means."""
        text, keyword = incoming.text.strip(), self.keyword(incoming)
        if keyword and not incoming.files:
            return Meant(keyword, text or keyword.upper())
        if self._onward.is_code(text):
            return Meant("code", text)
        if incoming.location:
            return Meant("place", self._line("kanaal.locatie_gestuurd"))
        if incoming.contacts and not incoming.files:
            return Meant("people", self._line("kanaal.contact_gestuurd"))
        async with self._store.read(brief=True) as session:
            if self._words.agrees(text) and not incoming.files and await held.waits(session, address.conversation_id or ""):
                return Meant("yes", text)
            offered = await self._offered(session, incoming, address)
        content = {"replies_to": offered.quoted} if offered.quoted else None
        chosen, about = self._chosen(incoming, text, offered)
        if chosen is not None:
            payload = str(chosen["payload"])
            kind = "sms_ook" if payload == SMS_YES else "rating" if score_of(payload) else "message"
            return Meant(kind, str(chosen["title"]), payload, content, about)
        if incoming.files:
            return Meant("file_and_text", text, content=content) if text else Meant("file", self._line("media.zonder_tekst"))
        if not text:
            return Meant("empty", self._line("kanaal.niets_leesbaars"))
        return Meant("message", text, content=content)

    def keyword(self, incoming: Incoming) -> str | None:
        """stop, start, help or plaats, by the provider's word for it or ours; None for anything else."""
        opted = incoming.opted in ("STOP", "START", "HELP")
        return incoming.opted.lower() if opted else self._words.keyword(incoming.text.strip())

    def _chosen(self, incoming: Incoming, text: str, offered: _Offered) -> tuple[Mapping[str, Any] | None, str]:
        choices = [choice for choice, _ in offered.choices]
        if incoming.payload:
            chosen = next((choice for choice in choices if choice["payload"] == incoming.payload), None)
        else:
            chosen = self._words.choice(text, choices) if text and not incoming.files else None
        return chosen, next((about for choice, about in offered.choices if choice is chosen), "")

    async def _offered(self, session: AsyncSession, incoming: Incoming, address: PartnerAddress) -> _Offered:
        sent_here = (
            select(Message)
            .join(ProviderMessage, ProviderMessage.message_id == Message.id)
            .where(ProviderMessage.address_id == address.id)
        )
        if incoming.replies_to:
            pointed = await session.scalar(sent_here.where(ProviderMessage.sid == incoming.replies_to))
            if pointed is not None:
                return _Offered(self._shown([pointed], incoming.channel), pointed.seq)
        assert address.conversation_id is not None
        ids = await journal.chain(session, address.conversation_id)
        most = PRESSED_BACK if incoming.payload else LOOK_BACK
        ours = select(Message).where(Message.conversation_id.in_(ids), Message.author.in_(OURS))
        recent = list(await session.scalars(ours.order_by(Message.seq.desc()).limit(most)))
        if incoming.channel == "sms":  # what was sent here in place of WhatsApp belongs to a conversation there
            instead = sent_here.where(ProviderMessage.part >= progress.ELSEWHERE)
            recent += await session.scalars(instead.order_by(ProviderMessage.first_tried_at.desc()).limit(1))
            recent.sort(key=lambda message: message.id, reverse=True)
        messages = [message for message in recent if (message.content or {}).get("buttons")]
        return _Offered(self._shown(messages if incoming.payload else messages[:1], incoming.channel))

    def _shown(self, messages: list[Message], channel: str) -> list[tuple[Mapping[str, Any], str]]:
        found: list[tuple[Mapping[str, Any], str]] = []
        for message in messages:
            shown = sms_render.shown(message) if channel == "sms" else (message.content or {}).get("buttons", [])
            found += [(choice, message.conversation_id) for choice in shown]
        return found
