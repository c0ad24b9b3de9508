"""Choices where nothing can be tapped: numbered in the text, recognised by number or by words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

ALIKE = 84.0
"""How alike (0 to 100) a whole message must be to a choice to be it: one or two letters wrong in ten."""

CUT = "…"
"""Ends the words of a choice of which only the first fit on a line."""

_NOT_WORDS = re.compile(r"[^\w ]+")


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    stop: list[str]
    start: list[str]
    help: list[str]
    plaats: list[str]
    ja: list[str]
    cijfers: list[list[str]]
    nummer: list[str]
    verder: dict[str, list[str]]


@dataclass(frozen=True)
class Words:
    """Words of citizens that mean something to a channel itself (`data/kanalen/woorden.yaml`)."""

    keywords: Mapping[str, str]
    digits: tuple[tuple[str, ...], ...]
    before: tuple[str, ...]
    onward: Mapping[str, tuple[str, ...]]
    yes: frozenset[str] = frozenset()

    @classmethod
    def load(cls, path: Path) -> Words:
        """Read the file. Raises pydantic.ValidationError."""
        given = _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        keywords = {folded(word): kind for kind in ("stop", "start", "help", "plaats") for word in getattr(given, kind)}
        return cls(
            keywords,
            tuple(tuple(folded(word) for word in words) for words in given.cijfers),
            tuple(folded(word) for word in given.nummer),
            {channel: tuple(folded(p) for p in phrases) for channel, phrases in given.verder.items()},
            frozenset(folded(word) for word in given.ja),
        )

    def keyword(self, text: str) -> str | None:
        """stop, start, help or plaats when the whole message is one of those words; else None."""
        return self.keywords.get(folded(text))

    def agrees(self, text: str) -> bool:
        """Whether the whole message is a yes."""
        return folded(text) in self.yes

    def number(self, text: str) -> int | None:
        """The number that the whole message is ("2", "2.", "twee", "optie twee", "twe"), or None."""
        words = folded(text).split()
        while words and words[0] in self.before:
            words = words[1:]
        if len(words) != 1:
            return None
        (word,) = words
        if word.isdecimal():
            return int(word) if len(word) <= 2 else None
        exact = [n for n, forms in enumerate(self.digits, start=1) if word in forms]
        if exact:
            return exact[0]
        near = {
            number
            for number, forms in enumerate(self.digits, start=1)
            for form in forms
            if len(form) >= 4 and OSA.distance(word, form) == 1
        }
        return near.pop() if len(near) == 1 else None

    def choice(self, text: str, offered: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
        """The offered choice (`{"title", "payload"}`) that a message means, or None when it is something else."""
        number = self.number(text)
        if number is not None:
            return offered[number - 1] if 1 <= number <= len(offered) else None
        if not folded(text):
            return None
        scored = sorted(((_alike(text.strip(), choice), i) for i, choice in enumerate(offered)), reverse=True)
        if scored and scored[0][0] >= ALIKE and (len(scored) == 1 or scored[0][0] > scored[1][0]):
            return offered[scored[0][1]]
        return None


def _alike(text: str, choice: Mapping[str, Any]) -> float:
    """0 to 100. Where a button is small it shows other words, or only the first ones, and those may be all that is told of it."""
    said = folded(text)
    titles = [folded(str(choice[form])) for form in ("title", "short") if choice.get(form)]
    if text.endswith(CUT) and any(title.startswith(said) for title in titles):
        return 100.0
    return max(fuzz.ratio(said, title) for title in titles)


def folded(text: str) -> str:
    """Lower case, without accents and signs, single spaces."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    return " ".join(_NOT_WORDS.sub(" ", bare).split())


def numbered(offered: Sequence[Mapping[str, Any]]) -> str:
    """The choices as lines of a text."""
    return "\n".join(f"{number}. {choice['title']}" for number, choice in enumerate(offered, start=1))
