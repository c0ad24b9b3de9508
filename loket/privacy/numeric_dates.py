"""Dates in digits: 03-09-2026, 3/9/26, 2026-09-03, and 03-09 behind a word such as "op"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from loket.privacy.spans import Span

_ISO = re.compile(
    r"(?<![\w./-])(?P<year>(?:19|20)[0-9]{2})(?P<sep>[-/.])(?P<month>[01]?[0-9])(?P=sep)(?P<day>[0-3]?[0-9])(?![\w/-]|[.][0-9])"
)
_DAY_FIRST = re.compile(
    r"(?<![\w/+€.,-])(?P<day>[0-3]?[0-9])(?P<sep> ?[-/.\\] ?)(?P<month>[01]?[0-9])(?: ?[-/.\\] ?)"
    r"(?P<year>(?:19|20)[0-9]{2}|'?[0-9]{2})(?![\w/\\-]|[.,][0-9])"
)
_MONTH_FIRST = re.compile(
    r"(?<![\w/+€.,-])(?P<month>0?[1-9]|1[0-2])/(?P<day>1[3-9]|2[0-9]|3[01])/(?P<year>(?:19|20)[0-9]{2})(?![\w/-])"
)
_SPACED = re.compile(
    r"(?<![\w+€.,/-])(?<![0-9] )(?P<day>0?[1-9]|[12][0-9]|3[01]) (?P<month>0?[1-9]|1[0-2]) (?P<year>(?:19|20)[0-9]{2})"
    r"(?![\w/-]| [0-9](?![0-9]{3} ?[A-Za-z]))"
)
_NO_YEAR = re.compile(
    r"(?<![\w/+€.,-])(?<![0-9] )(?P<day>[0-3]?[0-9])(?P<sep>[-/])(?P<month>[01]?[0-9])(?![\w/-]|[.,:][0-9]|\s?(?:%|€|euro|uur|"
    r"jaar|dagen|weken|maanden|keer|personen|mensen|kinderen|km|kg|m2|deel|van de|part|pagina))",
    re.IGNORECASE,
)
_NO_YEAR_DOTS = re.compile(r"(?<![\w/+€.,-])(?P<day>[0-3]?[0-9])\.(?P<month>[01]?[0-9])\.(?![\w])")
_BEFORE = re.compile(
    r"(?:(?<![^\W\d_])(?:brief|besluit|beschikking|gebeld|ingediend|gestuurd|ontvangen|gedaan|op|sinds|vanaf|voor|v[oó][oó]r|tot|per|uiterlijk|datum|dd|d\.d\.?|t/m|met|d\.?d|van|on|by|since|until|before|"
    r"from|am|bis|vom|seit|dnia|do|od|до|від|з|"
    r"maa?nda?g|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|ma|di|wo|do|vr|za|zo))\s*[:=]?\s*$",
    re.IGNORECASE,
)
_COMPACT = re.compile(
    r"(?<![\w+€.,/-])(?:(?P<day>[0-3][0-9])(?P<month>[01][0-9])(?P<year>(?:19|20)[0-9]{2}))(?![\w/-]|[.,][0-9])"
)
_COMPACT_ISO = re.compile(
    r"(?<![\w+€.,/-])(?P<year>(?:19|20)[0-9]{2})(?P<month>[01][0-9])(?P<day>[0-3][0-9])(?![\w/-]|[.,][0-9])"
)
_COMPACT_SHORT = re.compile(r"(?<![\w+€.,/-])(?P<day>[0-3][0-9])(?P<month>[01][0-9])(?P<year>[0-9]{2})(?![\w/-]|[.,][0-9])")


@dataclass(frozen=True)
class DateParts:
    """A date as written.

    Attributes:
        start, end: where it stands.
        day, month: a possible day of a possible month.
        year: as written, or None.
        short_year: whether the year has two digits only.
    """

    start: int
    end: int
    day: int
    month: int
    year: int | None
    short_year: bool = False


def find(folded: str) -> list[DateParts]:
    """Find dates in digits in a folded message, in order. Ambiguous ones are read the Dutch way: day first."""
    found: list[DateParts] = []
    for parts in _candidates(folded):
        if not any(parts.start < other.end and other.start < parts.end for other in found):
            found.append(parts)
    return sorted(found, key=lambda parts: parts.start)


def find_spans(folded: str) -> tuple[list[Span], list[Span]]:
    """Return where dates with a year in four digits stand, and where those with two: their digits are no other number."""
    full: list[Span] = []
    short: list[Span] = []
    for parts in find(folded):
        if parts.year is not None:
            (short if parts.short_year else full).append(Span(parts.start, parts.end))
    return full, short


def find_compact(folded: str) -> list[DateParts]:
    """Find dates without separators (12031980, 19800312, 120380); only to be believed where a birth date is expected."""
    found = []
    for pattern in (_COMPACT, _COMPACT_ISO, _COMPACT_SHORT):
        for match in pattern.finditer(folded):
            parts = _parts(match)
            if parts is not None:
                found.append(parts)
    return found


def full_year(year: int, today: date, birth: bool) -> int:
    """Return the four-digit year for a two-digit one: a birth is never later than this year, other dates at most ten on."""
    limit = today.year if birth else today.year + 10
    century = today.year // 100 * 100
    return century + year if century + year <= limit else century - 100 + year


def _candidates(folded: str) -> Iterator[DateParts]:
    for pattern in (_ISO, _DAY_FIRST, _MONTH_FIRST, _SPACED):
        for match in pattern.finditer(folded):
            parts = _parts(match)
            if parts is not None:
                yield parts
    for match in _NO_YEAR.finditer(folded):
        parts = _parts(match)
        if parts is not None and _BEFORE.search(folded, max(0, match.start() - 20), match.start()):
            yield parts
    for match in _NO_YEAR_DOTS.finditer(folded):
        parts = _parts(match)
        if parts is not None and re.search(r"\b(?:am|bis|vom|seit|zum|dnia)\s+$", folded[: match.start()], re.IGNORECASE):
            yield parts


def _parts(match: "re.Match[str]") -> DateParts | None:
    groups = match.groupdict()
    written = (groups.get("year") or "").lstrip("'")
    year = int(written) if written else None
    day, month = int(groups["day"]), int(groups["month"])
    try:
        date(year if year and year > 999 else 2024, month, day)
    except ValueError:
        return None
    return DateParts(match.start(), match.end(), day, month, year, short_year=len(written) == 2)
