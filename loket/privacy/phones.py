"""Telephone numbers as people type them."""

import re
from collections.abc import Iterator

from loket.privacy.spans import Span, overlaps

_SEP = r"(?: ?[-./] ?| )?"
_DUTCH = re.compile(rf"(?<![\w+])\(?0[1-9](?:\)?{_SEP}[0-9]){{8}}(?![0-9])")
_DUTCH_ABROAD = re.compile(
    rf"(?<![\w+])(?<![0-9] )\(?(?:\+ ?|00{_SEP})31\)?{_SEP}(?:\( ?0 ?\)|0)?{_SEP}[1-9](?:{_SEP}[0-9]){{8}}(?![0-9])"
)
_DUTCH_BARE = re.compile(r"(?<![\w+])316[0-9]{8}(?!\w)")
_ABROAD = re.compile(
    rf"(?<![\w+])(?<![0-9] )(?:\+ ?|00{_SEP})(?!31)[1-9](?:[0-9]|{_SEP}[0-9]|{_SEP}\( ?0 ?\)|{_SEP}\([0-9]+\)){{8,13}}(?![0-9])"
)
_SERVICE = re.compile(rf"(?<![\w+])0(?:800|90[069]){_SEP}[0-9]{{2}}{_SEP}[0-9]{{2}}(?:{_SEP}[0-9]{{3}})?(?![0-9])")
# Many municipalities answer at 14 followed by the area code (14 020); glued together it needs a word that says so.
_MUNICIPAL = re.compile(r"(?<![\w+€.,:/-])14[ -]0[1-9][0-9]{1,3}(?![\w]|[.,:/-]?[0-9]| [0-9]| ?euro)")
_MUNICIPAL_GLUED = re.compile(r"(?<![\w+€.,:/-])140[1-9][0-9]{1,3}(?![\w]|[.,:/-][0-9])")
_CALL_WORD = re.compile(
    r"(?:tele?foo?n|tel\b|tlf|phone|mobie?l|handy|bel(?:t|len|de)?\b|bereikbaar|06|gsm|whats?app|sms|nummer|number|numer|"
    r"numara|call|telefon|тел|номер|هاتف|جوال|رقم|اتصل)[^0-9\n]{0,30}$",
    re.IGNORECASE,
)
_PHONE_NOUN = re.compile(
    r"(?:tele?foo?n|tel\b|tlf|phone|mobie?l|handy|gsm|whats?app|cell|telefon|тел|هاتف|جوال|الهاتف)[^0-9\n+]{0,25}$",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?<![\w+])[0-9](?:[ .\-]?[0-9]){7,12}(?![0-9])")
_DATE_START = re.compile(r"[0-3]?[0-9]([-./])[01]?[0-9]\1(?:[0-9]{4}|[0-9]{2})(?!\1?[0-9])")
_GROUP = re.compile(r"[0-9]+")


def find(folded: str) -> list[Span]:
    """Find telephone numbers in a folded message; the value has no spaces or hyphens, the prefix is as typed.

    Dutch fixed, mobile, 088, 0800 and 0900 numbers and 14 0xx; numbers with + or 00; other numbers only behind a word
    such as telefoon, phone or тел.
    """
    spans: list[Span] = []
    for span in _candidates(folded):
        if not overlaps(span.start, span.end, spans):
            spans.append(span)
    return sorted(spans)


def certain(numbers: list[Span]) -> list[Span]:
    """Return the numbers that can hardly be anything else: mobile, free and foreign ones.

    The others may be part of a reference: `parketnummer 05-220881-26` has the digits of a number in Arnhem.
    """
    return [number for number in numbers if number.value.startswith(("06", "+", "00", "0800", "0900"))]


def _candidates(folded: str) -> Iterator[Span]:
    for pattern in (_DUTCH_ABROAD, _DUTCH_BARE, _SERVICE):
        for match in pattern.finditer(folded):
            yield _span(match)
    for match in _DUTCH.finditer(folded):
        if not _DATE_START.match(match.group()) and _plausible_groups(match.group()):
            yield _span(match)
    for match in _ABROAD.finditer(folded):
        # "+" before nine digits is no number in any country: a country code alone takes one to three.
        if sum(character.isdigit() for character in match.group()) >= 10:
            yield _span(match)
    for match in _MUNICIPAL.finditer(folded):
        yield _span(match)
    for match in _MUNICIPAL_GLUED.finditer(folded):
        if _CALL_WORD.search(folded, max(0, match.start() - 45), match.start()):
            yield _span(match)
    for match in _NAMED.finditer(folded):
        if _PHONE_NOUN.search(folded, max(0, match.start() - 40), match.start()) and not _DATE_START.match(match.group()):
            yield _span(match)


def _plausible_groups(number: str) -> bool:
    """Tell whether the digits are grouped as in a number: "061234567 8" is something else and then an 8."""
    groups = [len(group) for group in _GROUP.findall(number)]
    return len(groups) < 2 or groups[-1] > 1 or groups[-2] < 5


def _span(match: "re.Match[str]") -> Span:
    text = re.sub(r"\( ?0 ?\)", "", match.group()) if match.group().lstrip("( ")[0] in "+0" else match.group()
    plus = "+" if "+" in text else ""
    return Span(match.start(), match.end(), plus + "".join(_GROUP.findall(text)))
