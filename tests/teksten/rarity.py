"""Words that many readers do not know: long, seldom used, and not made of common words.

How common a word is comes from `wordfreq` (Zipf scale: the logarithm of the number of times per thousand million words; 3 is once
in a million words, 6 once in a thousand).
"""

from __future__ import annotations

from collections.abc import Set
from functools import cache

from wordfreq import zipf_frequency

LONG = 9
"""Letters from which a word can be hard: shorter rare words are mostly names."""
COMMON = 3.3
"""Zipf value from which a word is common: about once in 500,000 words."""
PART_COMMON = 3.6
"""The parts of a compound must be more common than a word alone: the reader has to take it apart."""
_SHORTEST_PART = 3
_JOINTS = ("", "s", "en", "n", "e")


def rare(word: str, known: Set[str]) -> bool:
    """Whether a word is long and seldom used, and neither in `known` (in lower case) nor made of common words."""
    return any(_rare_part(part, known) for part in word.lower().strip("'’").split("-"))


def _rare_part(part: str, known: Set[str]) -> bool:
    if len(part) < LONG or any(char.isdigit() or char == "." for char in part):
        return False
    if part in known or any(part.endswith(end) and part.removesuffix(end) in known for end in ("s", "en", "n", "'s")):
        return False
    return not (_common(part) or _compound(part))


@cache
def _zipf(word: str) -> float:
    return zipf_frequency(word, "nl")


def _common(word: str) -> bool:
    return _zipf(word) >= COMMON


def _compound(word: str, depth: int = 2) -> bool:
    """Whether a word is two or three common words in one: `energierekening`."""
    for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
        first, rest = word[:cut], word[cut:]
        if not any(_zipf(first.removesuffix(joint)) >= PART_COMMON and len(first.removesuffix(joint)) >= _SHORTEST_PART
                   for joint in _JOINTS if first.endswith(joint)):
            continue
        if _zipf(rest) >= PART_COMMON or (depth > 1 and _compound(rest, depth - 1)):
            return True
    return False
