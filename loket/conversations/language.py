"""The language a citizen chooses: Dutch, easy Dutch, or one of the languages in which we have texts.

Easy Dutch are the shorter forms of the answers with one sentence on a line (`loket.answers.easy`). In other languages the
citizen is understood, hears so in that language, and gets the numbers that save lives in it; answers stay in Dutch, and the
text says that too.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from loket.answers.compose import Composer
from loket.answers.easy import FACT as EASY_FACT
from loket.answers.languages import FACT as TOLD_FACT
from loket.bus import Bus
from loket.conversations import journal
from loket.conversations.journal import Entry
from loket.conversations.model import Author
from loket.conversations.states import State
from loket.store.engine import Store
from loket.store.schema import Conversation

DUTCH, EASY = "nl", "makkelijk"


class UnknownLanguage(ValueError):
    """There are no texts in this language."""


def chosen(conversation: Conversation) -> str:
    """The choice that stands: `nl`, `makkelijk`, or the code of another language."""
    if conversation.facts.get(EASY_FACT):
        return EASY
    return str(conversation.facts.get("taalkeuze") or DUTCH)


class Languages:
    """Keeps the choice and confirms it in the conversation.

    Args:
        store: the store.
        composer: has the texts.
        bus: tells the tabs and the desk.
        clock: now, aware.
    """

    def __init__(self, store: Store, composer: Composer, bus: Bus, clock: Callable[[], datetime]) -> None:
        self._store, self._composer, self._bus, self._clock = store, composer, bus, clock

    def offered(self) -> list[str]:
        """The codes that can be chosen, Dutch first."""
        keys = self._composer.texts.texts
        others = [key.removeprefix("taal.") for key in keys if key.startswith("taal.")]
        return [DUTCH, EASY, *others]

    async def choose(self, conversation_id: str, code: str) -> None:
        """Keep the choice and say so; the choice that stands already changes nothing.

        Raises UnknownLanguage and journal.UnknownConversation.
        """
        if code not in self.offered():
            raise UnknownLanguage(code)
        async with self._store.write() as session:
            conversation = await journal.locked(session, conversation_id)
            if chosen(conversation) == code:
                return
            spoken = DUTCH if code == EASY else code
            conversation.language = spoken
            conversation.facts = {**conversation.facts, EASY_FACT: code == EASY, "taalkeuze": code, TOLD_FACT: spoken}
            key = f"taalkeuze.{code}" if code in (DUTCH, EASY) else f"taal.{code}"
            said = self._composer.text(key)
            # A human who has the conversation is not interrupted by the bot.
            author = Author.BOT if conversation.state == State.BOT.value else Author.SYSTEM
            await journal.append(session, conversation, Entry(author, said.text, said.content()), self._clock())
            seq = conversation.last_seq
        self._bus.publish({"kind": "message", "conversation": conversation_id, "seq": seq})
        self._bus.publish({"kind": "state", "conversation": conversation_id})
