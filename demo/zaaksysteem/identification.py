"""Numbers of people and organisations."""

from __future__ import annotations

_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)


def elfproef(text: str) -> bool:
    """Whether a BSN or RSIN of nine digits passes the elfproef. Only writes are checked; filters are not."""
    if len(text) != 9 or not text.isascii() or not text.isdigit() or text == "000000000":
        return False
    return sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, text, strict=True)) % 11 == 0
