"""Burgerservicenummers: the elfproef, and finding them however they are spaced.

Rule: nine digits d1..d9 where 9*d1 + 8*d2 + ... + 2*d8 - d9 is a multiple of eleven
(Logisch Ontwerp BSN, RvIG). About one in eleven arbitrary nine-digit numbers passes.
"""

import re
from collections.abc import Iterable, Sequence

from loket.privacy.spans import Span, Stretch, overlaps

_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_SEPARATOR = r"[\s.\-_]{1,3}"
_RUN = re.compile(rf"[0-9]+(?:{_SEPARATOR}[0-9]+)*")
_GROUP = re.compile(r"[0-9]+")
_BSN_WORD = (
    r"(?<![^\W\d_])(?:bsn|bns|b\.s\.n\.?|sofi|burgers?er?vice?|burger\s?service|burger\s?servi[cs]e?|bsnr|"
    r"citizen\s+service|personal\s+public\s+service|b[üu]rgerservice)"
    r"(?:\s*-?\s*(?:nummers?|nummber|numer|numbers?|num|nrs?|no)(?![^\W\d_]))?\.?"
)
# A few words may stand between ("bsn van mijn moeder is ..."), but not a word that says the number is something else.
_OTHER_NUMBER = (
    r"(?:zaak|kenmerk|dossier|referentie|telefoon|tel|bel|mobiel|aanvraag|beschikking|cjib|klant|postcode|rekening|iban|"
    r"kvk|v-?nummer|geboren|geboortedatum)"
)
_LABELLED = re.compile(
    rf"{_BSN_WORD}(?P<gap>[^0-9\n\w]{{0,4}}(?:(?!{_OTHER_NUMBER})[^\W\d_]+[^0-9\n\w]{{1,4}}){{0,6}}?)"
    rf"(?P<number>[0-9](?:[\s.\-_]{{0,3}}[0-9]){{7,8}})(?![0-9])",
    re.IGNORECASE,
)
_LABELLED_AFTER = re.compile(
    r"(?<![0-9])(?<![0-9][-. ])(?P<number>[0-9](?:[\s.\-_]{0,3}[0-9]){7,8})(?![0-9])\s?"
    r"(?:(?:is|was|als|=|ist)\s+(?:(?:mijn|m'n|mn|het|haar|zijn|ons|my|the|mein|das)\s+){0,2}|\(\s?(?:mijn\s+)?)"
    r"(?:bsn|sofi|burgerservice|citizen service)",
    re.IGNORECASE,
)


def passes_elfproef(digits: str) -> bool:
    """Tell whether nine ASCII digits form a valid BSN. Anything else, and 000000000, is not valid."""
    if len(digits) != 9 or not (digits.isascii() and digits.isdigit()) or digits == "000000000":
        return False
    return sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits)) % 11 == 0


def digits_of(text: str) -> str:
    """Return only the ASCII digits of a folded text."""
    return "".join(character for character in text if "0" <= character <= "9")


OPENS_ASSESSMENT = re.compile(r"([0-9]{4}[. ]?[0-9]{2}[. ]?[0-9]{3})[. ]?[A-Z][. ]?[0-9]{2}(?![0-9]{3})")
"""A tax assessment number; the first group is the number of the person or organisation."""

_YEAR_SEQUENCE = re.compile(r"20[0-4][0-9][-/.][0-9]{4,}")


def is_certainly_not(number: str) -> bool:
    """Tell whether what looks like a case number can not hide a BSN.

    It can not when a year stands in front, or when letters or a slash divide it in two or more groups of digits
    (`ZAAK-2026-123456789`); "BSN123456782" and "mijn-123456782" can.
    """
    if _YEAR_SEQUENCE.match(number):
        return True
    divided = any(character.isalpha() or character in "/:" for character in number)
    groups = [len(group) for group in _GROUP.findall(number)]
    return divided and (9 not in groups or len(groups) > 1)


def find(folded: str, protected: Iterable[Stretch] = (), weakly: Iterable[Stretch] = ()) -> list[Span]:
    """Find every BSN in a folded message; the value is the nine digits.

    Found are: nine digits that pass the elfproef, whole or in groups with spaces, dots, hyphens or underscores; eight or
    nine digits beside the word bsn or sofinummer, also when they fail (a typing error in a BSN is still personal data).

    Args:
        folded: the message after `folding.fold`.
        protected: stretches known to be something else (a phone number, a date, a case number with letters). A group of
            digits inside is not used to build a BSN.
        weakly: stretches that are probably something else (digits behind the word zaak). Digits inside are not joined with
            others, but a number around them that has nine digits as a whole is still a BSN.
    """
    shields = list(protected)
    weak_shields = list(weakly)
    spans = [span for span in _labelled(folded) if not overlaps(span.start, span.end, shields)]
    for run in _RUN.finditer(folded):
        groups = [
            (run.start() + group.start(), run.start() + group.end(), group.group()) for group in _GROUP.finditer(run.group())
        ]
        whole = sum(len(group[2]) for group in groups) == 9
        weak = [shield for shield in weak_shields if not whole or shield.start < run.start() or shield.end > run.end()]
        spans.extend(_in_groups(groups, [*shields, *weak], spans))
    return sorted(spans)


def _labelled(folded: str) -> list[Span]:
    spans: list[Span] = []
    for pattern in (_LABELLED, _LABELLED_AFTER):
        for match in pattern.finditer(folded):
            start, end = match.span("number")
            if not overlaps(start, end, spans):
                spans.append(Span(start, end, digits_of(match.group("number")).zfill(9)))
    return spans


def _in_groups(groups: Sequence[tuple[int, int, str]], shields: Sequence[Stretch], taken: Sequence[Span]) -> list[Span]:
    """Find neighbouring groups that together are nine digits and pass the elfproef."""
    spans: list[Span] = []
    first = 0
    while first < len(groups):
        digits = ""
        step = 1
        for last in range(first, len(groups)):
            digits += groups[last][2]
            if len(digits) >= 9:
                start, end = groups[first][0], groups[last][1]
                if passes_elfproef(digits) and not overlaps(start, end, shields) and not overlaps(start, end, taken):
                    spans.append(Span(start, end, digits))
                    step = last - first + 1
                break
        first += step
    return spans
