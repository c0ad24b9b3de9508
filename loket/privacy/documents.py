"""Numbers of passports, identity cards, residence documents and driving licences."""

import re
from collections.abc import Iterable

from loket.privacy.spans import Span, Stretch, overlaps

_WORD = re.compile(
    r"(?P<document>paspoort|passport|reisepass|paszport|pasaport|identiteitskaart|identiteitsbewijs|id-?\s?kaart|id-?\s?card|"
    r"id-?\s?bewijs|ausweis|dow[oó]d|kimlik|document-?\s?(?:nummer|nr)|documentnumber|verblijfsdocument|verblijfspas|"
    r"паспорт|جواز)|(?P<licence>rijbewijs-?\s?(?:nummer|nr)|driving\s?licen[cs]e\s?(?:number|no)|f[üu]hrerschein-?nummer)",
    re.IGNORECASE,
)
# A Dutch travel document: two letters, six letters or digits, one digit, never the letter O (Paspoortuitvoeringsregeling).
# Other countries use one or two letters and six to eight digits.
_DOCUMENT = re.compile(r"(?<![\w-])(?:[A-NP-Z]{2}[A-NP-Z0-9]{6}[0-9]|[A-Z]{1,2} ?[0-9]{6,8})(?![\w/-])", re.IGNORECASE)
_LICENCE = re.compile(r"(?<![\w-])[1-9][0-9]{9}(?![\w/-])")
# A word between the document word and the number that says that the number is another one.
_OTHER = re.compile(
    r"zaak|kenmerk|dossier|referentie|aanvraag|beschikking|melding|telefoon|\btel|\bbel|postcode|\bbsn|kenteken|afspraak|"
    r"reference|\bref\b|case|aktenzeichen",
    re.IGNORECASE,
)
_REACH = 60


def find(folded: str, protected: Iterable[Stretch] = ()) -> list[Span]:
    """Find document numbers in a folded message: only near a word such as paspoort or id-kaart, in the same sentence."""
    shields = list(protected)
    spans: list[Span] = []
    for word in _WORD.finditer(folded):
        pattern = _LICENCE if word.lastgroup == "licence" else _DOCUMENT
        for match in pattern.finditer(folded, word.end(), min(len(folded), word.end() + _REACH)):
            between = folded[word.end() : match.start()]
            if re.search(r"[.!?\n]\s", between) or _OTHER.search(between):
                break
            if sum(character.isdigit() for character in match.group()) < 2:
                continue
            if not overlaps(match.start(), match.end(), [*shields, *spans]):
                spans.append(Span(match.start(), match.end(), match.group()))
            break
    return spans
