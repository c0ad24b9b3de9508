"""Words that stand for several organisations: "mijn uitkering", "een boete". One question, with the real choices."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from actions import resources
from loket.understanding.patterns import PatternGroups


@dataclass(frozen=True)
class Umbrella:
    """One such word.

    Attributes:
        question: key of the text.
        buttons: the choices.
        organisations: of the choices.
        offered: all that the choices stand for, as `product=id` and `organisatie=id`.
    """

    question: str
    buttons: tuple[dict[str, str], ...]
    organisations: frozenset[str]
    offered: tuple[str, ...]


@dataclass(frozen=True)
class _Rules:
    words: PatternGroups
    unless: PatternGroups
    umbrellas: dict[str, Umbrella]


def over(message: str, subject: str | None) -> Umbrella | None:
    """The first such word in a message that does not say which is meant.

    Args:
        message: what the citizen wrote.
        subject: the organisation that the conversation is about already; where it is one of the choices nothing is asked.
    """
    rules, settled = _rules(), frozenset(_rules().unless.found(message))
    names = [name for name in rules.words.found(message) if name not in settled]
    found = (rules.umbrellas[name] for name in names)
    return next((umbrella for umbrella in found if subject not in umbrella.organisations), None)


def named(question: str) -> Umbrella | None:
    """By the key of its question."""
    return _rules().umbrellas.get(question)


@cache
def _rules() -> _Rules:
    raw = resources.read_list(resources.DATA / "antwoorden" / "paraplu.yaml")
    return _Rules(
        PatternGroups({one["vraag"]: one["woorden"] for one in raw}),
        PatternGroups({one["vraag"]: one["tenzij"] for one in raw}),
        {one["vraag"]: _umbrella(one) for one in raw},
    )


def _umbrella(raw: dict[str, Any]) -> Umbrella:
    choices: list[dict[str, str]] = raw["keuzes"]
    offered = [f"{kind}={choice[kind]}" for choice in choices for kind in ("product", "organisatie") if kind in choice]
    organisations = frozenset(choice["organisatie"] for choice in choices)
    return Umbrella(raw["vraag"], tuple(map(_button, choices)), organisations, tuple(dict.fromkeys(offered)))


def _button(choice: dict[str, str]) -> dict[str, str]:
    kind = "product" if "product" in choice else "organisatie"
    button = {"title": choice["titel"], "payload": "/kies" + json.dumps({kind: choice[kind]})}
    return {**button, "short": choice["kort"]} if "kort" in choice else button
