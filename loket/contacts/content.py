"""What of a finished conversation is registered: the deterministic summary, the cases that were found, and the promise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

from loket.answers.dates import in_words
from loket.contacts.model import ACTION_LENGTH, CHANNEL_LENGTH, CONTENT_LENGTH, EXPLANATION_LENGTH, SUBJECT_LENGTH, shortened
from loket.conversations.model import Author
from loket.directory import Directory
from loket.handoff.summary import Summariser
from loket.store.schema import Conversation, Message

PARTY = "partij"
"""Fact: UUID in the contact register of each citizen who logged in, by the seq of the message after it; empty when the register
did not tell it. The BSN itself is not kept for it."""


class Wording(BaseModel):
    """data/overdracht/klantcontact.yaml; its comments say what each field is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rust_minuten: float = Field(gt=0)
    onderwerp_onbekend: str
    zaken: str
    notitie: str
    uiterlijk: str
    kanalen: dict[str, str]
    taken: dict[str, str]
    gelukt: dict[str, bool]
    assistent: dict[str, str]

    @classmethod
    def load(cls, data: Path) -> Wording:
        """Read the file. Raises OSError, yaml.YAMLError or pydantic.ValidationError."""
        return cls.model_validate(yaml.safe_load((data / "overdracht" / "klantcontact.yaml").read_text(encoding="utf-8")))


class TaskContent(BaseModel):
    """A promise to the citizen: what must be done, for whom (a unit), and what to know."""

    action: str
    unit: str
    unit_name: str
    explanation: str


class ContactContent(BaseModel):
    """What is kept of a conversation until the register has it; every text is masked.

    Attributes:
        channel: name of the channel in the register.
        subject, content: what it was about, and the summary.
        at: moment of the last message, ISO 8601.
        language: ISO 639-1.
        succeeded: None when unknown.
        party: UUID in the register of the citizen who was logged in; None for who was not, who stays anonymous.
        cases: UUIDs of the zaken that were found.
        unit, unit_name: organisation of the member of staff who closed it; None when the bot alone talked.
        task: the promise, if one was made.
    """

    channel: str
    subject: str
    content: str
    at: str
    language: str
    succeeded: bool | None = None
    party: str | None = None
    cases: list[str] = []
    unit: str | None = None
    unit_name: str | None = None
    task: TaskContent | None = None


class ContentMaker:
    """Makes the content of contacts."""

    def __init__(self, summariser: Summariser, directory: Directory, wording: Wording, mask: Callable[[str], str]) -> None:
        self._summariser, self._directory, self.wording, self._mask = summariser, directory, wording, mask

    def make(self, conversation: Conversation, messages: list[Message], after: int) -> ContactContent | None:
        """The content for what was said after `after`; None when nothing but small talk was said there.

        Args:
            conversation: with its state, facts and closing.
            messages: all of the conversation, in order.
            after: sequence number up to which contacts were made before.
        """
        closing = conversation.closing or {}
        citizen = [m for m in messages if m.author == Author.CITIZEN.value]
        if not citizen:
            return None
        new = [m for m in messages if m.seq > after]
        said = new if any(m.author == Author.CITIZEN.value for m in new) else messages
        if not closing and all((m.understanding or {}).get("uitkomst") == "smalltalk" for m in said if m in citizen):
            return None
        summary, _ = self._summariser.make(conversation, said)
        since = after if said is new else 0
        cases = self._cases(conversation, since)
        found = [self.wording.zaken.format(nummer=case["nummer"], stand=case["stand"]) for case in cases]
        text = self._mask(" ".join([*summary["prose"], *found]))
        unit = conversation.owner_organisation if closing else None
        subject = self._mask(str(conversation.topic or conversation.facts.get("onderwerp") or self.wording.onderwerp_onbekend))
        return ContactContent(
            channel=shortened(self.wording.kanalen.get(conversation.channel, conversation.channel), CHANNEL_LENGTH),
            subject=shortened(subject, SUBJECT_LENGTH),
            content=shortened(text, CONTENT_LENGTH),
            at=messages[-1].created_at.isoformat(),
            language=conversation.language,
            succeeded=self.wording.gelukt.get(str(closing.get("outcome"))),
            party=_party(conversation.facts.get(PARTY) or {}, since),
            cases=list(dict.fromkeys(str(case["uuid"]) for case in cases if case.get("uuid"))),
            unit=unit,
            unit_name=self._directory.name(unit) if unit else None,
            task=self._task(conversation, text),
        )

    def _cases(self, conversation: Conversation, after: int) -> list[dict[str, Any]]:
        found = conversation.facts.get("zaken") or {}
        return [case for seq, case in found.items() if int(str(seq).partition(".")[0]) > after]

    def _task(self, conversation: Conversation, text: str) -> TaskContent | None:
        closing = conversation.closing or {}
        action = closing.get("task") or self.wording.taken.get(str(closing.get("outcome")))
        unit = conversation.owner_organisation or conversation.organisation
        if action is None or not unit:
            return None
        note = self.wording.notitie.format(notitie=self._mask(closing["note"])) if closing.get("note") else ""
        due = self.wording.uiterlijk.format(datum=in_words(date.fromisoformat(closing["on"]))) if closing.get("on") else ""
        return TaskContent(
            action=shortened(self._mask(str(action)), ACTION_LENGTH),
            unit=unit,
            unit_name=self._directory.name(unit) or unit,
            explanation=shortened(" ".join(part for part in (due, note, text) if part), EXPLANATION_LENGTH),
        )


def _party(known: dict[str, str] | str, after: int) -> str | None:
    """Whose contact this is: of the one citizen who logged in since; of two it is nobody's, and so it is of a later visit."""
    if isinstance(known, str):  # as it was kept before
        return known or None
    since = {party for seq, party in known.items() if int(seq) > after}
    return since.pop() or None if len(since) == 1 else None
