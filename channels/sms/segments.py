"""How many SMS a text becomes: GSM-7 or UCS-2 (3GPP TS 23.038 and 23.040).

160 septets in one message and 153 in each of several; 70 and 67 units of UTF-16 when one character is not in GSM-7. A character
of the extension table counts twice and never falls apart over two messages; neither does a character outside the BMP.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
MOST = 3
"""More than so many for one message is too dear and too long to read on a small telephone."""

_PLAIN = {
    "‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "‑": "-", "…": "...",
    "\u00a0": " ", "\u202f": " ", "•": "-", "×": "x", "´": "'", "`": "'", "œ": "oe", "\t": " ",
}  # fmt: skip


@dataclass(frozen=True)
class Count:
    """`segments` of a text, its `encoding` (gsm7 or ucs2), and `left`: what still fits in the last one."""

    segments: int
    encoding: str
    left: int


def count(text: str) -> Count:
    """Count the segments of a text as it would be sent; an empty text is one."""
    gsm = all(character in _BASIC or character in _EXTENDED for character in text)
    if gsm:
        sizes = [2 if character in _EXTENDED else 1 for character in text]
        single, several = 160, 153
    else:
        sizes = [2 if ord(character) > 0xFFFF else 1 for character in text]
        single, several = 70, 67
    if sum(sizes) <= single:
        return Count(1, "gsm7" if gsm else "ucs2", single - sum(sizes))
    segments, used = 1, 0
    for size in sizes:
        if used + size > several:
            segments, used = segments + 1, 0
        used += size
    return Count(segments, "gsm7" if gsm else "ucs2", several - used)


def plain(text: str) -> str:
    """The text with typographic signs, and accents that GSM-7 lacks, written simply ("financiële" becomes "financiele"), when
    that makes it GSM-7: one such letter would halve what fits. A text in another script stays as it is."""
    written = "".join(_simple(character) for character in unicodedata.normalize("NFC", text))
    return written if count(written).encoding == "gsm7" else text


def _simple(character: str) -> str:
    if character in _BASIC or character in _EXTENDED:
        return character
    if character in _PLAIN:
        return _PLAIN[character]
    base = "".join(c for c in unicodedata.normalize("NFD", character) if not unicodedata.combining(c))
    return base if base and all(c in _BASIC for c in base) else character
