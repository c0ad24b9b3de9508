"""The messages of one citizen, each understood as the running product understands it: what came before it counts.

The dialogue itself (Rasa, the store, the desk) is left out; of it only what changes the understanding of later messages is kept:
that something was answered, by which organisation, that a human was called in, and that we asked when to call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from loket.directory import Directory
from loket.handoff.callback_dialogue import LONGEST_ASKING
from loket.handoff.callback_rules import CallbackRules
from loket.handoff.cues import Cues
from loket.handoff.moments import read_wish
from loket.privacy.masking import mask
from loket.store.schema import Conversation, Message
from loket.understanding.decision import Kind, decide, leaning
from loket.understanding.in_conversation import about_calling, at_start, begun, in_conversation

HANDED_OFF = ("mens", "klacht", "maatwerk", "crisis")
"""Outcomes of a message with which the bot calls in a human."""


@dataclass
class Listener:
    """Understands conversations, message by message.

    Args:
        alone: the understanding of one masked message by itself (`Understanding.as_dict`).
        now: the moment at which the conversations are held.
    """

    alone: Callable[[str], dict[str, Any]]
    cues: Cues
    calling: CallbackRules
    organisations_of: Mapping[str, Sequence[str]]
    now: datetime

    @classmethod
    def load(cls, alone: Callable[[str], dict[str, Any]], data: Path, now: datetime) -> Listener:
        """With the data of the product."""
        directory = Directory.load(data / "verwijsindex")
        return cls(
            alone, Cues.load(data), CallbackRules.load(data / "balie" / "terugbellen.yaml"),
            {name: product.organisaties for name, product in directory.products.items()}, now,
        )  # fmt: skip

    def hear(self, texts: Sequence[str]) -> tuple[list[Message], Conversation]:
        """The stored messages of one conversation, oldest first, and the conversation with its facts."""
        state = _State()
        messages = []
        for seq, text in enumerate(texts, 1):
            masked = mask(text).text
            found = self._about_calling(masked, state) or self._understood(masked, state)
            messages.append(
                Message(seq=seq, author="citizen", channel="web", text=masked, understanding=found, created_at=self.now)
            )
        return messages, Conversation(facts=state.facts, channel="web", urgency="normaal")

    def _about_calling(self, text: str, state: _State) -> dict[str, Any] | None:
        """What the dialogue about calling back makes of a message; None when it is about something else."""
        if self.cues.gate.route(text):
            return None
        today = self.now.date()
        number = "telefoonnummer" in about_calling(text, False, today)["entiteiten"]
        if state.asked_number:
            state.asked_number = False
            if number or read_wish(text, self.now, self.calling) is not None:
                return about_calling(text, begins=False, today=today)
            return None
        asks = self.calling.asks.found(text) and not self.calling.tells.found(text)
        if not asks or len(text.split()) > LONGEST_ASKING:
            return None
        state.asked_number = not number or read_wish(text, self.now, self.calling) is None
        return about_calling(text, begins=True, today=today)

    def _understood(self, text: str, state: _State) -> dict[str, Any]:
        alone = self.alone(text)
        if state.human:
            return in_conversation(alone, self.cues.gate.route(text))
        if not begun(state.facts):
            found = at_start(alone)
        else:
            found = in_conversation(alone, self.cues.gate.route(text), self.cues.signals.field(text) == "wens")
        self._answered(found, state)
        return found

    def _answered(self, found: dict[str, Any], state: _State) -> None:
        """What the bot's answer leaves behind."""
        outcome = found.get("uitkomst")
        if found.get("vervolg"):
            state.facts["laatste"] = "gegevens:"
            return
        state.human = outcome in HANDED_OFF
        if outcome not in ("antwoord", "bezwaar"):
            return
        decision = decide(leaning(found, state.facts.get("organisatie"), self.organisations_of), self.organisations_of, False)
        if outcome == "bezwaar":
            state.facts["laatste"] = "bezwaar:"
        elif decision.kind is Kind.PRODUCT:
            state.facts |= {
                "laatste": f"product:{decision.product}", "product": decision.product, "organisatie": decision.organisations[0],
            }  # fmt: skip
        elif decision.kind is Kind.ORGANISATION:
            state.facts |= {"laatste": f"organisation:{decision.organisations[0]}", "organisatie": decision.organisations[0]}


@dataclass
class _State:
    facts: dict[str, Any] = field(default_factory=dict)
    human: bool = False
    asked_number: bool = False
