"""Lists of patterns from data files: which regular expressions of which group are found in a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml


class InvalidPatterns(ValueError):
    """A pattern file does not hold a mapping of names to regular expressions."""


ALIKE = str.maketrans({"’": "'", "‘": "'", "ı": "i", "ł": "l"})
"""Signs that people type without their mark and that Unicode does not take apart."""


def fold(text: str) -> str:
    """Lower case, without Latin accents, straight quotes, single spaces: what patterns are matched against.

    Other scripts keep their signs (an accent is part of a letter in Ukrainian and Arabic).
    """
    lowered = unicodedata.normalize("NFKD", text.lower().translate(ALIKE))
    stripped = "".join(c for i, c in enumerate(lowered) if not (0x300 <= ord(c) <= 0x36F and i and ord(lowered[i - 1]) < 0x250))
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", stripped)).strip()


class PatternGroups:
    """Named groups of regular expressions, matched on folded text.

    Raises InvalidPatterns when a group is not a list of valid expressions.
    """

    def __init__(self, groups: Mapping[str, Sequence[str]]) -> None:
        self._groups: dict[str, re.Pattern[str]] = {}
        for name, patterns in groups.items():
            try:
                self._groups[name] = re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
            except (re.error, TypeError) as error:
                raise InvalidPatterns(f"{name}: {error}") from error

    @classmethod
    def load(cls, path: Path, key: str) -> PatternGroups:
        """The groups under `key` of a YAML file. Raises InvalidPatterns."""
        return cls(read(path)[key])

    def found(self, text: str) -> list[str]:
        """Names of the groups of which a pattern occurs in `text`, in the order of the file."""
        folded = fold(text)
        return [name for name, pattern in self._groups.items() if pattern.search(folded)]

    def first(self, text: str) -> str | None:
        """The first group found, or None."""
        folded = fold(text)
        return next((name for name, pattern in self._groups.items() if pattern.search(folded)), None)

    def remove(self, text: str) -> str:
        """The folded text with every match of every group taken out."""
        folded = fold(text)
        for pattern in self._groups.values():
            folded = pattern.sub(" ", folded)
        return folded


def read(path: Path) -> dict[str, Any]:
    """A YAML file that holds a mapping. Raises InvalidPatterns otherwise."""
    with path.open(encoding="utf-8") as stream:
        raw = yaml.safe_load(stream)
    if not isinstance(raw, dict):
        raise InvalidPatterns(f"{path.name} does not hold a mapping")
    return raw
