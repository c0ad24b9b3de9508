"""Lists of patterns from data files: which regular expressions of which group are found in a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import re2
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


WIDER = (
    # In RE2 these know ASCII only; a boundary between two letters of another script would be missed, so none is asked for.
    (re.compile(r"\\b"), ""),
    (re.compile(r"\[\\w"), r"[\\p{L}\\p{N}_"),
    (re.compile(r"\\w"), r"[\\p{L}\\p{N}_]"),
    (re.compile(r"\\d"), r"\\p{Nd}"),
)


class Group:
    """One group of regular expressions.

    Python's own `re` decides. Because it tries hundreds of alternatives at each letter (4 ms for a message), RE2 first says
    which of them can occur at all, by the pieces of fixed text that each of them needs; mostly none can. (Letting RE2 match the
    whole group is no way: each new message is new to its automaton, and takes 3 ms.)
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        given = list(patterns)
        self._each = [re.compile(pattern) for pattern in given]
        self._whole = re.compile("|".join(f"(?:{pattern})" for pattern in given))
        self._filter = _filter(given)

    def _likely(self, folded: str) -> list[re.Pattern[str]]:
        if self._filter is None:
            return self._each
        return [self._each[number] for number in self._filter.Match(folded, potential=True) or ()]

    def occurs(self, folded: str) -> bool:
        """Whether a pattern of the group is found."""
        return any(pattern.search(folded) for pattern in self._likely(folded))

    def taken_out(self, folded: str) -> str:
        """The text with a space for each match."""
        return self._whole.sub(" ", folded) if self._likely(folded) else folded


def _filter(patterns: Sequence[str]) -> Any:
    """What tells which patterns can occur in a text; None where RE2 lacks something (looking ahead): then all are tried."""
    found, options = re2.Filter(), re2.Options()
    options.log_errors = False
    try:
        for pattern in patterns:
            for sign, wider in WIDER:
                pattern = sign.sub(wider, pattern)
            found.Add(pattern, options)
        if not patterns:
            return None
        found.Compile()
    except re2.error:
        return None
    return found


class PatternGroups:
    """Named groups of regular expressions, matched on folded text.

    Raises InvalidPatterns when a group is not a list of valid expressions.
    """

    def __init__(self, groups: Mapping[str, Sequence[str]]) -> None:
        self._groups: dict[str, Group] = {}
        for name, patterns in groups.items():
            try:
                self._groups[name] = Group(patterns)
            except (re.error, TypeError) as error:
                raise InvalidPatterns(f"{name}: {error}") from error

    @classmethod
    def load(cls, path: Path, key: str) -> PatternGroups:
        """The groups under `key` of a YAML file. Raises InvalidPatterns."""
        return cls(read(path)[key])

    def found(self, text: str) -> list[str]:
        """Names of the groups of which a pattern occurs in `text`, in the order of the file."""
        folded = fold(text)
        return [name for name, group in self._groups.items() if group.occurs(folded)]

    def first(self, text: str) -> str | None:
        """The first group found, or None."""
        folded = fold(text)
        return next((name for name, group in self._groups.items() if group.occurs(folded)), None)

    def remove(self, text: str) -> str:
        """The folded text with every match of every group taken out."""
        folded = fold(text)
        for group in self._groups.values():
            folded = group.taken_out(folded)
        return folded


def read(path: Path) -> dict[str, Any]:
    """A YAML file that holds a mapping. Raises InvalidPatterns otherwise."""
    with path.open(encoding="utf-8") as stream:
        raw = yaml.safe_load(stream)
    if not isinstance(raw, dict):
        raise InvalidPatterns(f"{path.name} does not hold a mapping")
    return raw
