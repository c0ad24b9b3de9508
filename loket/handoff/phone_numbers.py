"""A telephone number that a human can dial, from what people type; and how it is shown to those who need not call it."""

from __future__ import annotations

import re
from datetime import date

from loket.privacy.extraction import extract

_DUTCH = re.compile(r"0[1-9]\d{8}")
_SERVICE = re.compile(r"0(?:800|90\d|14|676|84|87)")
"""Nobody can be called back there: free and paid numbers, municipal ones, voice mail boxes."""


class NotDialable(ValueError):
    """There is no telephone number in it on which a person can be called."""


def dialable(text: str, today: date) -> str:
    """The first number in a text on which a person can be called: `0612345678`, or `+32...` for abroad.

    Raises NotDialable.
    """
    for entity in extract(text, today):
        if entity.kind == "telefoonnummer" and (number := normal(str(entity.value))) is not None:
            return number
    raise NotDialable


def normal(value: str) -> str | None:
    """A number without spaces in one form; None when nobody can be called there."""
    digits = re.sub(r"[^\d+]", "", value)
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    if digits.startswith("316") and len(digits) == 11:
        digits = f"+{digits}"
    if digits.startswith("+31"):
        digits = f"0{digits[3:].removeprefix('0')}"
    if digits.startswith("+"):
        return digits if 9 <= len(digits) <= 16 and digits[1:].isdigit() else None
    return digits if _DUTCH.fullmatch(digits) and not _SERVICE.match(digits) else None


def shortened(number: str | None) -> str:
    """For lists: the begin and the last two digits (`06 … 78`); empty when it was wiped."""
    return f"{number[:3] if number.startswith('+') else number[:2]} … {number[-2:]}" if number else ""
