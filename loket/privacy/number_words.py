"""Numbers in words: Dutch and German compounds, English word by word."""

from functools import lru_cache

from loket.privacy.lexicon import plain

_UNITS = {
    "nul": 0, "een": 1, "twee": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6, "zeven": 7, "acht": 8, "negen": 9, "tien": 10,
    "elf": 11, "twaalf": 12, "dertien": 13, "veertien": 14, "vijftien": 15, "zestien": 16, "zeventien": 17, "achttien": 18,
    "negentien": 19, "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "ein": 1, "eins": 1, "eine": 1, "zwei": 2, "drei": 3, "funf": 5,
    "sechs": 6, "sieben": 7, "neun": 9, "zehn": 10, "zwolf": 12, "dreizehn": 13, "vierzehn": 14, "funfzehn": 15,
    "sechzehn": 16, "siebzehn": 17, "achtzehn": 18, "neunzehn": 19,
}  # fmt: skip
_TENS = {
    "twintig": 20, "dertig": 30, "veertig": 40, "vijftig": 50, "zestig": 60, "zeventig": 70, "tachtig": 80, "negentig": 90,
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90, "zwanzig": 20, "dreissig": 30, "dreißig": 30, "vierzig": 40, "funfzig": 50, "sechzig": 60,
    "siebzig": 70, "achtzig": 80, "neunzig": 90,
}  # fmt: skip
_ORDINALS = {
    "eerste": 1, "derde": 3, "achtste": 8, "first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9,
    "twelfth": 12, "twentieth": 20, "thirtieth": 30, "ersten": 1, "erste": 1, "dritten": 3, "siebten": 7,
}  # fmt: skip
_MULTIPLIERS = {"honderd": 100, "duizend": 1000, "hundred": 100, "thousand": 1000, "hundert": 100, "tausend": 1000,
                "miljoen": 1_000_000, "million": 1_000_000}  # fmt: skip
_LINKS = ("en", "und")


@lru_cache(maxsize=8192)
def read(word: str) -> int | None:
    """Return the number that one word stands for ("tweehonderdvijftig" is 250), or None. Accents do not matter."""
    text = plain(word)
    if text in _UNITS:
        return _UNITS[text]
    if text in _TENS:
        return _TENS[text]
    if text in _MULTIPLIERS:
        return _MULTIPLIERS[text]
    if len(text) < 7 or len(text) > 60:
        return None
    return _compound(text)


def _compound(text: str) -> int | None:
    for name, factor in (("duizend", 1000), ("tausend", 1000), ("honderd", 100), ("hundert", 100)):
        left, found, right = text.partition(name)
        if found:
            front = read(left) if left else 1
            back = read(_without_link(right)) if right else 0
            if front is None or back is None or back >= factor or front >= 1000:
                return None
            return front * factor + back
    for tens, value in _TENS.items():
        if text.endswith(tens):
            unit = text[: -len(tens)]
            for link in _LINKS:
                if unit.endswith(link) and 0 < _UNITS.get(unit[: -len(link)], 0) < 10:
                    return value + _UNITS[unit[: -len(link)]]
    return None


def _without_link(text: str) -> str:
    return text[2:] if text.startswith("en") and read(text[2:]) is not None else text


@lru_cache(maxsize=8192)
def read_ordinal(word: str) -> int | None:
    """Return the number of an ordinal word ("eenentwintigste" is 21), or None."""
    text = plain(word)
    if text in _ORDINALS:
        return _ORDINALS[text]
    for ending in ("sten", "ste", "ten", "de", "te", "th"):
        if text.endswith(ending) and (value := read(text[: -len(ending)])) is not None and value > 0:
            return value
    return None


def read_year(word: str) -> int | None:
    """Return the year that one word stands for ("negentientachtig" is 1980, "tweeduizendzes" is 2006), or None."""
    value = read(word)
    if value is not None:
        return value if 1900 <= value <= 2099 else None
    text = plain(word)
    for century in ("negentien", "twintig", "nineteen", "twenty", "neunzehn"):
        rest = read(text[len(century) :]) if text.startswith(century) else None
        if rest is not None and 10 <= rest <= 99:
            return (read(century) or 0) * 100 + rest
    return None


def read_sequence(words: list[str]) -> tuple[int | None, int]:
    """Read the number at the start of a list of words.

    Returns:
        The number and how many words it takes: ("vier", "duizend", "drie", "honderd") is 4300 in four words;
        (None, 0) when the first word is no number.
    """
    total, current, used, last = 0, 0, 0, 0
    seen = False
    for position, word in enumerate(words):
        text = plain(word)
        if seen and text in ("en", "and", "und", "-"):
            continue
        value = int(word) if word.isascii() and word.isdigit() and position == 0 else read(text)
        if value is None or (value == 0 and seen):
            break
        if text in _MULTIPLIERS:
            if text in ("honderd", "hundred", "hundert"):
                current = max(current, 1) * 100
            else:
                total += max(current, 1) * value
                current = 0
        elif seen and not _continues(last, value):
            break
        else:
            current += value
        last, seen, used = value, True, position + 1
    return (total + current, used) if seen else (None, 0)


def _continues(last: int, value: int) -> bool:
    """Tell whether a smaller number can follow: "twintig" after "honderd", "drie" after "twenty", not "zes" after "vijf"."""
    return (last > value and (last >= 100 or (last in _TENS.values() and value < 10))) or (last < 10 and value in _TENS.values())
