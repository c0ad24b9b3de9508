"""Dutch postcodes, and the house number behind them."""

import re
from typing import NamedTuple

from loket.privacy.lexicon import word_set
from loket.privacy.spans import Span, overlaps

# The letter pairs SA, SD and SS are not issued.
_POSTCODE = re.compile(r"(?<![\w€])(?P<digits>[1-9][0-9]{3})(?P<gap>[ \-.]{0,2})(?P<letters>[A-Za-z] ?[A-Za-z])(?!\w)")
# A gap between the letters ("1234 a b") is only believed behind the word postcode.
_NOT_ISSUED = frozenset({"SA", "SD", "SS"})
# Two-letter words and units that may follow a year or an amount: "sinds 2019 is het", "1500 kg", "betaald in 2024 en".
_WORDS = word_set(
    "aan af al am an as at av ba be bv by cm cv da de do dr du eb ed eg ei el em en er es et eu ex ga go ha hb he hè hm ho hp "
    "hr if ii ik im in is it iv ja je ka kb kg km la li lk lo lp ma mb me mg mi ml mm mn mr mw my na ne no np nr nu of oh "
    "ok om on oo op or ov pk pm po pp qm ra re ro sc se si so st ta te to tv uf um up ur uw va vd ve vi vs wc we wo ww xl ya "
    "yu za ze zo zu zn ca kw kv tm ui us vh"
)
_UNITS = frozenset({"KM", "KG", "CM", "MM", "ML", "GB", "MB", "PK", "EU", "TV", "WC", "VS", "CV", "AM", "PM"})
_CONTEXT = re.compile(
    r"(?:post\s?code|postc|pc|zip(?:\s?code)?|postal\s?code|postleitzahl|plz|kod\s+pocztowy|posta\s+kodu|індекс|"
    r"الرمز\s+البريدي|adres|address|woon\w*|wonen|wonend\w*|straat|laan|weg|plein)\W[^0-9\n]{0,24}(?:[0-9]{1,5}[^0-9\n]{0,6})?$",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r" (?:huis|nr|nummer|straat|op\b|van\b|het\b)", re.IGNORECASE)
_POSTCODE_WORD = re.compile(r"post\s?code\W[^0-9\n]{0,15}$", re.IGNORECASE)
_HOUSE_AFTER = re.compile(r"[ ,]{1,2}[0-9]{1,5}[a-z]?(?!\w)(?! ?(?:euro|%|[.:/-][0-9]))", re.IGNORECASE)
_HOUSE = re.compile(
    r"[\s,;:.]{0,3}(?:en\s+|met\s+|and\s+|und\s+|i\s+|ve\s+|та\s+|і\s+)?"
    r"(?:(?:huis|haus|house|door|dom|mieszkanie|kap[ıi]|бу?д(?:инок)?)?[\s-]?(?:nummer|numer|number|nr|no|num|n°|#)?\.?\s*"
    r"(?:is|:|=)?\s*)?(?P<number>[0-9]{1,5})(?:[\s-]{0,2}(?P<addition>[A-Za-z]{1,2}[0-9]{0,3}|[IV]{1,3}|hs|bis|[0-9]{1,4}))?"
    r"(?!\w)",
    re.IGNORECASE,
)
_HOUSE_BEFORE = re.compile(
    r"(?<![\w.,/-])(?P<number>[0-9]{1,5})(?:[ -]?(?P<addition>[A-Za-z]{1,2}|[0-9]{1,3}|bis|hs))?[\s,;]{1,3}(?:(?:en|in)\s+)?"
    r"(?:(?:de\s+|mijn\s+)?postcode\s+(?:is\s+)?)?$",
    re.IGNORECASE,
)


class HouseNumber(NamedTuple):
    """A house number with its addition, which is empty when there is none."""

    number: int
    addition: str
    end: int


def find(folded: str, taken: list[Span], expected: bool = False) -> list[Span]:
    """Find postcodes in a folded message outside the spans that are taken; the value is `1234AB`.

    Args:
        expected: whether a postcode was asked for; then "1012 en 14" is one too.
    """
    spans = []
    for match in _POSTCODE.finditer(folded):
        if overlaps(match.start(), match.end(), taken):
            continue
        compact = match.group("letters").replace(" ", "").upper()
        asked = expected and compact not in _NOT_ISSUED and not _GOES_ON.match(folded, match.end())
        if asked or _believable(folded, match):
            letters = match.group("letters").replace(" ", "").upper()
            spans.append(Span(match.start(), match.end(), match.group("digits") + letters))
    return spans


def is_word(letters: str) -> bool:
    """Tell whether two letters behind four digits are more likely a word or a unit ("2019 is", "1500 kg")."""
    return letters.lower() in _WORDS


def house_number(folded: str, at: int) -> HouseNumber | None:
    """Read the house number that follows directly at an offset, after a word such as nr or huisnummer if there is one."""
    match = _HOUSE.match(folded, at)
    if match is None or int(match.group("number")) == 0:
        return None
    return HouseNumber(int(match.group("number")), (match.group("addition") or "").upper(), match.end())


def house_number_before(folded: str, at: int) -> HouseNumber | None:
    """Read the house number in front of a postcode: "Dorpsstraat 10a, 1234 AB", "nr 10, 1234 AB"."""
    match = _HOUSE_BEFORE.search(folded, max(0, at - 25), at)
    if match is None or int(match.group("number")) == 0:
        return None
    return HouseNumber(int(match.group("number")), (match.group("addition") or "").upper(), match.end())


def _believable(folded: str, match: "re.Match[str]") -> bool:
    letters, gap = match.group("letters"), match.group("gap")
    compact = letters.replace(" ", "")
    if compact.upper() in _NOT_ISSUED or (compact.lower() in _WORDS and _GOES_ON.match(folded, match.end())):
        return False
    before = max(0, match.start() - 60)
    if " " in letters or gap.strip():
        return _POSTCODE_WORD.search(folded, before, match.start()) is not None
    capitals = compact.isupper() and not folded.isupper()
    if compact.lower() not in _WORDS or (capitals and not (gap and compact in _UNITS)):
        return True
    return _CONTEXT.search(folded, before, match.start()) is not None or (
        capitals and _HOUSE_AFTER.match(folded, match.end()) is not None
    )
