"""Messages of somebody who waits for a human: kept, heard for danger, and answered with where he stands, now and then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from loket.answers.compose import Composer
from loket.conversations.bursts import Work
from loket.conversations.inbox import Inbox
from loket.conversations.model import Author, HandOff, Rendered
from loket.conversations.outcomes import Outcome
from loket.conversations.states import State
from loket.handoff import queue
from loket.handoff.reception import Reception
from loket.store.clock import is_lately
from loket.understanding.in_conversation import CARE

REPEAT_WAITING_AFTER = timedelta(minutes=2)
HUMAN = "/mens"
DANGER_TOLD = "gevaar_herhaald"
"""Fact: when all the numbers to call were given once more."""

WAITING_TOLD = "wachten_gemeld"
"""Fact: when the citizen was last told that a message was kept for the human."""


def care(
    composer: Composer, work: Work, understanding: dict[str, Any] | None, handoff: HandOff | None, short: bool
) -> tuple[list[Rendered], dict[str, Any]]:
    """Numbers to call beside the answer where danger is possible but not sure, with the fact that they were given: once."""
    route = (understanding or {}).get(CARE)
    if not route or work.conversation.facts.get(CARE) or (handoff is not None and handoff.reason == "crisis"):
        return [], {}
    return [composer.text(f"zorg.{route}", short)], {CARE: route}


class ForHuman:
    """Says what becomes of a message while its conversation waits. For the arguments see `Handler`."""

    def __init__(
        self,
        inbox: Inbox,
        composer: Composer,
        reception: Reception,
        clock: Callable[[], datetime],
        short: Callable[[str], bool],
        pushed: Callable[[str], bool],
    ) -> None:
        self._inbox, self._composer, self._reception = inbox, composer, reception
        self._clock, self._short, self._pushed = clock, short, pushed

    async def kept(self, work: Work, understanding: dict[str, Any]) -> Outcome:
        """The outcome of a message that is kept for a human."""
        short = self._short(work.conversation.channel)
        if understanding.get("uitkomst") == "crisis":
            return self._repeat_danger(work, understanding)
        if work.conversation.state == State.CALLBACK.value and (
            work.message.payload == HUMAN or understanding.get("uitkomst") == "mens"
        ):
            return Outcome(understanding=understanding, handoff=HandOff("human"))
        numbers, cared = care(self._composer, work, understanding, None, short)
        if numbers:
            return Outcome(numbers, understanding, cared, columns={"urgency": _at_least_high(work)})
        told = work.conversation.facts.get(WAITING_TOLD)
        now = self._clock()
        if work.conversation.state == State.QUEUED.value and self._pushed(work.conversation.channel):
            rendered = [] if told else [self._composer.text("kanaal.bewaard", short)]
            learned = {} if told else {WAITING_TOLD: now.isoformat()}
            return Outcome(rendered, understanding, learned, speaker=Author.SYSTEM)
        if told and is_lately(datetime.fromisoformat(told), now, REPEAT_WAITING_AFTER):
            return Outcome(understanding=understanding)
        if work.conversation.state == State.CALLBACK.value:
            waits = await self._reception.waits_for_call(work.conversation)
            rendered = [waits] if waits else []
            return Outcome(rendered, understanding, {WAITING_TOLD: now.isoformat()}, speaker=Author.SYSTEM)
        place = await self._inbox.place(work, queue.place)
        rendered = [
            self._composer.text("mens.wacht_een", short) if place == 1 else self._composer.text("mens.wacht", short, plaats=place)
        ]
        return Outcome(rendered, understanding, {WAITING_TOLD: now.isoformat()}, speaker=Author.SYSTEM)

    def _repeat_danger(self, work: Work, understanding: dict[str, Any]) -> Outcome:
        """Danger while the citizen waits: the numbers in full once, all of them in short after that, and not at every line."""
        short, now = self._short(work.conversation.channel), self._clock()
        columns = {"urgency": "spoed", "reason": "crisis"}
        told = work.conversation.facts.get(DANGER_TOLD)
        if told and is_lately(datetime.fromisoformat(told), now, REPEAT_WAITING_AFTER):
            return Outcome(understanding=understanding, columns=columns)
        if work.conversation.reason != "crisis":
            rendered = [self._composer.text(f"crisis.{understanding.get('crisis') or '112'}", short)]
            return Outcome(rendered, understanding, columns=columns)
        rendered = [self._composer.text("crisis.opnieuw", short)]
        return Outcome(rendered, understanding, {DANGER_TOLD: now.isoformat()}, columns=columns)


def _at_least_high(work: Work) -> str:
    return "spoed" if work.conversation.urgency == "spoed" else "hoog"
