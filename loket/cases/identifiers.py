"""Check case numbers and BSNs before anything is sent.

Why this matters: an empty filter value is *no filter* for Open Zaak, so an empty number or BSN would return the cases of
everybody (contract, section 3.2). Only what these functions return may be put into a request.
"""

from __future__ import annotations

import re
import uuid

from loket.cases.errors import InvalidInput

_DASHES = re.compile(r"[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_AROUND_DASH = re.compile(r"\s*-\s*")
_SPACES = re.compile(r"\s+")
# ``identificatie`` of a zaak is at most 40 characters. A number without a digit, or of less than four characters, is no number.
_NUMBER = re.compile(r"(?=.*[0-9])[A-Za-z0-9][A-Za-z0-9._/-]{3,39}")
_BSN_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)


def case_number(text: str) -> str:
    """The case number as the case system writes it: trimmed, dashes made plain, in capitals.

    The search of Open Zaak is exact and case-sensitive, while people type ``zaak 2026 – 0000000001``.

    Raises:
        InvalidInput: empty or malformed.
    """
    number = _DASHES.sub("-", text).strip()
    number = _SPACES.sub("-", _AROUND_DASH.sub("-", number)).upper()
    if not _NUMBER.fullmatch(number):
        raise InvalidInput("zaaknummer", "malformed" if number else "empty")
    return number


def bsn(text: str) -> str:
    """A burgerservicenummer of nine digits that passes the elfproef.

    The weights are those of the Logisch Ontwerp BSN: 9 to 2, and -1 for the last digit; the sum is divisible by 11.

    Raises:
        InvalidInput: empty, not nine digits, or failing the elfproef. The text itself is not in the error.
    """
    digits = text.strip()
    if not digits:
        raise InvalidInput("bsn", "empty")
    if len(digits) != 9 or not digits.isascii() or not digits.isdigit():
        raise InvalidInput("bsn", "malformed")
    total = sum(weight * int(digit) for weight, digit in zip(_BSN_WEIGHTS, digits, strict=True))
    if total == 0 or total % 11:
        raise InvalidInput("bsn", "elfproef")
    return digits


def case_uuid(text: str) -> str:
    """The UUID of a zaak in its usual form.

    Anything else would be a 500 at Open Zaak, and an empty one the list of everybody's cases.

    Raises:
        InvalidInput: no UUID.
    """
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise InvalidInput("uuid", "malformed" if text.strip() else "empty") from None
