"""Taking one message of a citizen: stored once, with everything that follows from it at once, in one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.choices import Words
from channels.onward import Onward
from channels.twilio.incoming import Incoming
from channels.twilio.meaning import Meaning, Meant
from loket import metrics
from loket.answers.compose import Composer
from loket.bus import Bus
from loket.conversations import ratings
from loket.conversations.handling import MAX_ATTEMPTS
from loket.conversations.inbox import Also, Inbox, Received
from loket.conversations.model import MAX_TEXT, Inbound, Rendered
from loket.conversations.rating_asked import LOW, score_of
from loket.conversations.ratings import WORST
from loket.conversations.states import HUMAN_OWNED, State
from loket.handoff import queue
from loket.media import Media
from loket.partners import held, partners
from loket.partners.numbers import is_answerable, is_dutch_landline
from loket.partners.partners import Partners
from loket.store.engine import Store
from loket.store.partners import PartnerAddress
from loket.store.schema import Conversation, Message
from loket.store.text import storable

log = structlog.get_logger(__name__)
NOT_READ = {"place": "kanaal.geen_locatie", "people": "kanaal.geen_contact", "empty": "kanaal.alleen_tekst"}
"""What is said to what we can not read."""


class Receiver:
    """Takes messages of SMS and WhatsApp."""

    def __init__(
        self,
        store: Store,
        inbox: Inbox,
        known: Partners,
        media: Media,
        composer: Composer,
        words: Words,
        onward: Onward,
        bus: Bus,
        mask: Callable[[str], str],
        clock: Callable[[], datetime],
        short: Callable[[str], bool],
    ) -> None:
        self._store, self._inbox, self._partners, self._media, self._composer = store, inbox, known, media, composer
        self._words, self._onward, self._bus, self._mask, self._clock = words, onward, bus, mask, clock
        self._short = short
        self._meaning = Meaning(store, words, onward, self._line)

    async def take(self, incoming: Incoming) -> Received | None:
        """Store a message, once however often it comes.

        None for a sender that can not be answered (a short code, a name): machines write from those.
        """
        if not is_answerable(incoming.number):
            log.info("twilio.not_answerable", channel=incoming.channel)
            metrics.count("webhooks_refused", provider="twilio", reason="not_answerable")
            return None
        address = await self._partners.known(incoming.channel, incoming.number)
        meant = await self._meaning.of(incoming, address)
        conversation_id = address.conversation_id or ""
        if meant.kind == "code":
            moved = await self._onward.move(meant.text, address)
            meant = replace(meant, kind="moved" if moved else "code")
            address = await self._partners.known(incoming.channel, incoming.number)
            conversation_id = address.conversation_id or ""
        first: Received | None = None
        for number, (provider_id, text) in enumerate(_pieces(incoming, meant.text)):
            inbound = Inbound(incoming.channel, address.id, provider_id, text, self._clock(), meant.payload)
            received = await self._inbox.receive(
                conversation_id, inbound, self._also(incoming, meant, address) if number == 0 else None,
                settled=not meant.for_the_bot, reopen=meant.begins, brief=meant.kind != "stop",
            )  # fmt: skip
            first = first or received
        assert first is not None
        if first.duplicate:
            metrics.count("webhooks_repeated", provider="twilio")
            return first
        metrics.count("messages_in", channel=incoming.channel)
        if incoming.files:
            metrics.count("media_in", len(incoming.files), channel=incoming.channel)
        if meant.kind == "stop":
            metrics.count("opt_outs", channel=incoming.channel)
        self._ring(first, incoming)
        return first

    async def keep(self, incoming: Incoming) -> None:
        """Store a message that `take` fails at each time as it is, and as one that was tried in vain: a worker tells the citizen,
        and gives it to a human (`loket.conversations.handling`). Files and what was pressed are not looked at: they may be why.
        """
        if not is_answerable(incoming.number):
            return
        address = await self._partners.known(incoming.channel, incoming.number)
        stopped = self._meaning.keyword(incoming) == "stop"

        async def heard(session: AsyncSession, conversation: Conversation, message: Message) -> list[Rendered]:
            row = await partners.locked(session, address.id)
            row.heard_at = now = self._clock()
            row.conversation_id = conversation.id
            if stopped:
                row.opted_out_at, row.asked_at = now, None
            elif row.opted_out_at is not None:
                row.asked_at = now
            return []

        text = incoming.text.strip() or self._line("media.zonder_tekst" if incoming.files else "kanaal.niets_leesbaars")
        for number, (provider_id, piece) in enumerate(_pieces(incoming, text)):
            inbound = Inbound(incoming.channel, address.id, provider_id, piece, self._clock())
            received = await self._inbox.receive(
                address.conversation_id or "", inbound, None if number else heard, brief=True, attempts=MAX_ATTEMPTS
            )
            self._ring(received, incoming)

    def _ring(self, received: Received, incoming: Incoming) -> None:
        self._bus.publish({"kind": "message", "conversation": received.conversation_id, "seq": received.seq})
        self._bus.publish({"kind": "wake", "conversation": received.conversation_id, "channel": incoming.channel})

    # -- what follows --------------------------------------------------------------------------------------------

    def _also(self, incoming: Incoming, meant: Meant, address: PartnerAddress) -> Also:
        async def also(session: AsyncSession, conversation: Conversation, message: Message) -> list[Rendered]:
            now = self._clock()
            row = await partners.locked(session, address.id)
            was_closed = row.heard_at is not None and row.heard_at + partners.WINDOW < now
            row.heard_at, row.conversation_id = now, conversation.id
            if incoming.profile_name:
                row.profile_name = self._mask(storable(incoming.profile_name))[:80]
            if row.unreachable not in (None, "blocked"):
                row.unreachable = None  # who writes is there
            if is_dutch_landline(row.number) and row.channel == "sms":
                row.unreachable = "landline"
            if meant.content:
                message.content = {**(message.content or {}), **meant.content}
            if incoming.files:
                await self._media.expect(session, message, incoming.files)
            await held.let_go(session, conversation.id, now)
            replies: list[Rendered] = []
            if meant.kind not in ("stop", "start"):
                if row.opted_out_at is not None:
                    row.asked_at = now
                if row.introduced_at is None or (was_closed and meant.kind == "help"):
                    replies += self._introduction(row, meant)
            if row.introduced_at is None and meant.kind != "stop":
                row.introduced_at = now
                await partners.consent(session, row, "contact", self._line("kanaal.eerste", short=True), incoming.sid, now)
            return replies + await self._reply(session, conversation, row, incoming, meant, now)

        return also

    def _introduction(self, row: PartnerAddress, meant: Meant) -> list[Rendered]:
        if meant.kind == "help":
            return []  # the explanation itself says it all
        return [self._composer.text("kanaal.eerste", self._short(row.channel))]

    async def _reply(
        self,
        session: AsyncSession,
        conversation: Conversation,
        row: PartnerAddress,
        incoming: Incoming,
        meant: Meant,
        now: datetime,
    ) -> list[Rendered]:
        say = self._say(row.channel)
        if meant.kind == "stop":
            await partners.stop(session, row, conversation, now)
            return [] if incoming.opted else [say("kanaal.gestopt", always=True)]
        if meant.kind == "start":
            wording = self._line("kanaal.weer_gestart", short=True)
            await partners.start(session, row, wording, incoming.sid, now)
            return [] if incoming.opted else [say("kanaal.weer_gestart")]
        if meant.kind == "help":
            return [] if incoming.opted else [say("kanaal.uitleg")]
        if meant.kind == "rating":
            return [await self._rate(session, meant, say)]
        if meant.kind == "sms_ook":
            await self._allow_sms(session, row, incoming, now)
            return [say("kanaal.sms_mag")]
        if meant.kind == "plaats":
            return [await self._place(session, conversation, say)]
        if meant.kind in ("moved", "code"):
            return [say("verder.hier" if meant.kind == "moved" else "verder.code_werkt_niet")]
        if meant.kind in NOT_READ:
            return [say(NOT_READ[meant.kind])]
        if meant.kind in ("file", "file_and_text"):
            # A human sees it; the bot never does, and says so.
            return [] if State(conversation.state) is not State.BOT else [say("media.bot_leest_niet")]
        return []

    async def _allow_sms(self, session: AsyncSession, row: PartnerAddress, incoming: Incoming, now: datetime) -> None:
        other = await session.scalar(
            select(PartnerAddress).where(PartnerAddress.channel == "sms", PartnerAddress.has(row.number))
        )
        if other is None:
            session.add(
                PartnerAddress(
                    id=str(uuid.uuid4()),
                    partner_id=row.partner_id,
                    channel="sms",
                    number=row.number,
                    created_at=now,
                    introduced_at=now,
                )
            )
        await partners.consent(session, row, "sms", self._line("kanaal.sms_aanbod"), incoming.sid, now)

    async def _rate(self, session: AsyncSession, meant: Meant, say: Callable[..., Rendered]) -> Rendered:
        score = score_of(meant.payload) or WORST
        try:
            await ratings.keep(session, meant.about, score, "", self._clock())
        except (ratings.AlreadyRated, ratings.NotClosed):
            return say("beoordeling.al_gegeven")
        return say("beoordeling.dank_laag" if score <= LOW else "beoordeling.dank")

    async def _place(self, session: AsyncSession, conversation: Conversation, say: Callable[..., Rendered]) -> Rendered:
        state = State(conversation.state)
        if state is State.QUEUED:
            place = await queue.place(session, conversation)
            return say("mens.plaats_een") if place == 1 else say("mens.plaats", plaats=place)
        if state in HUMAN_OWNED:
            return say("kanaal.mens_is_er", naam=conversation.owner_name or "")
        return say("kanaal.geen_rij")

    def _say(self, channel: str) -> Callable[..., Rendered]:
        def say(key: str, always: bool = False, **values: Any) -> Rendered:
            rendered = self._composer.text(key, self._short(channel), **values)
            return rendered.marked(always=True) if always else rendered

        return say

    def _line(self, key: str, short: bool = False) -> str:
        return self._composer.text(key, short).text


def _pieces(incoming: Incoming, text: str) -> list[tuple[str, str]]:
    """A text longer than one message may be is kept as several, each with an id: they are read as one thought."""
    texts = [text[start : start + MAX_TEXT] for start in range(0, len(text), MAX_TEXT)]
    return [(f"{incoming.sid}.{number}" if number else incoming.sid, piece) for number, piece in enumerate(texts)]
