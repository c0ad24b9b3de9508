"""Payment card numbers: the Luhn check (ISO/IEC 7812-1) and finding them."""

import re
from collections.abc import Iterable

from loket.privacy.bsn import digits_of
from loket.privacy.spans import Span, Stretch, overlaps

_NUMBER = re.compile(r"(?<![0-9A-Za-z])[0-9](?:[ \-.]?[0-9]){12,18}(?![0-9A-Za-z])")
_CARD_WORD = re.compile(
    r"(?:credit\s?card|creditkaart|kredietkaart|kreditkarte|kredi\s?kart\w*|visa\s?(?:card|kaart)?|master\s?card|maestro|"
    r"american\s?express|amex|pas-?nummer|kaart-?nummer|card\s?number|numer\s?karty|bank-?pas|pinpas|betaalpas)"
    r"(?:-?\s?(?:nummer|number|nr))?[^0-9\n]{0,25}$",
    re.IGNORECASE,
)
# Issuer ranges: Visa, Mastercard, American Express, Diners, Discover, Maestro.
_ISSUER = re.compile(r"4|5[0-5]|2(?:2[2-9]|[3-6]|7[01]|720)|3[47]|3[068]|6")
_LENGTHS = {"3": (14, 15), "4": (13, 16, 19)}


def passes_luhn(digits: str) -> bool:
    """Tell whether a string of ASCII digits passes the Luhn check."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def find(folded: str, protected: Iterable[Stretch] = ()) -> list[Span]:
    """Find payment cards in a folded message.

    A number of 13 to 19 digits is a card when a word such as creditcard or pasnummer stands before it, or when issuer,
    length and Luhn check fit and it is not protected: a CJIB number or payment reference has 16 digits too, and one in ten
    passes Luhn.
    """
    shields = list(protected)
    spans = []
    for match in _NUMBER.finditer(folded):
        digits = digits_of(match.group())
        named = _CARD_WORD.search(folded, max(0, match.start() - 50), match.start()) is not None
        lengths = _LENGTHS.get(digits[0], (16, 19))
        looks_like_card = _ISSUER.match(digits) is not None and len(digits) in lengths and passes_luhn(digits)
        if named or (looks_like_card and not overlaps(match.start(), match.end(), shields)):
            spans.append(Span(match.start(), match.end(), digits))
    return spans
