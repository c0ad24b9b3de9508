"""Easy Dutch: the short form of an answer, one sentence on a line, and only what is needed to take the next step."""

from __future__ import annotations

import re

FACT = "makkelijk"
"""Fact: the citizen chose easy Dutch."""

END_OF_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-Ý0-9\"'])")
LIST_ITEM = re.compile(r"\s*(?:[-•*]|\d+[.)])\s")


def one_sentence_a_line(text: str) -> str:
    """Every sentence on a line of its own; lists stay as they are."""
    return "\n".join(line if LIST_ITEM.match(line) else END_OF_SENTENCE.sub("\n", line) for line in text.split("\n"))
