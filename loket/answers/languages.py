"""A citizen who writes in another language hears once, in that language, what to expect; in danger every time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loket.answers.compose import Composer
from loket.conversations.model import Rendered
from loket.understanding.thread import FURTHER, LANGUAGE

FACT = "taal_gemeld"
"""Fact: the language in which was told that answers are in Dutch."""

MIN_WORDS = 3
"""The language of fewer words is a guess."""


def in_own_language(composer: Composer, text: str, understanding: Mapping[str, Any] | None, facts: Mapping[str, Any],
                    short: bool) -> tuple[list[Rendered], dict[str, Any]]:
    """What comes before the answer, and the fact to keep. Nothing for Dutch, and nothing twice but the help in danger."""
    language = (understanding or {}).get("taal", "nl")
    if understanding and understanding.get("uitkomst") == "crisis" and f"crisis.taal.{language}" in composer.texts.texts:
        return [composer.text(f"crisis.taal.{language}", short)], {}
    if LANGUAGE in (understanding or {}).get(FURTHER, ()):
        return [], {FACT: language}  # that very text is the answer
    key = f"taal.{language}"
    if key not in composer.texts.texts or facts.get(FACT) == language or len(text.split()) < MIN_WORDS:
        return [], {}
    return [composer.text(key, short)], {FACT: language}
