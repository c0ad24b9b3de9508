"""International bank account numbers: the ISO 13616 checksum, and finding them however they are spaced."""

import re

from loket.privacy.spans import Span, overlaps

# Structure of the national part (BBAN) by country, from the SWIFT IBAN registry: n = digits, a = letters, c = either.
# The structure matters: without it "de 12 maart ..." would be a German number once in 97 sentences.
_STRUCTURES = (
    "AD8n12c AE19n AL8n16c AT16n AZ4a20c BA16n BE12n BG4a6n8c BH4a14c BI23n BR23n1a1c BY4c4n16c CH5n12c CR18n CY8n16c "
    "CZ20n DE18n DJ23n DK14n DO4c20n EE16n EG25n ES20n FI14n FK2a12n FO14n FR10n11c2n GB4a14n GE2a16n GI4a15c GL14n "
    "GR7n16c GT4c20c HN4a20n HR17n HU24n IE4a14n IL19n IQ4a15n IS22n IT1a10n12c JO4a4n18c KW4a22c KZ3n13c LB4n20c "
    "LC4a24c LI5n12c LT16n LU3n13c LV4a13c LY21n MC10n11c2n MD20c ME18n MK3n10c2n MN16n MR23n MT4a5n18c MU4a19n3a "
    "NI4a20n NL4a10n NO11n OM3n16c PK4a16c PL24n PS4a21c PT21n QA4a21c RO4a16c RS18n RU14n15c SA2n18c SC4a20n3a SD14n "
    "SE20n SI15n SK20n SM1a10n12c SO19n ST21n SV4a20n TL19n TN20n TR6n16c UA6n19c VA18n VG4a16n XK16n YE4a4n18c"
)
SHAPES: dict[str, str] = {
    entry[:2]: "nn" + "".join(kind * int(count) for count, kind in re.findall(r"([0-9]+)([nac])", entry[2:]))
    for entry in _STRUCTURES.split()
}
"""Country -> one letter for each character after the country code (check digits included)."""

_GAP = r"[\s.\-_]{0,3}"
_START = re.compile(rf"([A-Za-z]){_GAP}([A-Za-z]){_GAP}(?=[0-9])")
_NEXT = re.compile(rf"{_GAP}([A-Za-z0-9])")
# A Dutch number with a typing error is still somebody's account: the shape alone is enough.
_DUTCH_SHAPE = re.compile(
    rf"(?<![A-Za-z0-9])[Nn]{_GAP}[Ll](?:{_GAP}[0-9]){{2}}(?:{_GAP}[A-Za-z]){{4}}(?:{_GAP}[0-9]){{8,10}}(?![0-9])"
)


def passes_checksum(iban: str) -> bool:
    """Tell whether a compact, upper-case IBAN has its country's structure and the right check digits (mod 97 is 1)."""
    shape = SHAPES.get(iban[:2], "")
    if not shape or len(iban) != len(shape) + 2:
        return False
    if not all(_fits(character, kind) for character, kind in zip(iban[2:], shape)):
        return False
    return int("".join(str(int(character, 36)) for character in iban[4:] + iban[:4])) % 97 == 1


def find(folded: str) -> list[Span]:
    """Find every IBAN in a folded message; the value is compact and in capitals.

    Found are all numbers that pass the checksum, with any spacing, and everything with the shape of a Dutch IBAN.
    """
    spans: list[Span] = []
    at = 0
    while match := _START.search(folded, at):
        span = _read(folded, match.start(), match.end(), (match.group(1) + match.group(2)).upper())
        if span is not None:
            spans.append(span)
        at = span.end if span is not None else match.start() + 1
    for match in _DUTCH_SHAPE.finditer(folded):
        if not overlaps(match.start(), match.end(), spans):
            compact = "".join(character for character in match.group() if character.isalnum()).upper()
            spans.append(Span(match.start(), match.end(), compact))
    return sorted(spans)


def _read(folded: str, start: int, end: int, country: str) -> Span | None:
    """Read one IBAN from `start`, as long as its characters fit the structure of the country."""
    compact = country
    for kind in SHAPES.get(country, ""):
        following = _NEXT.match(folded, end)
        if following is None or not _fits(following.group(1).upper(), kind):
            return None
        compact += following.group(1).upper()
        end = following.end()
    return Span(start, end, compact) if passes_checksum(compact) else None


def _fits(character: str, kind: str) -> bool:
    if "0" <= character <= "9":
        return kind != "a"
    return kind != "n" and "A" <= character <= "Z"
