"""Days that are named from today: "gisteren", "afgelopen vrijdag", "vorige week dinsdag", "precies 3 weken geleden"."""

import calendar
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from spacy.matcher import Matcher

from loket.privacy import number_words
from loket.privacy.calendar_words import RELATIVE, SHORT_WEEKDAYS, UNITS, WEEKDAYS
from loket.privacy.lexicon import plain
from loket.privacy.tense import direction
from loket.privacy.words import CALENDAR_WORDS, DAY, NUMBER, ORDINAL, TWO_DIGITS, ClosedVocabulary, Word

_TRIGGERS = frozenset({*RELATIVE, *WEEKDAYS, *UNITS, "dezer"})
_Pattern = list[dict[str, Any]]


def _words(text: str) -> list[str]:
    return [plain(word) for word in text.split()]


_LAST = _words("afgelopen vorige laatste verleden voorbije jl last letzten letzter letzte zeszły zeszłą ostatni ubiegły geçen "
               "минулої минулого минулий")  # fmt: skip
_NEXT = _words("komt komende aanstaande aankomende eerstkomende eerstvolgende komend next nächsten nächster kommenden kommender "
               "przyszły najbliższy gelecek önümüzdeki наступної наступного наступний")  # fmt: skip
_THIS = _words("deze this diesen dieser")
_WEEK = _words("week woche")
_LAST_WEEK = _words("vorige verleden last letzte letzten")
_NEXT_WEEK = _words("volgende komende aanstaande next nächste nächsten")
_AGO = _words("geleden ago temu önce тому terug")
_IN = _words("over in za через")
_ENDINGS = ("e", "de", "ste")
_MONTHS_FROM_NOW = {"deze": 0, "volgende": 1, "komende": 1, "vorige": -1, "afgelopen": -1, "dezer": 0}
_PRECISE: tuple[tuple[str, ...], ...] = (
    *((word,) for word in _words("precies exact exactly genau dokładnie tam рівно precis presies")),
    *(tuple(_words(phrase)) for phrase in ("op de dag af", "op de kop af", "op de dag nauwkeurig", "to the day")),
)
_FILLER = ("op", "on", "am")
_DAY_BEFORE = (("day", "before", "yesterday"), ("dag", "voor", "gisteren"), ("evvelsi", "gun"))
_DAY_AFTER = (("day", "after", "tomorrow"), ("dag", "na", "morgen"))
_MORNING = frozenset(
    {"goede", "goeie", "goeden", "guten", "elke", "iedere", "de", "heute", "gestern", "gisteren", "gooi", "goei", "goedem"}
)
_HABIT = frozenset(_words("altijd elke iedere vaak meestal normaal vaste open geopend dicht gesloten openingstijden every always "
                          "jeden każdy her кожен кожну hoe laat"))  # fmt: skip
_LIST = frozenset({"en", "of", "t", "tot", "-", "/", "and", "or", "to", "bis", "und", "tm", ",", "&"})


def _one_of(words: Sequence[str]) -> dict[str, Any]:
    return {"ORTH": {"IN": list(words)}}


def _phrase(words: Sequence[str]) -> _Pattern:
    """Return the pattern of literal words; a string is taken character by character, as "a.s." is split."""
    return [{"ORTH": word} for word in words]


class RelativeDates:
    """Finds days that are named from today, with spaCy token patterns over the closed vocabulary."""

    def __init__(self) -> None:
        patterns = _patterns()
        known = {word for group in patterns.values() for pattern in group for token in pattern for word in _orth(token["ORTH"])}
        self._vocabulary = ClosedVocabulary(known | CALENDAR_WORDS)
        self._matcher = Matcher(self._vocabulary.vocab)
        for name, group in patterns.items():
            self._matcher.add(name, group)

    def find(self, words: Sequence[Word], today: date) -> list[tuple[int, int, date]]:
        """Return the range of words and the day of every relative date, without overlap, longest first."""
        if not any(word.key in _TRIGGERS or word.text == "dün" for word in words):
            return []
        document = self._vocabulary.document(list(words))
        found: list[tuple[int, int, date]] = []
        matches = sorted(self._matcher(document), key=lambda match: (match[1] - match[2], match[1]))
        for label, first, last in matches:
            if any(first < other[1] and other[0] < last for other in found):
                continue
            day = _resolve(self._vocabulary.vocab.strings[label], words, first, last, today)
            if day is not None:
                found.append((first, last, day))
        for position, word in enumerate(words):
            if word.text == "dün":
                found.append((position, position + 1, today - timedelta(days=1)))
        return sorted(found)


def _orth(value: str | dict[str, list[str]]) -> list[str]:
    return [value] if isinstance(value, str) else value["IN"]


def _patterns() -> dict[str, list[_Pattern]]:
    weekday = _one_of([word for word in WEEKDAYS if word not in SHORT_WEEKDAYS])
    relative = _one_of(list(RELATIVE))
    number = _one_of([NUMBER, DAY, TWO_DIGITS])
    unit = _one_of(list(UNITS))
    week, ago, later = _one_of(_WEEK), _one_of(_AGO), _one_of(_IN)
    filler = {**_one_of(_FILLER), "OP": "?"}
    amount = [number, unit]
    day, ending, of = _one_of([DAY, ORDINAL]), {**_one_of(_ENDINGS), "OP": "?"}, {**_one_of(["van"]), "OP": "?"}
    month_from_now = _one_of(list(_MONTHS_FROM_NOW))
    back: list[_Pattern] = [[relative, number, unit, ago]]
    ahead: list[_Pattern] = [[relative, later, number, unit]]
    for precise in map(_phrase, _PRECISE):
        back += [[*precise, *amount, ago], [*amount, ago, *precise], [*amount, *precise, ago], [relative, *precise, *amount, ago]]
        back.append([{"ORTH": "vor"}, *precise, *amount])
        ahead += [
            [*precise, later, *amount],
            [later, *precise, *amount],
            [later, *amount, *precise],
            [relative, *precise, later, *amount],
        ]
    return {
        "last": [[_one_of(_LAST), weekday], [weekday, _one_of(["jl", "jongstleden"])], [weekday, *_phrase("j.l")],
                 [weekday, *_phrase("j.l.")], [{"ORTH": "jl"}, weekday], [*_phrase("jl."), weekday], [*_phrase("j.l."), weekday],
                 [_one_of(["afgelopen"]), week, filler, weekday]],
        "next": [[_one_of(_NEXT), weekday], [weekday, _one_of(["aanstaande", "aankomende", "as"])], [weekday, *_phrase("a.s")],
                 [weekday, *_phrase("a.s.")], [{"ORTH": "as"}, weekday], [*_phrase("a.s."), weekday]],
        "this": [[_one_of(_THIS), weekday]],
        "following": [[_one_of(["volgende"]), weekday]],
        "last week": [[_one_of(_LAST_WEEK), week, filler, weekday], [weekday, _one_of(_LAST_WEEK), week],
                      [weekday, _one_of(["in"]), _one_of(_LAST_WEEK), week], [weekday, _one_of(["afgelopen"]), week]],
        "next week": [[_one_of(_NEXT_WEEK), week, filler, weekday], [weekday, _one_of(_NEXT_WEEK), week],
                      [weekday, _one_of(["in"]), _one_of(_NEXT_WEEK), week]],
        "this week": [[_one_of(_THIS), week, filler, weekday], [weekday, _one_of(_THIS), week]],
        "ago": back,
        "in": ahead,
        "two days back": [_phrase(words) for words in _DAY_BEFORE],
        "two days on": [_phrase(words) for words in _DAY_AFTER],
        "month": [[day, ending, of, month_from_now, {"ORTH": "maand"}], [day, ending, {"ORTH": "dezer"}]],
        "word": [[relative]],
        "weekday": [[weekday]],
    }  # fmt: skip


def _resolve(name: str, words: Sequence[Word], first: int, last: int, today: date) -> date | None:
    keys = [word.key for word in words[first:last]]
    if name == "word":
        return _of_word(words, first, today)
    if name in ("two days back", "two days on"):
        return today + timedelta(days=-2 if name.endswith("back") else 2)
    if name in ("ago", "in"):
        return _of_interval(keys, today, -1 if name == "ago" else 1)
    if name == "month":
        return _of_month(keys, today)
    weekday = next(WEEKDAYS[key] for key in keys if key in WEEKDAYS)
    monday = today - timedelta(days=today.weekday())
    if name.endswith(" week") or name == "following":
        weeks = {"last week": -1, "this week": 0, "next week": 1, "following": 1}[name]
        return monday + timedelta(days=7 * weeks + weekday)
    if name == "weekday":
        return _of_bare_weekday(words, first, weekday, today)
    if name == "last":
        return _before(today, weekday)
    return _after(today, weekday)


def _before(today: date, weekday: int) -> date:
    return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)


def _after(today: date, weekday: int) -> date:
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _of_word(words: Sequence[Word], position: int, today: date) -> date | None:
    key = words[position].key
    before = words[position - 1].key if position else ""
    after = words[position + 1].key if position + 1 < len(words) else ""
    if key == "morgen":
        if before in _MORNING or (
            position == 0 and after in ("", ",", "!", ".", "allemaal", "mevrouw", "meneer", "dames", "heer")
        ):
            return None
        if before == "van" and direction(words, position - 1, position + 1) == "past":
            return today
    if (key == "vandaag" and after in ("de", "of")) or (key == "heden" and (before in ("op", "tot") or after == "ten")):
        return None
    if key == "morgen" and before == "of" and position >= 2 and words[position - 2].key == "vandaag":
        return None
    return today + timedelta(days=RELATIVE[key])


def _of_interval(keys: Sequence[str], today: date, sign: int) -> date | None:
    base = next((today + timedelta(days=RELATIVE[key]) for key in keys if key in RELATIVE), today)
    at = next((i for i, key in enumerate(keys) if key in UNITS and i and _count(keys[i - 1]) is not None), None)
    if at is None:
        return None
    count = (_count(keys[at - 1]) or 0) * sign
    unit = UNITS[keys[at]]
    if unit in ("day", "week"):
        return base + timedelta(days=count * (7 if unit == "week" else 1))
    months = base.year * 12 + base.month - 1 + count * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    if not 1 <= year <= 9999:
        return None
    return date(year, month + 1, min(base.day, calendar.monthrange(year, month + 1)[1]))


def _of_month(keys: Sequence[str], today: date) -> date | None:
    """Return "de 15e van deze maand" as a day, or None when that month has no such day."""
    day = int(keys[0]) if keys[0].isdigit() else number_words.read_ordinal(keys[0])
    later = next(step for key, step in _MONTHS_FROM_NOW.items() if key in keys)
    year, month = divmod(today.year * 12 + today.month - 1 + later, 12)
    if day is None or not 1 <= day <= calendar.monthrange(year, month + 1)[1]:
        return None
    return date(year, month + 1, day)


def _count(key: str) -> int | None:
    return int(key) if key.isdigit() else number_words.read(key)


def _of_bare_weekday(words: Sequence[Word], position: int, weekday: int, today: date) -> date | None:
    """Return the day for a weekday alone, only when the sentence looks back or ahead and is not about every week."""
    if any(_is_weekday(words, at) for at in _list_neighbours(words, position)):
        return None
    if {word.key for word in words[max(0, position - 8) : position + 8]} & _HABIT:
        return None
    if position + 1 < len(words) and _tells_time(words, position + 1):
        looks: str | None = "past" if direction(words, position, position + 1) == "past" and _is_had(words) else "future"
    else:
        looks = direction(words, position, position + 1, clause_only=True)
    if looks is None and position and words[position - 1].key in ("is", "sinds"):
        looks = "past" if words[position - 1].key == "sinds" else "future"
    if looks is None:
        return None
    return _before(today, weekday) if looks == "past" else _after(today, weekday)


def _tells_time(words: Sequence[Word], at: int) -> bool:
    """Tell whether a time of day follows: "maandag 9 uur", "vrijdag om 10.30"."""
    if words[at].key == "om":
        return True
    return words[at].key.isdigit() and at + 1 < len(words) and words[at + 1].key in ("uur", "u", ":")


def _is_had(words: Sequence[Word]) -> bool:
    return any(word.key in ("had", "was", "were", "hatte", "waren", "hadden") for word in words)


def _is_weekday(words: Sequence[Word], at: int) -> bool:
    return 0 <= at < len(words) and words[at].key in WEEKDAYS


def _list_neighbours(words: Sequence[Word], position: int) -> Iterator[int]:
    """Yield the positions where another weekday of the same list may stand ("maandag t/m vrijdag")."""
    for step in (-1, 1):
        at = position + step
        while 0 <= at < len(words) and (words[at].key in _LIST or words[at].key in ("met", "m")) and abs(at - position) <= 4:
            at += step
        if abs(at - position) > 1:
            yield at


@lru_cache(maxsize=1)
def relative_dates() -> RelativeDates:
    """Return the finder of this process."""
    return RelativeDates()
