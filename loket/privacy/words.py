"""The message as words, and as a spaCy document over a closed vocabulary.

The matchers see only words from our own lists: a known word stands for itself (a misspelt one for the right one), a number
for its class, anything else for UNKNOWN. So the vocabulary never grows with what people type (a name or number does not end
up in spaCy's string store), and every lexeme is built once.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from spacy.tokens import Doc
from spacy.vocab import Vocab

from loket.privacy import number_words
from loket.privacy.calendar_words import MONTHS, NOT_TYPOS, RELATIVE, TYPO_PROOF, UNITS, WEEKDAYS
from loket.privacy.lexicon import plain

UNKNOWN, NUMBER, ORDINAL, DAY, TWO_DIGITS, YEAR, DIGITS = "·", "·NUMBER", "·ORDINAL", "·DAY", "·TWO", "·YEAR", "·DIGITS"
_CLASSES = (UNKNOWN, NUMBER, ORDINAL, DAY, TWO_DIGITS, YEAR, DIGITS)
_TOKEN = re.compile(r"[0-9]+|(?:[^\W\d_][\u0300-\u036f\u064b-\u065f\u0670]*)+|[^\w\s]|_")


class Word(NamedTuple):
    """One word, number or mark of a message.

    Attributes:
        start, end: offsets in the message.
        text: as typed (folded).
        key: small letters, no accents; the right spelling when a calendar word was misspelt.
        glued: no space before it.
    """

    start: int
    end: int
    text: str
    key: str
    glued: bool

    @property
    def capital(self) -> bool:
        """Whether it starts with a capital."""
        return self.text[0].isupper()


def split(folded: str) -> list[Word]:
    """Split a folded message in words, digits and marks."""
    words = []
    end = -1
    for match in _TOKEN.finditer(folded):
        text = match.group()
        words.append(Word(match.start(), match.end(), text, key_of(text), match.start() == end))
        end = match.end()
    return words


@lru_cache(maxsize=65536)
def key_of(text: str) -> str:
    """Return the lookup form of one word; digits and marks stand for themselves."""
    if not text[0].isalpha():
        return text
    word = plain(text)
    return _calendar_typo(word) or word


def _calendar_typo(word: str) -> str | None:
    """Return the calendar word that this is a misspelling of, if it is one letter away from exactly one."""
    if len(word) < 5 or word in NOT_TYPOS or word in MONTHS or word in WEEKDAYS or word in RELATIVE:
        return None
    near = {target for target in TYPO_PROOF if len(target) > 4 and within_one_edit(word, target)}
    if not near and len(word) >= 7:
        # Long names survive two slips ("febrauri", "decemer"), as long as they start and end alike.
        near = {t for t in TYPO_PROOF if len(t) >= 8 and t[0] == word[0] and t[-1] == word[-1] and _within_two(word, t)}
    return near.pop() if len(near) == 1 else None


def within_one_edit(word: str, target: str) -> bool:
    """Tell whether two words differ by one inserted, missing, replaced or swapped letter (or not at all)."""
    if abs(len(word) - len(target)) > 1:
        return False
    start = 0
    limit = min(len(word), len(target))
    while start < limit and word[start] == target[start]:
        start += 1
    if len(word) == len(target):
        swapped = word[start : start + 2] == target[start : start + 2][::-1]
        return word[start + 1 :] == target[start + 1 :] or (swapped and word[start + 2 :] == target[start + 2 :])
    longer, shorter = (word, target) if len(word) > len(target) else (target, word)
    return longer[start + 1 :] == shorter[start:]


def _within_two(word: str, target: str) -> bool:
    if abs(len(word) - len(target)) > 2:
        return False
    shorter_by_one = {word[:i] + word[i + 1 :] for i in range(len(word))}
    swapped = {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)}
    replaced = {word[:i] + target[i] + word[i + 1 :] for i in range(min(len(word), len(target)))}
    added = {word[:i] + target[i] + word[i:] for i in range(len(target)) if i <= len(word)}
    return any(within_one_edit(candidate, target) for candidate in shorter_by_one | swapped | replaced | added)


class ClosedVocabulary:
    """Turns words into spaCy documents over a fixed list of words.

    Args:
        known: the words that the matchers know, by `plain` key.

    Attributes:
        vocab: the vocabulary for the matchers.
    """

    def __init__(self, known: Iterable[str]) -> None:
        self._known = frozenset(known)
        # A bare vocabulary: the matchers compare whole words, the lexical attributes of a language would only cost time.
        self.vocab = Vocab()
        for word in (*_CLASSES, *self._known):
            self.vocab[word]

    def document(self, words: list[Word]) -> Doc:
        """Return a document with one token for each word."""
        return Doc(self.vocab, words=[self.symbol(word) for word in words])

    def pattern(self, text: str) -> Doc:
        """Return a phrase as a document, for a PhraseMatcher."""
        return Doc(self.vocab, words=[word.key for word in split(text)])

    def symbol(self, word: Word) -> str:
        """Return what the matchers see of a word."""
        key = word.key
        if key in self._known:
            return key
        if key[0].isdigit():
            return _digit_class(key)
        return _number_class(key)


def _digit_class(digits: str) -> str:
    if len(digits) <= 2:
        return DAY if 1 <= int(digits) <= 31 else TWO_DIGITS
    return YEAR if len(digits) == 4 and digits[:2] in ("19", "20") else DIGITS


@lru_cache(maxsize=16384)
def _number_class(key: str) -> str:
    if number_words.read(key) is not None:
        return NUMBER
    return ORDINAL if number_words.read_ordinal(key) is not None else UNKNOWN


CALENDAR_WORDS: frozenset[str] = frozenset({*MONTHS, *WEEKDAYS, *RELATIVE, *UNITS})
