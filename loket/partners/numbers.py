"""Telephone numbers as providers write them."""

from __future__ import annotations

import re

E164 = re.compile(r"\+[1-9]\d{6,14}")


def is_answerable(number: str) -> bool:
    """Whether a message can be sent back to who sent one: not to a short code or to a name ("Belastingdienst")."""
    return E164.fullmatch(number) is not None


def is_dutch_landline(number: str) -> bool:
    """Whether it is a Dutch number that no SMS reaches: every one outside 06 and 097 (Nummerplan telefoon- en ISDN-diensten)."""
    return number.startswith("+31") and not number.startswith(("+316", "+3197"))
