"""Lists of patterns from data files: which regular expressions of which group are found in a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
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
    lowered = text.lower()
    if not lowered.isascii():
        apart = unicodedata.normalize("NFKD", lowered.translate(ALIKE))
        stripped = "".join(c for i, c in enumerate(apart) if not (0x300 <= ord(c) <= 0x36F and i and ord(apart[i - 1]) < 0x250))
        lowered = unicodedata.normalize("NFC", stripped)
    return re.sub(r"\s+", " ", lowered).strip()


WIDER = (
    # In RE2 these know ASCII only; a boundary between two letters of another script would be missed, so none is asked for.
    (re.compile(r"\\b"), ""),
    (re.compile(r"\[\\w"), r"[\\p{L}\\p{N}_"),
    (re.compile(r"\\w"), r"[\\p{L}\\p{N}_]"),
    (re.compile(r"\\d"), r"\\p{Nd}"),
)


REFUSALS = ("(?!", "(?<!")
"""How that begins which must not stand before or after: RE2 has no such thing."""

PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", re.DOTALL)
"""One sign of an expression, an escaped one, or a class of signs."""


def without_refusals(pattern: str) -> str:
    """An expression that matches wherever `pattern` does, and more: what must not stand beside it is left out."""
    kept, at, open_before = [], 0, 0
    while piece := PIECE.match(pattern, at):
        refuses = pattern.startswith(REFUSALS, at)
        if open_before or refuses:
            open_before += {"(": 1, ")": -1}.get(piece[0], 0)
        else:
            kept.append(piece[0])
        at = piece.end()
    return "".join(kept)


class Sieve:
    """Says which of many regular expressions can occur in a text at all, by the pieces of fixed text that each needs.

    Python's own `re` decides; but it tries hundreds of alternatives at each letter (4 ms for a message), and mostly none can
    occur. (Letting RE2 match the expressions is no way: each new message is new to its automaton, and takes 3 ms.)
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        self._filter, options = re2.Filter(), re2.Options()
        options.log_errors = False
        self._sifted: list[int] = []
        self._always: list[int] = []
        for number, pattern in enumerate(map(without_refusals, patterns)):
            for sign, wider in WIDER:
                pattern = sign.sub(wider, pattern)
            try:
                self._filter.Add(pattern, options)
                self._sifted.append(number)
            except re2.error:  # RE2 lacks something, such as asking for what follows
                self._always.append(number)
        if self._sifted:
            self._filter.Compile()

    def likely(self, folded: str) -> list[int]:
        """Numbers of the expressions that can occur; those that do are among them."""
        found = self._filter.Match(folded, potential=True) if self._sifted else ()
        return [*self._always, *(self._sifted[number] for number in found or ())]


class PatternGroups:
    """Named groups of regular expressions, matched on folded text.

    Raises InvalidPatterns when a group is not a list of valid expressions.
    """

    def __init__(self, groups: Mapping[str, Sequence[str]]) -> None:
        self._whole: dict[str, re.Pattern[str]] = {}
        self._each: list[tuple[str, re.Pattern[str]]] = []
        for name, patterns in groups.items():
            try:
                self._each += [(name, re.compile(pattern)) for pattern in patterns]
                self._whole[name] = re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
            except (re.error, TypeError) as error:
                raise InvalidPatterns(f"{name}: {error}") from error
        self._sieve = Sieve([pattern.pattern for _, pattern in self._each])

    @classmethod
    def load(cls, path: Path, key: str) -> PatternGroups:
        """The groups under `key` of a YAML file. Raises InvalidPatterns."""
        return cls(read(path)[key])

    def found(self, text: str) -> list[str]:
        """Names of the groups of which a pattern occurs in `text`, in the order of the file."""
        folded = fold(text)
        likely = (self._each[number] for number in self._sieve.likely(folded))
        there = {name for name, pattern in likely if pattern.search(folded)}
        return [name for name in self._whole if name in there]

    def first(self, text: str) -> str | None:
        """The first group found, or None."""
        return next(iter(self.found(text)), None)

    def remove(self, text: str) -> str:
        """The folded text with every match of every group taken out."""
        folded = fold(text)
        likely = self._likely(folded)
        for name, pattern in self._whole.items():
            if name in likely:
                folded = pattern.sub(" ", folded)
                likely = self._likely(folded)
        return folded

    def _likely(self, folded: str) -> set[str]:
        return {self._each[number][0] for number in self._sieve.likely(folded)}


def read(path: Path) -> dict[str, Any]:
    """A YAML file that holds a mapping. Raises InvalidPatterns otherwise."""
    with path.open(encoding="utf-8") as stream:
        raw = yaml.safe_load(stream)
    if not isinstance(raw, dict):
        raise InvalidPatterns(f"{path.name} does not hold a mapping")
    return raw
