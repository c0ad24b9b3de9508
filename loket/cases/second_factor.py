"""The second factor at trust level ``kenmerk``: something the case system knows of the initiator.

Either a birth date, or a postcode with a house number. It is compared in constant time, and a case system that knows no
such fact of the initiator can verify nobody.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from loket.cases.errors import InvalidInput

_POSTCODE = re.compile(r"([1-9][0-9]{3})\s*([A-Za-z]{2})")
_HOUSE_NUMBER = re.compile(r"0*([1-9][0-9]{0,4})(?![0-9])")
_COMPLETE_DATE = re.compile(r"((?:18|19|20|21)[0-9]{2})-?(0[1-9]|1[0-2])-?(0[1-9]|[12][0-9]|3[01])")
_UNKNOWN = hashlib.sha256(b"unknown").digest()


class FactorKind(StrEnum):
    """Which fact is compared."""

    BIRTH_DATE = "geboortedatum"
    ADDRESS = "adres"


@dataclass(frozen=True, slots=True)
class InitiatorFacts:
    """What a case system says of one initiator, as far as a second factor needs it. Never logged: no repr of its values.

    Attributes:
        birth_date: ``betrokkeneIdentificatie.geboortedatum``, a free string of at most 18 characters in the standard.
        postcode: ``verblijfsadres.aoaPostcode``.
        house_number: ``verblijfsadres.aoaHuisnummer``.
    """

    birth_date: str | None = field(default=None, repr=False)
    postcode: str | None = field(default=None, repr=False)
    house_number: int | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """A citizen's second factor. Only its hash is kept, so that it cannot be printed or logged by mistake."""

    kind: FactorKind
    _digest: bytes = field(repr=False)

    @classmethod
    def birth_date(cls, value: date) -> SecondFactor:
        """The date of birth of the person who started the case."""
        return cls(FactorKind.BIRTH_DATE, _hash(f"{value:%Y%m%d}"))

    @classmethod
    def address(cls, postcode: str, huisnummer: int | str) -> SecondFactor:
        """The address of the person who started the case. A house letter or addition is accepted and not compared.

        Raises:
            InvalidInput: not a Dutch postcode, or no house number.
        """
        if _postcode(postcode) is None:
            raise InvalidInput("postcode", "malformed")
        number = _HOUSE_NUMBER.match(str(huisnummer).strip())
        if number is None:
            raise InvalidInput("huisnummer", "malformed")
        return cls(FactorKind.ADDRESS, _hash(f"{_postcode(postcode)} {int(number[1])}"))

    def matches(self, initiators: Iterable[InitiatorFacts]) -> bool:
        """Whether one of the initiators of a case has this fact.

        All of them are compared, and an initiator of whom the fact is unknown, or an empty list, is compared too: the
        work done does not depend on the answer.
        """
        verified = False
        for facts in (InitiatorFacts(), *initiators):
            verified |= hmac.compare_digest(self._digest, self._of(facts))
        return verified

    def _of(self, facts: InitiatorFacts) -> bytes:
        if self.kind is FactorKind.BIRTH_DATE:
            # An incomplete date (19800000, 1980) is in the registers of people born abroad: it proves nothing.
            known = _COMPLETE_DATE.fullmatch((facts.birth_date or "").strip())
            return _hash("".join(known.groups())) if known else _UNKNOWN
        postcode = _postcode(facts.postcode or "")
        return _hash(f"{postcode} {facts.house_number}") if postcode and facts.house_number else _UNKNOWN


def _postcode(text: str) -> str | None:
    found = _POSTCODE.fullmatch(text.strip())
    return f"{found[1]}{found[2].upper()}" if found else None


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
