"""Choices between cases, in a form for each channel.

On web the title; on the small lines of a WhatsApp list the kind of case, shortened, and the end of its number; in an SMS, which
holds no personal data, only which organisation has it and since when.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from actions.reply import text
from loket.answers.dates import in_words
from loket.cases.model import CaseStatus

SMALL = 24
"""Characters of a line of a WhatsApp list (channels.whatsapp.render.LIST_TITLE)."""

TAIL = 6
"""So many digits of a number at most tell its cases apart on a small line."""


@dataclass(frozen=True)
class Choice:
    """What can be told of a case that is chosen from a list."""

    number: str
    title: str
    organisation: str
    start: date | None

    @classmethod
    def of(cls, case: CaseStatus) -> Choice:
        """Of a case as it was found."""
        return cls(case.number, case.title, case.organisation.name, case.start)

    @classmethod
    def known(cls, fact: dict[str, Any]) -> Choice:
        """Of a case among the facts of a conversation (`actions.own_cases.remember`)."""
        start = fact.get("start")
        number = str(fact["nummer"])
        return cls(number, str(fact.get("titel") or ""), str(fact.get("organisatie") or ""),
                   date.fromisoformat(start) if start else None)


def buttons(choices: Sequence[Choice]) -> list[dict[str, Any]]:
    """One button for each case, with its number in the title where the title alone does not tell which."""
    titles = [choice.title for choice in choices]
    return [
        {
            "title": _title(choice, titles.count(choice.title) == 1),
            "short": small(choice.title, choice.number),
            "plain": _plain(choice),
            "payload": "/zaak" + json.dumps({"zaaknummer": choice.number}),
        }
        for choice in choices
    ]


def small(title: str, number: str) -> str:
    """A title of at most `SMALL` characters: the words that fit, and the last digits of the number."""
    digits = re.findall(r"\d+", number)
    tail = f" ({digits[-1][-TAIL:].lstrip('0') or '0'})" if digits else ""
    room = SMALL - len(tail)
    words = title.strip()
    if len(words) > room:
        cut = words[: room + 1].rfind(" ")
        words = words[:cut] if cut > 0 else words[: room - 1] + "…"
    return words.rstrip(" ,.;:-") + tail if words else number[-SMALL:]


def _title(choice: Choice, unique: bool) -> str:
    if not choice.title:
        return choice.number
    return choice.title if unique else f"{choice.title} ({choice.number})"


def _plain(choice: Choice) -> dict[str, Any] | None:
    if not choice.organisation or choice.start is None:
        return None
    return text("zaken.keuze_sms", organisatie=choice.organisation, datum=in_words(choice.start))
