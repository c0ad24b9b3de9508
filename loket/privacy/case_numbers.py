"""Case numbers, references and file numbers, literally as typed.

Organisations number as they like, so there are two ways to recognise one: by its own shape (`ZAAK-2026-0000000001`,
`BZW/2026/0883`, `1234.56.789.H.67.01`), or by the word before it (`kenmerk 12.34.567`, `zaak nr 123 456`).
"""

import re
from collections.abc import Iterator, Sequence

from loket.privacy.case_words import BEHIND, STRONG, WEAK, is_other_number
from loket.privacy.lexicon import word_set
from loket.privacy.postcodes import is_word
from loket.privacy.spans import Span, overlaps

_YEAR = r"(?:19|20)[0-9]{2}"
_SHAPES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<!\w)ECLI:[A-Z]{2}:[A-Z]+:[0-9]{4}:[A-Z0-9.]*[A-Z0-9]",
        # Tax assessment: the person's number, a letter for the kind of tax, the year and a sequence number.
        r"(?<![\w.])[0-9]{4}[. ]?[0-9]{2}[. ]?[0-9]{3}[. ]?[A-Z][. ]?[0-9]{2}(?:[. ]?[0-9]{2,4})?(?![\w])",
        # Court lists: C/13/712345 / HA ZA 26-123, AWB 26/1234, SGR 26/1234 WMO.
        r"(?<![\w/])C/[0-9]{2}/[0-9]{5,6}(?: ?/ ?[A-Z]{2}(?: [A-Z]{2})? [0-9]{2}[-/][0-9]{1,4})?(?!\w)",
        r"(?<!\w)(?:AWB|SGR|AMS|UTR|ROT|ARN|GEL|BRE|ZWB|HAA|NHO|ZWO|OVE|LEE|GRO|LNN|SHE|OBR|ROE|LIM|MNE|DHA)"
        r"[ _-]?[0-9]{2}[/-][0-9]{1,5}(?!\w)",
        # A prefix and a space: ZAAK 2026 0000000001, Z 2026-118204.
        rf"(?<!\w)(?!(?i:zaak|nr|nummer) )(?:[A-Z][A-Z&]{{0,5}}|[Zz]k?) {_YEAR}[-/. ][0-9]{{3,}}"
        r"(?:[-/.][0-9]+| [0-9]{3,6}(?!\w))*(?!\w)",
        # The list of a subdistrict court: 11220938 CV EXPL 26-771.
        r"(?<!\w)[0-9]{6,8} ?/? ?(?:CV|EJ|VZ|MB|AZ|HA)(?: [A-Z]{2,5}){0,2} [0-9]{2}[-/][0-9]{1,5}(?!\w)",
        r"(?<![\w/])[Zz] ?[0-9]{6,}(?:[-/][0-9]+)*(?!\w)",
        # A short prefix, the year in two digits and a sequence number: ISDE 26-118-7702, FA RK 26-4410.
        r"(?<!\w)(?:(?:FA|HA|KG) (?:RK|ZA)|(?!TEL |NR |BSN |PB )[A-Z]{2,5}) [0-9]{2}[-/][0-9]{3,}(?:[-/.][0-9]+)*(?!\w)",
        # A day and a sequence number: 20261101-0045.
        r"(?<![\w./-])20[0-4][0-9][01][0-9][0-3][0-9][-/][0-9]{2,}(?![\w-])",
        # Glued: ZK123456, WMO2026001234.
        r"(?<![\w/.-])[A-Z]{1,6}[0-9]{5,}(?:[-/][A-Z0-9]+)*(?![\w])",
        # Year and sequence number: 2026-118204, 2026/04711.
        r"(?<![\w€./-])20[0-4][0-9][-/.](?!(?:19|20)[0-9]{2}(?![0-9]))[0-9]{4,}(?:[-/.][0-9]+)*(?![\w])",
        # CJIB and payment references: sixteen digits, whole or by four.
        r"(?<![\w+€.,-])(?:[0-9]{16}|[0-9]{4}(?:[ .-][0-9]{4}){3}|[0-9](?: [0-9]{4}){3} [0-9]{1,3})(?![\w])",
    )
)
_JOINED = re.compile(r"(?<![\w@./:-])[A-Za-z0-9]+(?:[-/_.][A-Za-z0-9]+)+(?![\w@]|[-/_.][\w])")
_PLATE = re.compile(
    r"[A-Za-z]{1,3}-[0-9]{1,3}-[A-Za-z]{1,3}|[0-9]{1,3}-[A-Za-z]{2,3}-[0-9]{1,2}|[A-Za-z]{2}-[0-9]{2}-[0-9]{2}|"
    r"[0-9]{2}-[0-9]{2}-[A-Za-z]{2}|[A-Za-z]{2}-[A-Za-z]{2}-[0-9]{2}|[0-9]{2}-[A-Za-z]{2}-[A-Za-z]{2}"
)
_POSTCODE_START = re.compile(r"[1-9][0-9]{3}[A-Za-z]{2}(?![A-Za-z])")
_NO_PREFIX = word_set(
    "tel mob mobiel telefoon bsn sofi iban nr no huisnr covid sars iso en nen wcag digid www http https btw kvk rsin euro "
    "eur km kg cm mm min uur plus jan feb mrt apr mei jun jul aug sep sept okt nov dec postbus pb bus"
)
_FILLER = (
    r"(?:[\s:;=#\-(\"'*\[]|№|\b(?:is|was|luidt|betreft|heeft|van mij|van mijn zaak|mijn|dus|namelijk|met|onder|het|dat|dit|"
    r"zijn|zijnde|nummers?|nummr|numer|nr|nrs|no|code|number|num|of|for|ist|lautet|to|jest|ma|olan|це|є|هو|هي|"
    r"zaak|zaaknummer|kenmerk)\b\.?)"
)
_LINK = re.compile(rf"\.?{_FILLER}{{0,8}}")
_WORD = re.compile(r"[A-Za-z0-9]+(?:[-/._&][A-Za-z0-9]+)*")
_MORE_DIGITS = re.compile(r" ([0-9]{2,6})(?![\w]|[-/.:,][0-9])")
_AFTER_LETTERS = re.compile(r" ?([0-9]+(?:[-/.][A-Za-z0-9]+)*)(?![\w])")
_MORE_LETTERS = re.compile(r" ([A-Z]{1,4})(?!\w)(?= ?[0-9]|\s*$|[.,;!?)])")
_UNIT = re.compile(
    r"\s?(?:€|euro|eur\b|ct\b|cent|%|procent|uur|dagen|weken|maanden|jaar|keer|km\b|m2|kg\b|personen|mensen|jan\w*|feb\w*|"
    r"maart|mrt|apr\w*|mei|jun\w*|jul\w*|aug\w*|sep\w*|okt\w*|nov\w*|dec\w*)",
    re.IGNORECASE,
)
_FULL_DATE = re.compile(rf"[0-3]?[0-9][-/.][01]?[0-9][-/.](?:{_YEAR}|[0-9]{{2}})|{_YEAR}[-/.][01]?[0-9][-/.][0-3]?[0-9]")
_GLUED = re.compile(r"[-/_][0-9]")
_AND = re.compile(r"\s?(?:,|;|&|\+|/|\ben\b|\band\b|\bund\b|\bi\b|\bve\b|\bof\b|,\s?en\b)\s?")


def find_shaped(folded: str, taken: Sequence[Span] = ()) -> list[Span]:
    """Find numbers that only a case number can look like, without any word before them."""
    spans: list[Span] = []
    for match in sorted(_shaped(folded), key=lambda match: (match.start(), -match.end())):
        if not overlaps(match.start(), match.end(), [*taken, *spans]):
            spans.append(Span(match.start(), match.end(), match.group()))
    return sorted(spans)


def find_announced(folded: str, taken: Sequence[Span] = ()) -> list[Span]:
    """Find the numbers that a word such as zaaknummer, kenmerk or dossier announces, before or behind them."""
    spans = _beside(folded, STRONG, True, taken)
    for match in BEHIND.finditer(folded):
        start, end = match.span("number")
        if not overlaps(start, end, [*taken, *spans]) and not _FULL_DATE.fullmatch(match.group("number")):
            spans.append(Span(start, end, match.group("number")))
    return sorted(spans)


def find_mentioned(folded: str, taken: Sequence[Span] = ()) -> list[Span]:
    """Find the numbers behind a word that may announce one: zaak, aanvraag, boete, nummer."""
    return sorted(_beside(folded, WEAK, False, taken))


def _beside(folded: str, words: "re.Pattern[str]", strong: bool, taken: Sequence[Span]) -> list[Span]:
    spans: list[Span] = []
    for word in words.finditer(folded):
        if is_other_number(folded, word) or (not strong and _GLUED.match(folded, word.end())):
            continue
        for span in _behind_word(folded, word.end(), strong, taken):
            if not overlaps(span.start, span.end, spans):
                spans.append(span)
    return spans


def _shaped(folded: str) -> Iterator["re.Match[str]"]:
    for match in _JOINED.finditer(folded):
        if _is_identifier(match.group()):
            yield match
    for pattern in _SHAPES:
        yield from pattern.finditer(folded)


def _is_identifier(word: str) -> bool:
    """Tell whether letters and digits joined by hyphens, slashes or dots are a reference and not a word or an address."""
    parts = re.split(r"[-/_.]", word)
    digits = sum(character.isdigit() for character in word)
    letters = [run for run in re.findall(r"[A-Za-z]+", word)]
    if not letters or digits < 4 or _PLATE.fullmatch(word) or _POSTCODE_START.match(word):
        return False
    if any(run.lower() in _NO_PREFIX for run in letters) or max(map(len, letters)) > 8:
        return False
    if "." in word and (not all(run.isupper() for run in letters) or max(map(len, letters)) > 5):
        return False
    if letters[0] != re.match(r"[A-Za-z]*", word).group():  # type: ignore[union-attr]
        # "3500-euro", "2026-ers": a number first needs capitals after it.
        return digits >= 5 and all(run.isupper() for run in letters) and len(letters) <= 3
    numbers = [part for part in parts if any(character.isdigit() for character in part)]
    return digits >= 5 or (len(numbers) >= 2 and letters[0].isupper()) or letters[0].lower() in ("zaak", "z", "zk")


def _behind_word(folded: str, at: int, strong: bool, taken: Sequence[Span]) -> Iterator[Span]:
    """Read one number, or several in a row ("12345 en 12346"), behind a word that announces a case number."""
    link = _LINK.match(folded, at)
    start = link.end() if link else at
    while span := _number_at(folded, start, strong, taken):
        yield span
        following = _AND.match(folded, span.end)
        if following is None:
            return
        start = following.end()


def _number_at(folded: str, start: int, strong: bool, taken: Sequence[Span]) -> Span | None:
    for pattern in _SHAPES:
        shaped = pattern.match(folded, start)
        if shaped is not None and not overlaps(start, shaped.end(), taken):
            return Span(start, shaped.end(), shaped.group())
    word = _WORD.match(folded, start)
    if word is None or (start and (folded[start - 1].isalnum() or folded[start - 1] in "+€")):
        return None
    text = word.group()
    after = folded[word.end() : word.end() + 1]
    if overlaps(start, word.end(), taken) or _FULL_DATE.fullmatch(text) or after.isalnum() or after in ("@", "€"):
        return None
    if text.isalpha() and (sum(letter.isupper() for letter in text) < min(2, len(text)) or len(text) > 6 or is_word(text)):
        return None
    end = _extend(folded, start, word.end(), taken)
    number = folded[start:end]
    digits = sum(character.isdigit() for character in number)
    if digits < (3 if strong else 4) or _UNIT.match(folded, end) or re.match(r",[0-9]", folded[end:]):
        return None
    if not strong and (
        re.fullmatch(rf"(?:[A-Z]+ )?{_YEAR}|[0-3]?[0-9][-/][01]?[0-9]", number)
        or (number == text and _POSTCODE_START.match(text))
    ):
        return None
    return Span(start, end, number)


def _extend(folded: str, start: int, end: int, taken: Sequence[Span]) -> int:
    """Take in the next groups of a number that is typed with spaces: "123 456", "2026 AB 1234", "OV 2026-31877"."""
    while True:
        last = folded[start:end].rsplit(" ", 1)[-1]
        if last.isalpha():
            more = _AFTER_LETTERS.match(folded, end)
        elif len(last) <= 6:
            more = (_MORE_DIGITS.match(folded, end) if last.isdigit() else None) or _MORE_LETTERS.match(folded, end)
        else:
            more = None
        if more is None or overlaps(more.start(), more.end(), taken) or _begins_something_else(folded, more):
            return end
        end = more.end()


def _begins_something_else(folded: str, more: "re.Match[str]") -> bool:
    """Tell whether the next group of digits begins a date, an amount or a postcode."""
    if not more.group(1).isdigit():
        return is_word(more.group(1))
    if _UNIT.match(folded, more.end()):
        return True
    postcode = re.compile(r" ?([A-Za-z]{2})(?!\w)").match(folded, more.end())
    return len(more.group(1)) == 4 and postcode is not None and not is_word(postcode.group(1))
