"""Is a date given as somebody's birth date? Only then it is one; an old date alone is not."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Protocol

from loket.privacy.numeric_dates import DateParts
from loket.privacy.spans import Stretch


class _Found(Protocol):
    @property
    def end(self) -> int: ...
    @property
    def birth(self) -> bool: ...


# "geboren" may have a place and a name behind it: "geboren te Utrecht op 3 mei 1941".
_VERB = (
    r"geboren|gebooren|gebroen|geborn|geb(?:\.|oren)?|born|geboorte-?\s?dag|ur\.|urodz\w*|doğumlu\w*|doğdu\w*|dogumlu\w*|dogdu\w*|"
    r"народи\w+|рожд\w+|ولد\w*|مواليد"
)
_NOUN = (
    r"geboorte-?\s?data?|geboorte-?\s?datums?|geboortedtum|geboordedatum|geborte-?datum|geb\.?-?\s?datum|gebdat\w*|gbd|gebdatum|"
    r"date\s+of\s+birth|birth\s?date|birthday|dob|d\.o\.b\.?|geburtsdatum|geburtstag|data\s+urodzenia|doğum\s+(?:tarihi\w*|günü\w*)|"
    r"dogum\s+tarihi\w*|дата\s+народження|تاريخ\s+(?:ال)?(?:ميلاد|ولادة)\w*"
)
_BEFORE_VERB = re.compile(rf"(?<![^\W\d_])(?:{_VERB})(?![^\W\d_])(?P<gap>[^0-9!?\n;]{{0,45}})$", re.IGNORECASE)
_BEFORE_NOUN = re.compile(rf"(?<![^\W\d_])(?:{_NOUN})(?P<gap>[^0-9!?;]{{0,40}})$", re.IGNORECASE)
_AFTER = re.compile(
    r"[\s,)]{0,3}(?P<gap>(?:[^\W\d_]+\s+){0,5})\(?(?:als\s+)?(?:geboren|born|geboorte-?datum|date\s+of\s+birth|geb\.|geb(?!\w)|"
    r"doğumlu\w*|dogumlu\w*|doğdu\w*|geburtsdatum)(?![^\W\d_])",
    re.IGNORECASE,
)
_FROM = re.compile(r"(?:ben|is|zijn|am|was)\s+(?:ik\s+|hij\s+|zij\s+|ze\s+|zelf\s+|ook\s+|zelf\s+ook\s+)?van\s+$", re.IGNORECASE)
# Words between "geboortedatum" and a date that say that the date is another one.
_OTHER = re.compile(
    r"\b(?:brief|aanvraag|sinds|klopt|niet|ingediend|aangifte|verhuis\w*|doorgegeven|aangevraagd|wijzig\w*|fout|verkeerd|gestuurd|"
    r"gebeld|afspraak|overleden|gestorven|overleed|getrouwd|gekregen|kind\s+gekregen|uitgerekend|inge\w+|voor|tot|since|letter|"
    r"died|married|worden|wordt|akte|geboorteakte|ontvangen|en\s+op|maar)\b",
    re.IGNORECASE,
)
_EVENT = re.compile(
    r"\b(?:sinds|vanaf|tot|per|van|op|datum|dd|brief|besluit|overleden|overleed|getrouwd|gescheiden|verhuisd|aanvraag|since|until)\b",
    re.IGNORECASE,
)
_AND = re.compile(
    r"^[\s,;]*(?:en|and|und|&|,|\+|i|ve)?\s*(?:(?!\b(?:sinds|van|voor)\b)[^\W\d_.]+\.?[\s,:(]+){0,4}$", re.IGNORECASE
)


def announced(folded: str, start: int, end: int, has_year: bool) -> bool:
    """Tell whether words beside `folded[start:end]` call the date there a birth date.

    Args:
        has_year: whether the date names its year; "ik ben van 3 mei" without one is no birth date.
    """
    before = folded[max(0, start - 75) : start]
    for pattern in (_BEFORE_NOUN, _BEFORE_VERB):
        match = pattern.search(before)
        if match and not _OTHER.search(match.group("gap")):
            return True
    after = _AFTER.match(folded, end)
    if after and not _OTHER.search(after.group("gap")):
        return True
    return has_year and _FROM.search(before) is not None


def is_bare(folded: str, parts: DateParts, taken: Sequence[Stretch], today: date) -> bool:
    """Tell whether a date of long ago stands alone, or only beside a name, a case number or an address.

    Who sends "Jansen, 12-03-1980, 1234AB 10" answers the question that every desk asks.
    """
    if parts.year is None or parts.short_year or today.year - parts.year < 14:
        return False
    rest = list(folded)
    for stretch in (parts, *taken):
        rest[stretch.start : stretch.end] = " " * (stretch.end - stretch.start)
    return len(re.findall(r"[^\W\d_]{2,}", "".join(rest))) <= 2 and not _EVENT.search(folded)


def follows_birth(folded: str, start: int, found: Sequence[_Found]) -> bool:
    """Tell whether a date comes straight after a birth date in a list: "geboren 3-5-80 en Piet 4-6-82"."""
    births = [other for other in found if start - 60 < other.end <= start]
    if not births:
        return False
    last = max(births, key=lambda other: other.end)
    between = folded[last.end : start]
    return last.birth and _AND.match(between) is not None and not _OTHER.search(between)


def believable(folded: str, parts: DateParts, day: date, born: bool, today: date) -> bool:
    """Tell whether a day that is announced as a birth date can be one: not in the future, not 125 years ago.

    "Ik ben van 3 mei 2026" is about a letter, not about a person: behind "van" a birth date is at least ten years old.
    """
    if not born or day > today or today.year - day.year > 125:
        return False
    if _FROM.search(folded[max(0, parts.start - 30) : parts.start]):
        return today.year - day.year >= 10
    return True
