"""Find the facts in one message: what the citizen already told need not be asked again."""

import re
from datetime import date

from loket.privacy import (
    amounts,
    bsn,
    cards,
    case_numbers,
    credentials,
    dates,
    documents,
    emails,
    iban,
    numeric_dates,
    phones,
    postcodes,
)
from loket.privacy.entities import Entity, Kind, Value
from loket.privacy.folding import fold
from loket.privacy.municipalities import gazetteer
from loket.privacy.spans import Span, overlaps
from loket.privacy.words import split

LONGEST = 4096
"""Characters that are read, as many as WhatsApp delivers; a pasted book must not stop the desk."""

_DIGIT = re.compile("[0-9]")


def extract(text: str, today: date) -> list[Entity]:
    """Find the facts in one message, in order, without overlap.

    Args:
        text: the message as typed, in any language; only the first `LONGEST` characters are read.
        today: the day on which it was written, for "gisteren" and for dates without a year.

    Returns:
        Entities with the kinds of `entities.Kind`. Where two readings share a character, the surer one wins: an address or
        account by its checksum before a phone number, a number with a word before it before a bare one.
    """
    reading = _Reading(text[:LONGEST])
    words = split(reading.folded)
    reading.take("email", emails.find(reading.folded))
    reading.hide(credentials.find_passwords(reading.folded))
    if _DIGIT.search(reading.folded):
        _read_numbers(reading)
    for amount in amounts.find(reading.folded, words, reading.taken):
        reading.add("bedrag", amount.start, amount.end, amount.euro)
    for day in dates.find(reading.folded, words, today, reading.taken):
        reading.add("geboortedatum" if day.birth else "datum", day.start, day.end, day.day.isoformat())
    reading.take("gemeente", gazetteer().find(reading.folded, words))
    return sorted(reading.entities, key=lambda entity: entity.start)


def warm_up() -> None:
    """Load the municipalities and build the matchers (about half a second), so that the first citizen need not wait."""
    extract("12 maart in Ede", date(2026, 1, 1))


def _read_numbers(reading: "_Reading") -> None:
    """Take what is written in digits, from the surest kind to the least sure."""
    folded = reading.folded
    reading.take("iban", iban.find(folded))
    numbers = phones.find(folded)
    announced = case_numbers.find_announced(folded, [*reading.taken, *phones.certain(numbers)])
    shaped = case_numbers.find_shaped(folded)
    full_dates, short_dates = numeric_dates.find_spans(folded)
    sure = [case for case in shaped if bsn.is_certainly_not(case.value)]
    # Unlike in `mask`, a number that the citizen calls a case number is one: it can be looked up.
    reading.take("bsn", bsn.find(folded, [*reading.taken, *full_dates, *sure, *announced], [*numbers, *short_dates]))
    reading.hide(credentials.find_codes(folded))
    reading.hide(credentials.find_accounts(folded))
    reading.hide(documents.find(folded, [*reading.taken, *numbers]))
    reading.take("zaaknummer", announced)
    reading.take("telefoonnummer", numbers)
    reading.take("zaaknummer", case_numbers.find_mentioned(folded, reading.taken))
    reading.hide(cards.find(folded, reading.taken))
    reading.take("zaaknummer", case_numbers.find_shaped(folded, reading.taken) if shaped else [])
    reading.take("postcode", postcodes.find(folded, reading.taken))


class _Reading:
    """A message while it is read: what was found, and which characters are used up."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded = fold(text)
        self.taken: list[Span] = []
        self.entities: list[Entity] = []

    def take(self, kind: Kind, spans: list[Span]) -> None:
        """Add facts whose value is a string."""
        for span in spans:
            value = self.text[span.start : span.end] if kind == "zaaknummer" else span.value
            self.add(kind, span.start, span.end, value)

    def add(self, kind: Kind, start: int, end: int, value: Value) -> None:
        """Add one fact, unless its characters are used up."""
        if not overlaps(start, end, self.taken):
            self.taken.append(Span(start, end))
            self.entities.append(Entity(kind, value, start, end, self.text[start:end]))

    def hide(self, spans: list[Span]) -> None:
        """Use up the characters of a secret that is no fact."""
        self.taken.extend(spans)
