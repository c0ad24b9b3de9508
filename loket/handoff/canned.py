"""Answers that a member of staff can choose, change and send: sentences of the desk, and the products of the verwijsindex.

Never sent by themselves. What is filled in comes from the conversation; what is not known stands there as `[zaaknummer]`,
to be seen and filled in by hand.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from loket.answers.compose import Composer
from loket.directory import Product
from loket.identity.member import Member
from loket.store.schema import Conversation

LIMIT = 8
PLACEHOLDERS = frozenset({"medewerker", "organisatie", "onderwerp", "zaaknummer"})
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_WORD = re.compile(r"[a-z0-9]+")


class UnknownPlaceholder(ValueError):
    """A standard answer asks for something that is never filled in."""


class Sentence(BaseModel):
    """One answer of data/balie/standaardantwoorden.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    titel: str = Field(min_length=1)
    tekst: str = Field(min_length=1)
    woorden: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """One answer, filled in. `source` is `balie` or `verwijsindex`."""

    id: str
    source: str
    title: str
    text: str


class CannedAnswers:
    """Finds answers. `sentences` are those of the desk."""

    def __init__(self, composer: Composer, sentences: Iterable[Sentence]) -> None:
        self._composer = composer
        products = composer.directory.products.values()
        self._products = [(_words(p.naam), _words(" ".join(p.woorden)), _words(p.kort), p) for p in products]
        self.use(sentences)

    def use(self, sentences: Iterable[Sentence]) -> None:
        """From now on these sentences of the desk. Raises UnknownPlaceholder, and then nothing has changed."""
        given = tuple(sentences)
        for sentence in given:
            unknown = set(_PLACEHOLDER.findall(sentence.tekst)) - PLACEHOLDERS
            if unknown:
                raise UnknownPlaceholder(f"{sentence.id}: {', '.join(sorted(unknown))}")
        self.sentences = given
        self._desk = [(_words(s.titel), _words(" ".join(s.woorden)), _words(s.tekst), s) for s in given]

    @classmethod
    def load(cls, composer: Composer, data: Path) -> CannedAnswers:
        """With the sentences of the file, if it is there. Raises yaml.YAMLError, pydantic.ValidationError, UnknownPlaceholder."""
        path = data / "balie" / "standaardantwoorden.yaml"
        raw = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else []
        return cls(composer, TypeAdapter(list[Sentence]).validate_python(raw))

    def find(self, query: str, conversation: Conversation, member: Member, limit: int = LIMIT) -> list[Answer]:
        """The answers that fit the words best; without words those of the desk, after the product the talk is about."""
        wanted = _words(query)
        if not wanted:
            about = self._composer.directory.products.get(str(conversation.facts.get("product") or ""))
            first = [self._of_product(about, conversation)] if about else []
            return [*first, *(self._of_desk(s, conversation, member) for s in self.sentences)][:limit]
        scored: list[tuple[float, int, Sentence | Product]] = []
        everything: list[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], Sentence | Product]]
        everything = [*self._desk, *self._products]
        for number, (title, words, text, one) in enumerate(everything):
            points = [max(4 * _starts(w, title), 3 * _starts(w, words), 1 * _starts(w, text)) for w in wanted]
            if all(points):
                scored.append((-sum(points), number, one))
        best = [one for _, _, one in sorted(scored, key=lambda found: found[:2])[:limit]]
        return [
            self._of_desk(one, conversation, member) if isinstance(one, Sentence) else self._of_product(one, conversation)
            for one in best
        ]

    def product(self, product_id: str, conversation: Conversation) -> Answer | None:
        """The answer of one product; None when there is no such product."""
        found = self._composer.directory.products.get(product_id)
        return self._of_product(found, conversation) if found else None

    def _of_desk(self, sentence: Sentence, conversation: Conversation, member: Member) -> Answer:
        values = self._values(conversation, member)
        text = _PLACEHOLDER.sub(lambda found: values.get(found.group(1)) or f"[{found.group(1)}]", sentence.tekst)
        return Answer(sentence.id, "balie", sentence.titel, text)

    def _values(self, conversation: Conversation, member: Member) -> Mapping[str, str]:
        cases: dict[str, Any] = conversation.facts.get("zaken") or {}
        numbers = list(dict.fromkeys(str(case["nummer"]) for case in cases.values()))
        return {
            "medewerker": member.name,
            "organisatie": self._composer.directory.name_in_sentence(member.organisation),
            "onderwerp": str(conversation.facts.get("onderwerp") or conversation.topic or ""),
            "zaaknummer": numbers[-1] if numbers else "",
        }

    def _of_product(self, product: Product, conversation: Conversation) -> Answer:
        """The text that the bot would give, with its ways on as words: a message of staff is plain text."""
        rendered = self._composer.product(product, conversation.facts)
        ways = [*(f"{title}: {number}" for title, number in rendered.phones), *(url for _, url in rendered.links)]
        return Answer(product.id, "verwijsindex", product.naam, "\n".join([rendered.text.strip(), *ways]))


def _words(text: str) -> tuple[str, ...]:
    """Lower case, without accents."""
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return tuple(_WORD.findall(plain))


def _starts(word: str, words: tuple[str, ...]) -> float:
    """1 when a word is there, less when one begins with it, 0 when none does."""
    if word in words:
        return 1.0
    return 0.7 if any(each.startswith(word) for each in words) else 0.0
