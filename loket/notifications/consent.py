"""Who wants to hear of news: asked by a button, kept with time and wording, ended by a button."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from loket.answers.compose import Composer
from loket.conversations import journal
from loket.conversations.bot import Bot
from loket.conversations.model import BotReply
from loket.store.engine import Store
from loket.store.news import Subscription

ON, OFF = "/nieuws_aan", "/nieuws_uit"
"""Payloads of the buttons (data/antwoorden/knoppen.yaml)."""

OFFER = "nieuws.aanbod"


class Consent:
    """Keeps the yes and the no of citizens."""

    def __init__(self, store: Store, composer: Composer, clock: Callable[[], datetime]) -> None:
        self._store, self._composer, self._clock = store, composer, clock

    async def give(self, conversation_id: str, facts: Mapping[str, Any], trust: str) -> bool:
        """Yes, for the cases that were found last in this conversation; False when none is known. May be repeated.

        News of a case is looked for with the certainty with which it was found (`trust` where that is not known).
        """
        cases = _latest(facts.get("zaken") or {})
        now = self._clock()
        wording = self._composer.texts.line(OFFER)
        async with self._store.write() as session:
            for case in cases:
                row = await session.scalar(
                    select(Subscription).where(
                        Subscription.conversation_id == conversation_id,
                        Subscription.system_id == case["systeem"],
                        Subscription.case_uuid == case["uuid"],
                    )
                )
                if row is None:
                    row = Subscription(conversation_id=conversation_id, system_id=case["systeem"], case_uuid=case["uuid"])
                    session.add(row)
                row.trust, row.wording, row.stamp = str(case.get("niveau") or trust), wording, case.get("stempel")
                row.opted_in_at, row.opted_out_at, row.due_at = now, None, None
        return bool(cases)

    async def withdraw(self, conversation_id: str) -> None:
        """No, for all cases of this conversation and the ones it follows."""
        async with self._store.write() as session:
            ids = await journal.chain(session, conversation_id)
            await session.execute(
                update(Subscription)
                .where(Subscription.conversation_id.in_(ids), Subscription.opted_out_at.is_(None))
                .values(opted_out_at=self._clock(), due_at=None)
                .execution_options(synchronize_session=False)
            )


def _latest(found: Mapping[str, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The cases of the last answer (`seq`, `seq.1` ...), with what is needed to recognise them."""
    usable = {key: case for key, case in found.items() if case.get("uuid") and case.get("systeem")}
    last = max((int(key.partition(".")[0]) for key in usable), default=None)
    return [case for key, case in usable.items() if int(key.partition(".")[0]) == last]


class ConsentBot:
    """A bot that settles the two buttons itself: consent depends on no language model."""

    def __init__(self, bot: Bot, consent: Consent) -> None:
        self._bot, self._consent = bot, consent

    async def answer(
        self, session: str, message_id: str, text: str, payload: str | None, context: dict[str, Any], again: bool
    ) -> BotReply:
        """See `Bot.answer`."""
        if payload == ON:
            given = await self._consent.give(
                str(context["conversation"]), context.get("facts") or {}, str(context.get("trust") or "kenmerk")
            )
            parts = [{"key": "nieuws.aan" if given else "nieuws.geen_zaak"}]
            if given and context.get("channel") == "whatsapp":
                parts.append({"key": "nieuws.ook_sms"})  # WhatsApp may be closed when there is news
            return BotReply([{"parts": parts}], None)
        if payload == OFF:
            await self._consent.withdraw(str(context["conversation"]))
            return BotReply([{"parts": [{"key": "nieuws.uit"}]}], None)
        return await self._bot.answer(session, message_id, text, payload, context, again)

    async def understand(self, text: str) -> dict[str, Any]:
        """See `Bot.understand`."""
        return await self._bot.understand(text)
