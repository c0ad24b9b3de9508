"""Numbers that are money only because of the words beside them: "boete van 120", "moet 380 betalen", "ik verdien 1.900"."""

import re
from collections.abc import Iterator

from loket.privacy.spans import Span

_NUMBER = r"(?P<number>[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]{2})?|[0-9]{2,6}(?:[.,][0-9]{2})?)"
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_COUNTED = (
    r"%|procent|uur|km|dagen|weken|maanden|maand|jaar|keer|mensen|personen|jan|feb|maart|mrt|apr|mei|jun|jul|aug|sep|okt|nov|dec|"
    r"m2|kg|st[eu]|e\b|[0-9]|plus|\+|meter|graden"
)
_AFTER_NOUN = re.compile(
    r"(?<![^\W\d_])(?:[^\W\d_]*(?:schuld|boetes?|premie|kosten|toeslag|huur|bijdrage|vordering)|rekening|"
    r"aanslag|huurprijs|bedrag|teruggaaf|teruggave|voorschot|uitkering|inkomen|salaris|loon|leges|"
    r"eigen risico|borg|lening|naheffing|termijn\w*|nota|factuur|"
    r"pensioen|aow|bijstand|kindgebonden budget|kinderbijslag|betalingsregeling|contributie|lesgeld|collegegeld|inleg|spaargeld)"
    r"(?: is| was| wordt| werd)?(?: gehad| gekregen)?(?: van| ad| à)?(?: ongeveer| zo'n| ruim| bijna| nu| maar| nog| wel)*\s"
    rf"{_NUMBER}(?![\w/:-]|[.,][0-9]|\s?(?:{_COUNTED}))",
    re.IGNORECASE,
)
_BEFORE_NOUN = re.compile(
    r"(?<![\w.,/+:-])(?<!in )(?<!op )(?<!sinds )(?<!nr )(?<!nummer )(?<!jaar )"
    rf"{_NUMBER}\s"
    r"(?:(?:moet(?:en)?\s)?terugbetalen|(?:terug)?(?:(?:te\s)?betalen|betaald|betaal)|overgemaakt|overmaken|teveel|te veel|"
    r"te weinig|[^\W\d_]*(?:schuld|boete|huur|toeslag)|per maand|pm\b|p/m|p\.m\.|per week|in de maand|a month|netto|"
    r"bruto|kaal|leges|inleg|"
    r"(?<=[0-9]{3}\s)(?:terug(?!\s(?:naar|bellen|gaan|gegaan|komen))|kwijt|waard))(?![^\W\d_])",
    re.IGNORECASE,
)
# "We betalen ieder 720", "ik verdien rond de 1500": a verb of money, at most a few small words, and nothing counted behind it.
_AFTER_VERB = re.compile(
    r"(?<![^\W\d_])(?:verdien|verdient|verdiende|verdienen|betaal|betaalt|betaalde|betalen|kost|kostte|vraagt|vragen|vroeg|krijg|"
    r"krijgt|kreeg|ontvang|ontvangt|leende|geleend|scheelt|moet|moeten|moest|earn|pay|pays|asks|owe)"
    r"(?: (?:ik|we|wij|hij|zij|ze|ieder|nu|al|nog|maar|ongeveer|zo'n|rond|de|bijna|ruim|minimaal|wel|dan|zelf|samen|netto|bruto|"
    r"about|van|voor|mij|me)){0,3}\s(?P<number>[0-9]{1,3}\.[0-9]{3}|[0-9]{3,5})"
    r"(?=[,.;!?)]?(?:$|\s(?:voor|per|aan|in|en|maar|terwijl|netto|bruto|kaal|huur|erbij|terug|inclusief|exclusief|all|for|a|van|"
    r"huurtoeslag|zorgtoeslag|bijstand|aow|ww)(?![^\W\d_])|[,;!?)]\s|\.\s))",
    re.IGNORECASE,
)
# A number between 1900 and 2099 is a year, unless a word before it says that it is owed or had.
_OWED = re.compile(r"(?:moet|moeten|moest|nog|heb|bedrag|totaal|ongeveer|zo'n|ruim)\s$", re.IGNORECASE)


def find(folded: str) -> Iterator[Span]:
    """Find numbers that the words beside them call money; the value is the number as typed."""
    for pattern in (_AFTER_NOUN, _BEFORE_NOUN, _AFTER_VERB):
        for match in pattern.finditer(folded):
            start, end = match.span("number")
            owed = pattern is _BEFORE_NOUN and _OWED.search(folded, max(0, start - 20), start)
            if owed or not _YEAR.fullmatch(match.group("number")):
                yield Span(start, end, match.group("number"))
