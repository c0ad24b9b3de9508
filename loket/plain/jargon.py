"""Officialese and abbreviations, each with the plain word."""

from __future__ import annotations

import re
from collections.abc import Mapping


class Jargon:
    """Finds the terms of `data/taal/jargon.yaml` as whole words, not inside a compound or an official name with a hyphen."""

    def __init__(self, hints: Mapping[str, str]) -> None:
        self._hints = {term.lower(): hint for term, hint in hints.items()}
        longest_first = sorted(self._hints, key=len, reverse=True)
        self._terms = re.compile(r"(?<![\w.-])(?:" + "|".join(map(re.escape, longest_first)) + r")(?![\w-])", re.IGNORECASE)

    def found(self, text: str) -> list[tuple[str, str]]:
        """Each term in the text, with its hint."""
        return [(match.group(), self._hints[match.group().lower()]) for match in self._terms.finditer(text)]
