"""Read the answer to "wat is uw geboortedatum, of uw postcode en huisnummer?"."""

from dataclasses import dataclass
from datetime import date

from loket.privacy import explicit_dates, numeric_dates, postcodes
from loket.privacy.folding import fold
from loket.privacy.numeric_dates import DateParts, full_year
from loket.privacy.words import split


@dataclass(frozen=True)
class Address:
    """A postcode with a house number, the other second factor.

    Attributes:
        postcode: `1234AB`.
        house_number: the number alone.
        addition: letter or addition in capitals ("A", "BIS", "2"), empty when there is none.
    """

    postcode: str
    house_number: int
    addition: str = ""


def second_factor(text: str, today: date) -> date | Address | None:
    """Return the birth date or the address that the message gives, or None when it gives neither.

    The message is an answer to our question, so a bare date counts: digits with or without separators, or words; a year of
    two digits is one that has been. When both are given, the birth date counts. A date in the future, without a year, or more
    than 125 years ago is none.
    """
    folded = fold(text)
    parts = [
        *numeric_dates.find(folded),
        *(found[0] for found in explicit_dates.find(split(folded), short_years=True)),
        *numeric_dates.find_compact(folded),
    ]
    for written in parts:
        day = _birth_date(written, today)
        if day is not None:
            return day
    return _address(folded)


def _birth_date(parts: DateParts, today: date) -> date | None:
    if parts.year is None:
        return None
    year = full_year(parts.year, today, birth=True) if parts.short_year else parts.year
    # "3-12-26" in November 2026 is not next month but a hundred years ago.
    for candidate in (year, year - 100) if parts.short_year else (year,):
        try:
            day = date(candidate, parts.month, parts.day)
        except ValueError:
            continue
        if day <= today and today.year - day.year <= 125:
            return day
    return None


def _address(folded: str) -> Address | None:
    for postcode in postcodes.find(folded, [], expected=True):
        house = postcodes.house_number(folded, postcode.end)
        if house is None:
            house = postcodes.house_number_before(folded, postcode.start)
        if house is not None:
            return Address(postcode.value, house.number, house.addition)
    return None
