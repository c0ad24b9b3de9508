"""One plain alphabet for every reader, without moving a character.

People paste text with Arabic or full-width digits, hard spaces, typographic dashes and invisible characters. Folding
replaces each such character by exactly one ASCII character, so that every offset in the folded text is an offset in the
message.
"""

import unicodedata

_SPACES = "\u180e\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u2060\u2061\u2062\u2063\u2064\ufeff\u00ad\u0085\x1c\x1d\x1e\x1f"
_QUOTES = "\u2018\u2019\u201a\u201b\u2032\u00b4`\u02bc\u02b9"
_DECIMAL_COMMA = "\u066b\u060c"
_THOUSANDS_DOT = "\u066c"
_DOTS = "\u00b7\u2022\u2024\u2027\u22c5\u30fb\u3002"


def _fold_character(character: str) -> str:
    if character in _SPACES or character.isspace():
        return " "
    if character in _QUOTES:
        return "'"
    if character in _DECIMAL_COMMA:
        return ","
    if character in _THOUSANDS_DOT or character in _DOTS:
        return "."
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    category = unicodedata.category(character)
    if category == "Pd" or character == "\u2212":
        return "-"
    if category in ("Cf", "Cc"):
        return " "
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 and plain.isascii() else character


class _FoldTable(dict[int, str]):
    """Translation table that is filled as characters turn up; at most one entry for each Unicode code point."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        self[code] = folded
        return folded


# Line breaks stay: they end a sentence.
_TABLE = _FoldTable({code: chr(code) for code in range(128)})
_TABLE.update({code: " " for code in (*range(9), 9, 11, 12, *range(14, 32), 127)})
_TABLE[ord("`")] = "'"


def fold(text: str) -> str:
    """Return the text in the plain alphabet; the result has exactly as many characters as the text."""
    return text.translate(_TABLE)
