"""Hide what may never be stored, logged or summarised."""

import re
from dataclasses import dataclass
from typing import NamedTuple

from loket.privacy import bsn, cards, case_numbers, credentials, documents, iban, numeric_dates, phones
from loket.privacy.credentials import HIDDEN
from loket.privacy.folding import fold
from loket.privacy.spans import Span, overlaps

BSN, IBAN, CARD, DOCUMENT, PASSWORD, CODE, ACCOUNT = (
    "BSN",
    "IBAN",
    "CREDITCARD",
    "DOCUMENTNUMMER",
    "WACHTWOORD",
    "CODE",
    "REKENINGNUMMER",
)
_LABEL = re.compile(rf"\[(?:{'|'.join((BSN, IBAN, CARD, DOCUMENT, PASSWORD, CODE, ACCOUNT))})\]")


@dataclass(frozen=True)
class Masked:
    """A text that is safe to keep.

    Attributes:
        text: the message with every secret replaced by its label in brackets, such as `[BSN]`.
        kinds: the labels that were put in, without brackets.
    """

    text: str
    kinds: frozenset[str]


class _Secret(NamedTuple):
    start: int
    end: int
    kind: str


def mask(text: str) -> Masked:
    """Replace BSN, IBAN, payment cards, document numbers, passwords, codes and old account numbers by their label.

    Case numbers, phone numbers, postcodes and dates stay. One exception by design: nine bare digits that pass the elfproef
    are hidden whatever word stands before them, because people give their BSN when a reference is asked for; `extract`
    still finds the number in the original message. Masking a masked text changes nothing.
    """
    kinds: set[str] = set()
    while secrets := _find(text):
        for secret in reversed(secrets):
            text = f"{text[: secret.start]}[{secret.kind}]{text[secret.end :]}"
            kinds.add(secret.kind)
    return Masked(text, frozenset(kinds))


def _find(text: str) -> list[_Secret]:
    """Return the secrets in order, without overlap; where two overlap, the one that was looked for first counts."""
    # A label that is already there is no word: "[BSN]" does not announce the number that follows it.
    folded = _LABEL.sub(lambda label: HIDDEN * len(label.group()), fold(text))
    accounts = iban.find(folded)
    numbers = phones.find(folded)
    announced = case_numbers.find_announced(folded, [*accounts, *phones.certain(numbers)])
    mentioned = case_numbers.find_mentioned(folded, [*accounts, *numbers, *announced])
    named = [*announced, *mentioned]
    cases = [*named, *case_numbers.find_shaped(folded, [*accounts, *numbers, *named])]
    full_dates, short_dates = numeric_dates.find_spans(folded)
    sure = [case for case in cases if bsn.is_certainly_not(case.value)]
    persons = [*_in_assessment(cases), *bsn.find(folded, [*accounts, *full_dates, *sure], [*numbers, *short_dates, *named])]
    found: list[_Secret] = []
    for kind, spans in (
        (PASSWORD, credentials.find_passwords(folded)),
        (IBAN, accounts),
        (ACCOUNT, credentials.find_accounts(folded)),
        (BSN, persons),
        (CARD, cards.find(folded, [*accounts, *named, *numbers])),
        (DOCUMENT, documents.find(folded, [*numbers, *full_dates])),
        (CODE, credentials.find_codes(folded)),
    ):
        for span in spans:
            if not overlaps(span.start, span.end, found):
                found.append(_Secret(span.start, span.end, kind))
    return sorted(found)


def _in_assessment(cases: list[Span]) -> list[Span]:
    """Return the BSN that opens the number of a tax assessment (`1234.56.789.H.67.01`), where it is a valid one."""
    found = []
    for case in cases:
        opening = bsn.OPENS_ASSESSMENT.match(case.value)
        if opening and bsn.passes_elfproef(digits := bsn.digits_of(opening.group(1))):
            found.append(Span(case.start, case.start + opening.end(1), digits))
    return found
