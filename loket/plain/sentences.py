"""Cutting a text into sentences and words.

Not with spaCy's sentence finder: it does not end a sentence after "DigiD." or "EU.", so that two sentences count as one.
"""

from __future__ import annotations

import re

_LIST_MARK = re.compile(r"^\s*(?:[-•*]|\d+[.)])\s+")
_END = re.compile(r"(?<=[.!?])[\"')]*\s+(?=[\"'(]*[A-ZÀ-Þ0-9])|(?<=:)\s*\n")
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*", re.UNICODE)


def sentences(text: str) -> list[str]:
    """The sentences of a text; a line of its own and a list item end a sentence too."""
    lines = (_LIST_MARK.sub("", line).strip() for line in text.splitlines())
    return [part.strip() for line in lines if line for part in _END.split(line) if _WORD.search(part)]


def words(text: str) -> list[str]:
    """The words of a text as they stand; numbers, times and dates count as one word each."""
    return _WORD.findall(text)
