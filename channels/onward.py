"""Going on elsewhere: a code for one use within 15 minutes takes the whole conversation along to another channel.

Nothing is told twice: it stays the same conversation, with the same messages, owner and place in the queue. Only the level of
trust is not taken along: who holds the telephone may be somebody else than who sat at the screen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from channels.choices import Words, folded
from loket.conversations import journal
from loket.conversations.bursts import Work
from loket.conversations.model import BotReply
from loket.conversations.states import HUMAN_OWNED, State
from loket.identity.attempts import Attempts, TooManyAttempts
from loket.identity.one_time import TYPED, OneTimeTokens, WrongToken
from loket.partners import partners
from loket.store.engine import Store
from loket.store.partners import PartnerAddress
from loket.store.schema import Conversation

PURPOSE = "onward"
PREFIX = "VERDER"
_CODE = re.compile(rf"\W*{PREFIX}\W*([{TYPED}]{{4}})[ -]?([{TYPED}]{{4}})\W*", re.IGNORECASE)
ATTEMPTS = 5
"""Codes that one telephone or browser may try in an hour."""


@dataclass(frozen=True)
class Targets:
    """Where one can go on: our numbers by channel, and the address of the web chat."""

    numbers: Mapping[str, str]
    public_url: str

    def __contains__(self, channel: object) -> bool:
        return channel == "web" or channel in self.numbers


class Onward:
    """Gives out and takes in the codes."""

    def __init__(
        self,
        store: Store,
        tokens: OneTimeTokens,
        attempts: Attempts,
        words: Words,
        targets: Targets,
        clock: Callable[[], datetime],
    ) -> None:
        self._store, self._tokens, self._attempts, self._words = store, tokens, attempts, words
        self._targets, self._clock = targets, clock

    # -- giving out ----------------------------------------------------------------------------------------------

    async def asked(self, work: Work) -> BotReply | None:
        """The reply to who asks to go on elsewhere; None when something else is asked, or a human has the conversation."""
        if State(work.conversation.state) in HUMAN_OWNED:
            return None
        said = folded(work.text)
        wanted = next((channel for channel, phrases in self._words.onward.items() if said in phrases), None)
        if wanted is None:
            return None
        if wanted == work.conversation.channel:
            return BotReply([{"parts": [{"key": "verder.al_hier"}]}], None)
        if wanted not in self._targets:
            return BotReply([{"parts": [{"key": "verder.kan_niet"}]}], None)
        code = await self._tokens.issue(PURPOSE, work.conversation.id, typed=True)
        values = {"code": f"{PREFIX} {code}", "nummer": self._targets.numbers.get(wanted, ""), "link": self._link(wanted, code)}
        return BotReply([{"parts": [{"key": f"verder.{wanted}", "values": values}]}], None)

    def _link(self, channel: str, code: str) -> str:
        text = quote(f"{PREFIX} {code}")
        if channel == "whatsapp":
            return f"https://wa.me/{self._targets.numbers[channel].lstrip('+')}?text={text}"
        return f"{self._targets.public_url.rstrip('/')}/verder/{code}"

    # -- taking in -----------------------------------------------------------------------------------------------

    def is_code(self, text: str) -> bool:
        """Whether a message is nothing but a code."""
        return _CODE.fullmatch(text) is not None

    async def redeem(self, text: str, subject: str) -> str | None:
        """The conversation of a code, which is used up; None when it can not be used (wrong, old, used, or too many tried)."""
        try:
            await self._attempts.count("onward", [subject], ATTEMPTS)
            conversation = await self._tokens.use(PURPOSE, _code(text))
        except (TooManyAttempts, WrongToken):
            return None
        await self._attempts.take_back("onward", [subject])
        return conversation

    async def move(self, text: str, address: PartnerAddress) -> bool:
        """Take a conversation along to a telephone; False when the code can not be used, or a human is talking here already.

        True also for the code that brought this telephone where it is: the message with it may be taken a second time.
        """
        code, subject = _code(text), f"{address.channel}:{address.number}"
        if address.conversation_id and await self._tokens.used(PURPOSE, code) == address.conversation_id:
            return True
        async with self._store.read() as session:
            here = await session.get(Conversation, address.conversation_id) if address.conversation_id else None
        if here is not None and State(here.state) in HUMAN_OWNED:
            return False
        try:
            await self._attempts.count("onward", [subject], ATTEMPTS)
            target = await self._tokens.look(PURPOSE, code)
            async with self._store.write() as session:
                conversation = await journal.locked(session, target)
                if not conversation.address:  # deleted meanwhile: a number that points to it could send nothing any more
                    return False
                await self._tokens.use_in(session, PURPOSE, code)
                row = await partners.locked(session, address.id)
                row.conversation_id = conversation.id
        except (TooManyAttempts, WrongToken, journal.UnknownConversation):
            return False
        await self._attempts.take_back("onward", [subject])
        return True


def _code(text: str) -> str:
    """The code in a message that is one, or that somebody typed by itself."""
    found = _CODE.fullmatch(text)
    return (found[1] + found[2]).upper() if found else text.upper()
