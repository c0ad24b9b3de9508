"""Amounts of money in euro: "€ 1.234,56", "4.318 euro", "50 eurootjes", "tweehonderd euro", "1,5k", "12,50"."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from loket.privacy import bare_amounts, number_words
from loket.privacy.lexicon import plain, word_set
from loket.privacy.spans import Span, overlaps
from loket.privacy.words import Word


class FoundAmount(NamedTuple):
    """An amount in euro and where it stands."""

    start: int
    end: int
    euro: float


_NUMBER = (
    r"(?:[0-9]{1,3}(?:[. '][0-9]{3})+(?![0-9])(?:,[0-9]{1,2}(?![0-9]))?|"
    r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]{2}(?![0-9]))?|"
    r"[0-9]+(?:[.,][0-9]{1,2}(?![0-9]))?)"
)
_SCALE = (
    r"(?:\s?(?P<scale>k|duizend|dzd|mille|miljoen|mln|thousand|million|tys\.?|tysi[aą]c\w*|bin|tausend|тис\w*|ألف|الف)"
    r"(?![^\W\d_]))?"
)
_DASH = r"(?:,?\.?\s?(?:-{1,2}|=)(?![0-9\w]))?"
_EURO_WORD = (
    r"(?:€|eu?ro'?t?j?e?s?(?![^\W\d_])|euro(?:tje|otje|otjes|tjes|os|ot|s|'s)|eur(?![^\W\d_])|eurie\w*|eruo|eurp|uero|euri(?![^\W\d_])|"
    r"(?<=[0-9]\s)eu(?!\w|\s(?:land|lid|burger|onderdaan))|"
    r"piek(?![^\W\d_])|ekkies|avro\w*|євро|евро|يورو|اورو|أورو)"
)
_SIGN_FIRST = re.compile(
    rf"(?:€|(?<![^\W\d_])(?:eur|euro)(?![^\W\d_]))\s?(?P<number>{_NUMBER}){_SCALE}{_DASH}(?![0-9])", re.IGNORECASE
)
_WORD_LAST = re.compile(
    rf"(?<![\w.,/+])(?<![^\W\d_]-)(?P<number>{_NUMBER}){_SCALE}{_DASH}\s?-?{_EURO_WORD}"
    rf"(?:\s?(?P<cents>[0-9]{{2}})(?=\s*(?:$|[.,;!?)](?![0-9])|(?:per|voor|en|maar|aan|is|was|terug|te|boete|of|dat|die|moet|kost)\b))|"
    rf"\s(?:en\s)?(?P<named_cents>[0-9]{{1,2}})\s?(?:cent|ct)(?![^\W\d_]))?",
    re.IGNORECASE,
)
_CENTS = re.compile(r"(?<![\w.,/+-])(?P<number>[0-9]{1,3})\s?(?:eurocent|cents?|ct)(?![^\W\d_])", re.IGNORECASE)
_DASHED = re.compile(r"(?<![\w.,/+-])(?P<number>[0-9]{1,3}(?:\.[0-9]{3})*|[0-9]+),\s?(?:-{1,2}|=)(?![0-9\w])")
_THOUSANDS_WORD = re.compile(
    r"(?<![\w.,/+-])(?P<number>[0-9]{1,3}(?:[.,][0-9])?)\s?(?P<scale>duizend|mille)(?![\w-])"
    r"(?!\s(?:mensen|km|kilometer|keer|stuks|inwoners|woorden|brieven|huizen|mannen|vrouwen|kinderen|jaar|m2|kg|bezoekers|leden))",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"(?<![\w.,/+-])(?P<number>[0-9]{1,3}(?:[.,][0-9])?)\s?(?P<scale>k)(?![\w/-])", re.IGNORECASE)
_BARE_CENTS = re.compile(
    r"(?<![\w.,/+:-])(?P<number>[0-9]{1,3}(?:\.[0-9]{3})*,[0-9]{2}|[0-9]{4,6},[0-9]{2})(?![\w/:-]|[.,][0-9]|\s?(?:%|procent|uur|u\b|km|m2|"
    r"m\b|meter|kg|gram|graden|punten|liter|jaar|°|ha\b))"
)
_RANGE = re.compile(rf"(?<![\w.,/+-])(?P<number>{_NUMBER})\s?(?:-|à|a|tot|of|naar|/|en|to|bis|or)\s?(?:€\s?)?$", re.IGNORECASE)
_RANGE_AND = re.compile(r"(?:tussen|between|zwischen)\s(?:de\s)?€?\s?$", re.IGNORECASE)
_SCALES = {"k": 1000, "duizend": 1000, "dzd": 1000, "mille": 1000, "thousand": 1000, "bin": 1000, "tausend": 1000, "tys": 1000,
           "tys.": 1000, "ألف": 1000, "الف": 1000, "miljoen": 1_000_000, "mln": 1_000_000, "million": 1_000_000}  # fmt: skip
_EURO_KEYS = word_set("€ euro euros eur eurootjes eurotjes eurotje euroos piek avro eurotjs")
_VAGUE = word_set("paar enkele some few several honderden duizenden tientallen")


def find(folded: str, words: Sequence[Word], taken: Sequence[Span]) -> list[FoundAmount]:
    """Find amounts in a folded message outside the spans that are taken.

    "Een tientje", "een paar honderd euro" and other currencies are left alone. A bare number counts only with cents, with k,
    or beside a word such as boete or betalen.
    """
    found: list[FoundAmount] = []
    for amount in _candidates(folded, words):
        if amount.euro > 0 and not overlaps(amount.start, amount.end, [*taken, *found]):
            found.append(amount)
            lower = _lower_end(folded, amount)
            if lower is not None and not overlaps(lower.start, lower.end, [*taken, *found]):
                found.append(lower)
    return sorted(found)


def read(number: str) -> float:
    """Return the value of a number as typed: comma and dot are told apart by the digits behind them."""
    compact = re.sub(r"[ ']", "", number)
    thousands = re.fullmatch(r"([0-9]{1,3}(?:[.,][0-9]{3})+)(?:[.,]([0-9]{1,2}))?", compact)
    if thousands and not re.fullmatch(r"0[.,][0-9]{3}", compact):
        whole = re.sub(r"[.,]", "", thousands.group(1))
        return float(f"{whole}.{thousands.group(2) or 0}")
    return float(compact.replace(",", "."))


def _candidates(folded: str, words: Sequence[Word]) -> Iterator[FoundAmount]:
    for match in _WORD_LAST.finditer(folded):
        value = _value(match)
        cents = match.group("cents") or match.group("named_cents")
        end = match.end()
        if cents and value == int(value):
            value += int(cents) / 100
        elif cents:
            end = match.start("cents") if match.group("cents") else match.start("named_cents")
        yield FoundAmount(match.start(), _trimmed(folded, match.start(), end), round(value, 2))
    for match in _SIGN_FIRST.finditer(folded):
        yield FoundAmount(match.start(), match.end(), _value(match))
    yield from _in_words(words)
    for match in _CENTS.finditer(folded):
        yield FoundAmount(match.start(), match.end(), round(int(match.group("number")) / 100, 2))
    for pattern in (_DASHED, _THOUSANDS, _THOUSANDS_WORD, _BARE_CENTS):
        for match in pattern.finditer(folded):
            yield FoundAmount(match.start(), match.end(), _value(match))
    for span in bare_amounts.find(folded):
        yield FoundAmount(span.start, span.end, read(span.value))


def _value(match: "re.Match[str]") -> float:
    value = read(match.group("number"))
    scale = match.groupdict().get("scale")
    if scale:
        value *= _SCALES.get(scale.lower(), 1000)
    return round(value, 2)


def _trimmed(folded: str, start: int, end: int) -> int:
    return start + len(folded[start:end].rstrip())


def _lower_end(folded: str, amount: FoundAmount) -> FoundAmount | None:
    """Return the number before an amount that shares its unit: "van 300 naar 450 euro", "100-200 euro"."""
    match = _RANGE.search(folded, max(0, amount.start - 25), amount.start)
    if match is None:
        return None
    text = match.group()
    if re.search(r"\ben\b", text) and not _RANGE_AND.search(folded[: match.start()]):
        return None
    value = read(match.group("number"))
    if not amount.euro / 20 <= value <= amount.euro * 20 or "€" in text:
        return None
    return FoundAmount(match.start(), match.end("number"), value)


def _in_words(words: Sequence[Word]) -> Iterator[FoundAmount]:
    """Find numbers in words before the word euro: "vier duizend driehonderd euro"."""
    for position, word in enumerate(words):
        if plain(word.text) not in _EURO_KEYS:
            continue
        first, value = position, None
        for start in range(position - 1, max(-1, position - 7), -1):
            read_value, used = number_words.read_sequence([w.key for w in words[start:position]])
            if read_value is None or used != position - start or words[start].key in ("en", "and", "und"):
                if words[start].key not in ("en", "and", "und"):
                    break
                continue
            first, value = start, read_value
        if value is None or (first and words[first - 1].key in _VAGUE) or words[first].key.isdigit():
            continue
        if value == 1 and words[first].text in ("een", "Een", "ein", "EEN"):
            continue
        yield FoundAmount(words[first].start, word.end, float(value))
