"""How many segments an SMS takes (3GPP TS 23.038): 160 or 153 characters of GSM-7, 70 or 67 units of UCS-2."""

from __future__ import annotations

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€\f")
"""Two units each."""


def count(text: str) -> int:
    """Segments of a text; an empty one takes one."""
    if all(letter in BASIC or letter in EXTENDED for letter in text):
        sizes, one, more = [2 if letter in EXTENDED else 1 for letter in text], 160, 153
    else:
        sizes, one, more = [2 if ord(letter) > 0xFFFF else 1 for letter in text], 70, 67
    if sum(sizes) <= one:
        return 1
    segments, left = 1, more
    for size in sizes:  # a letter of two units is never split over two segments
        if size > left:
            segments, left = segments + 1, more
        left -= size
    return segments
