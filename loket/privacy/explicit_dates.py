"""Dates with a month in words: "3 september", "vrijdag 4 dec. 2026", "twaalf maart negentientachtig", "September 3rd"."""

from collections.abc import Iterator, Sequence
from datetime import date

from loket.privacy import number_words
from loket.privacy.calendar_words import MONTH_FIRST, MONTHS
from loket.privacy.lexicon import word_set
from loket.privacy.numeric_dates import DateParts
from loket.privacy.words import Word

_ORDINAL_ENDINGS = frozenset({"e", "de", "ste", "th", "st", "nd", "rd", "го"})
_BETWEEN = frozenset({"van", "of", "-", "/", ".", "de", "'"})
_AND = frozenset({"en", "of", "tot", "and", "t", "/", "m", "-", "tm", "bis", "und", "to", "i", "do", "до", "та", ",", "or"})
_NOT_A_YEAR = word_set(
    "euro uur dagen weken maanden jaar mensen personen keer u h am pm % € km stuks kinderen minuten procent graden"
)


def find(words: Sequence[Word], short_years: bool = False) -> list[tuple[DateParts, int, int]]:
    """Find dates with a month in words.

    Args:
        words: the message.
        short_years: whether "12 maart 80" and "12 maart tachtig" name a year too; only where a birth date is expected.

    Returns:
        For each date its parts (a month without a day is no date), and the range of words it takes.
    """
    found: list[tuple[DateParts, int, int]] = []
    for position, word in enumerate(words):
        month = MONTHS.get(word.key)
        if month is None:
            continue
        for parts in _at_month(words, position, month, short_years):
            if not any(parts[1] < other[2] and other[1] < parts[2] for other in found):
                found.append(parts)
    return sorted(found, key=lambda item: item[1])


def _at_month(words: Sequence[Word], position: int, month: int, short_years: bool) -> Iterator[tuple[DateParts, int, int]]:
    day, first = _day_before(words, position)
    if day is not None:
        year, last, short = _year_after(words, position + 1, short_years)
        parts = _parts(words, first, last, day, month, year, short)
        if parts is not None:
            yield parts, first, last
            yield from _earlier_days(words, first, month, year, short)
        return
    if words[position].key in MONTH_FIRST:
        day, after = _day_after(words, position + 1)
        if day is not None:
            year, last, short = _year_after(words, after, short_years)
            parts = _parts(words, position, last, day, month, year, short)
            if parts is not None:
                yield parts, position, last


def _day_before(words: Sequence[Word], position: int) -> tuple[int | None, int]:
    """Return the day that stands before a month, and the position of its first word."""
    at = position - 1
    while at >= 0 and words[at].key in _BETWEEN and position - at <= 2:
        at -= 1
    if at >= 1 and words[at].key in _ORDINAL_ENDINGS and words[at - 1].key.isdigit():
        at -= 1
    if at < 0:
        return None, 0
    key = words[at].key
    if key.isdigit():
        if len(key) > 2 or not 1 <= int(key) <= 31 or _part_of_number(words, at):
            return None, 0
        return int(key), at
    day = number_words.read_ordinal(key)
    if day is None or day < 1:
        day = number_words.read(key)
    if day is None or not 1 <= day <= 31:
        return None, 0
    # "een en twintig maart" in three words.
    if day == 20 or day == 30:
        value, used = number_words.read_sequence([word.key for word in words[max(0, at - 2) : at + 1]])
        if used == 3 and value is not None and value <= 31:
            return value, at - 2
    return day, at


def _part_of_number(words: Sequence[Word], at: int) -> bool:
    """Tell whether digits are the tail of something longer: "€ 12,50 mei", "2026/12 mei"."""
    return at >= 2 and words[at].glued and words[at - 1].text in ",.:/" and words[at - 1].glued and words[at - 2].key.isdigit()


def _day_after(words: Sequence[Word], at: int) -> tuple[int | None, int]:
    """Return the day after an English month, and the position after it; "September 20 euro" is no date."""
    if at < len(words) and words[at].key == ".":
        at += 1
    if at < len(words) and words[at].key == "the":
        at += 1
    if at >= len(words):
        return None, at
    key = words[at].key
    ordinal = number_words.read_ordinal(key) if key.isalpha() else None
    if ordinal is not None and 1 <= ordinal <= 31:
        return ordinal, at + 1
    if not key.isdigit() or len(key) > 2 or not 1 <= int(key) <= 31:
        return None, at
    following = words[at + 1].key if at + 1 < len(words) else ""
    if following in ("th", "st", "nd", "rd"):
        return int(key), at + 2
    english = words[at - 1].key in ("january", "february", "march", "may", "june", "july", "august", "october")
    with_year = following == "," or (len(following) == 4 and following.startswith(("19", "20")))
    before = words[at - 2].key if at >= 2 else ""
    english = english or before in ("on", "before", "by", "until", "till", "since", "from", "after", "dated")
    if (english and following not in _NOT_A_YEAR) or with_year:
        return int(key), at + 1
    return None, at


def _year_after(words: Sequence[Word], at: int, short_years: bool) -> tuple[int | None, int, bool]:
    """Return the year that follows, the position after it, and whether it has two digits only."""
    start = at
    skipped = 0
    while at < len(words) and words[at].text in ".,-/" and skipped < 2:
        at, skipped = at + 1, skipped + 1
    apostrophe = at < len(words) and words[at].text == "'"
    if apostrophe:
        at += 1
    if at >= len(words):
        return None, start, False
    key = words[at].key
    following = words[at + 1].key if at + 1 < len(words) else ""
    if key.isdigit():
        if len(key) == 4 and key[:2] in ("19", "20"):
            return int(key), at + 1, False
        if len(key) == 2 and following not in _NOT_A_YEAR and not _clock(words, at):
            plausible = skipped == 0 and "20" <= key <= "39" and not following.isalpha()
            if apostrophe or short_years or plausible:
                return int(key), at + 1, True
        return None, start, False
    year = number_words.read_year(key)
    if year is not None:
        return year, at + 1, False
    spoken = _spoken_year(words, at, short_years and following not in _NOT_A_YEAR)
    return spoken if spoken is not None else (None, start, False)


def _spoken_year(words: Sequence[Word], at: int, short_years: bool) -> tuple[int, int, bool] | None:
    """Read a year in several words ("negentien tachtig", "twintig zesentwintig") or only its last two figures ("tachtig")."""
    first = number_words.read(words[at].key)
    rest, used = number_words.read_sequence([word.key for word in words[at + 1 : at + 5]])
    if first in (19, 20) and rest is not None and 1 <= rest <= 99:
        return first * 100 + rest, at + 1 + used, False
    whole, used = number_words.read_sequence([word.key for word in words[at : at + 6]])
    if whole is not None and 1900 <= whole <= 2099:
        return whole, at + used, False
    if short_years and whole is not None and 10 <= whole <= 99:
        return whole, at + used, True
    return None


def _clock(words: Sequence[Word], at: int) -> bool:
    return at + 2 < len(words) and words[at + 1].text in ":." and words[at + 2].key.isdigit()


def _earlier_days(
    words: Sequence[Word], first: int, month: int, year: int | None, short: bool
) -> Iterator[tuple[DateParts, int, int]]:
    """Read the days that share a month with a later one: "van 3 tot 10 september", "3, 4 en 10 september"."""
    at = first - 1
    while at >= 1 and first - at <= 4 and words[at].key in _AND:
        at -= 1
    if at == first - 1 or at < 0:
        return
    if words[at].key in _ORDINAL_ENDINGS and at >= 1:
        at -= 1
    key = words[at].key
    if not key.isdigit() or len(key) > 2 or not 1 <= int(key) <= 31 or _part_of_number(words, at):
        return
    if all(word.key in (",", ".") for word in words[at + 1 : first]) and not _listed(words, at):
        return
    parts = _parts(words, at, at + 1, int(key), month, year, short)
    if parts is not None:
        yield parts, at, at + 1
        yield from _earlier_days(words, at, month, year, short)


def _listed(words: Sequence[Word], at: int) -> bool:
    return at >= 1 and words[at - 1].key in ("op", "van", "on", "de", ",", "am")


def _parts(words: Sequence[Word], first: int, last: int, day: int, month: int, year: int | None, short: bool) -> DateParts | None:
    try:
        date(year if year and year > 999 else 2024, month, day)
    except ValueError:
        return None
    return DateParts(words[first].start, words[last - 1].end, day, month, year, short)
