"""Municipalities in a message: all 342, by their usual name, other names, and the towns that people name instead."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from loket.privacy.calendar_words import NOT_TYPOS
from loket.privacy.lexicon import plain
from loket.privacy.spans import Span
from loket.privacy.words import CALENDAR_WORDS, ClosedVocabulary, Word, split, within_one_edit

DATA = Path(__file__).resolve().parents[2] / "data" / "verwijsindex" / "gemeenten.yaml"

# Words before a name that make it a place. The first group is enough for any name; the second only for names that are not
# very common words.
_STRONG_HINT = re.compile(
    r"(?:gemeente(?:huis|s|raad)?|gem|gementee|stadhuis|stadskantoor|woonplaats|inwoner|inwoonster|burgemeester|stad|dorp|plaats|"
    r"(?:woon|woont|woonde|wonen|wonend|woonachtig|verhuis\w*|verhuiz\w*|geboren|gevestigd|ingeschreven|ingeschr\w*|huis|woning|"
    r"appartement|municipality|city|town|live|living|lives|moved|moving|wohne|wohnen|mieszkam|yasiyorum|oturuyorum|"
    r"gminie|gmina|gemeinde|belediyesi|belediye)"
    r"(?: (?:nu|al|zelf|niet|nog|vanuit|van|naar|in|te|uit|bij|to|from|of|de|w|mensen|iemand|momenteel|sinds kort|straks))*"
    r"(?: (?:in|te|naar|uit|van|vanuit|to|of|from|bij|w))|[0-9]{4} ?[a-z]{2},?|(?:gemeente|stad|stadhuis|gemeentehuis|loket|"
    r"burgemeester|inwoner|inwoners|wethouder|balie|municipality|city|town) (?:van|in|is|of|te|:))[ :,]*$"
)
_HINT = re.compile(
    r"(?:(?<!\w)(?:in|uit|te|naar|bij|vanuit|rond|omgeving|regio|omstreken|loket|kantoor|vestiging|locatie|balie|azc|station|"
    r"gevangenis|rechtbank|uwv|svb|ggd|politie|inwoners heeft|to|from|near|w|z|do|aus|nach|у|в|до|з|із|في|من|إلى|الى))[ :,]*$"
)
_PREPOSITION = re.compile(r"(?:^|\W)(?:in|uit|te|naar|bij|vanuit|from|to|w|aus|nach)[ :,]*$")
_PROVINCE = re.compile(r"(?:provincie|prov\.?|province|universiteit|fc|hogeschool)[ :]*$")
_NAME = re.compile(
    r"(?:(?:mevrouw|mevr\.?|mw\.?|meneer|mijnheer|dhr\.?|heer|fam\.?|familie|dokter|dr\.?|mr\.?|mrs\.?|ms\.?|herr|frau|pan|pani)"
    r" (?:[\w.]+ ){0,2}|(?:naam is|heet|name is|groet\w*|gr\.?|mvg)[ ,\n]+(?:[\w.]+ ){0,2})(?:van |de |der |den |v\.? ?d?\.? ?)*$"
)
_GIVEN_NAME = re.compile(r"([A-Z][\w-]+|[A-Z]\.) (?:[vV]an|v\.?|[vV]an den|[vV]an der)(?: (?:de|den|der))? $")
_OF = frozenset({"gemeente", "stad", "stadhuis", "politie", "ggd", "rechtbank", "burgemeester", "loket", "regio", "inwoner",
                 "gemeentehuis", "dorp", "inwoners", "omgeving", "centrum", "wethouder", "raad"})  # fmt: skip


# Turkish and Polish decline names without an apostrophe too: "Rotterdamdan", "do Tilburga".
_CASE_ENDINGS = ("dan", "den", "tan", "ten", "da", "de", "ta", "te", "ya", "ye", "ie", "nin", "em", "a", "e", "u")


@dataclass(frozen=True)
class _Name:
    municipality: str
    common: int
    """0: no other word; 1: also a word; 2: a very common word."""


class Gazetteer:
    """Finds municipalities in the words of a message.

    Args:
        path: the YAML file with the municipalities; its head says what the fields mean.

    Raises:
        OSError, yaml.YAMLError, KeyError: the file is missing, or is not what it should be.
    """

    def __init__(self, path: Path = DATA) -> None:
        content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        common = {plain(word): 1 for word in content["ook_een_woord"]}
        common.update({plain(word): 2 for word in content["heel_gewoon_woord"]})
        self.names: list[str] = [entry["naam"] for entry in content["gemeenten"]]
        self._not_typos = frozenset(plain(word) for word in content["geen_tikfout"])
        self._by_phrase: dict[tuple[str, ...], _Name] = {}
        for field in ("plaatsen", "ook", "officieel", "naam"):
            for entry in content["gemeenten"]:
                values = entry.get(field, [])
                for spelling in values if isinstance(values, list) else [values]:
                    for variant in {spelling, spelling.replace("-", " "), spelling.replace("-", "")}:
                        phrase = tuple(plain(word.text) for word in split(variant))
                        self._by_phrase[phrase] = _Name(entry["naam"], common.get(plain(spelling), 0))
        self._typo_index = self._index_typos(content, common)
        self.vocabulary = ClosedVocabulary(
            {word for phrase in self._by_phrase for word in phrase} | CALENDAR_WORDS,
        )
        self._matcher = PhraseMatcher(self.vocabulary.vocab)
        for phrase in self._by_phrase:
            self._matcher.add("gemeente", [Doc(self.vocabulary.vocab, words=list(phrase))])

    @staticmethod
    def _index_typos(content: dict[str, Any], common: dict[str, int]) -> dict[str, set[str]]:
        """Map every name, and every name with one letter left out, to the name: a symmetric-delete index."""
        index: dict[str, set[str]] = {}
        for entry in content["gemeenten"]:
            for spelling in (entry["naam"], *entry.get("ook", []), *entry.get("plaatsen", [])):
                name = plain(spelling)
                shortest = 6 if spelling == entry["naam"] else 10 if spelling in entry.get("ook", []) else 7
                if name.isalpha() and name not in common and len(name) >= shortest:
                    for shorter in _one_left_out(name):
                        index.setdefault(shorter, set()).add(name)
        return index

    def find(self, folded: str, words: Sequence[Word]) -> list[Span]:
        """Return where municipalities stand; the value is the usual name.

        A name that is also a word counts only with a capital inside a sentence or behind a word such as "in" or
        "gemeente"; a name with one wrong letter counts when the word means nothing else.
        """
        found: list[Span] = []
        shouting = sum(word.capital for word in words) > 0.6 * sum(word.text[0].isalpha() for word in words)
        document = self.vocabulary.document(list(words))
        matches = sorted(self._matcher(document), key=lambda match: (match[1] - match[2], match[1]))
        used: set[int] = set()
        for _, first, last in matches:
            if used.intersection(range(first, last)):
                continue
            phrase = tuple(word.key for word in words[first:last])
            if self._is_meant(folded, words, first, last, self._by_phrase[phrase].common, shouting):
                used.update(range(first, last))
                found.append(Span(words[first].start, words[last - 1].end, self._by_phrase[phrase].municipality))
        found.extend(self._misspelt(folded, words, used))
        return sorted(found)

    def _misspelt(self, folded: str, words: Sequence[Word], used: set[int]) -> Iterator[Span]:
        for position, word in enumerate(words):
            if position in used or len(word.key) < 5 or not word.text.isalpha():
                continue
            name = self._typo(word.key)
            if name is None:
                continue
            before = folded[: word.start].lower()
            hinted = bool(_HINT.search(before[-25:]) or _STRONG_HINT.search(before[-60:]))
            if (hinted or len(name) >= 8) and not _NAME.search(before[-40:]):
                yield Span(word.start, word.end, self._by_phrase[(name,)].municipality)

    @lru_cache(maxsize=16384)  # noqa: B019  (one gazetteer per process)
    def _typo(self, word: str) -> str | None:
        if word in self._not_typos or (word,) in self._by_phrase or word in CALENDAR_WORDS or word in NOT_TYPOS:
            return None
        for ending in _CASE_ENDINGS:
            name = word[: -len(ending)]
            if word.endswith(ending) and len(name) >= 6 and name in self._typo_index.get(name, ()):
                return name
        near = {
            name for shorter in _one_left_out(word) for name in self._typo_index.get(shorter, ()) if within_one_edit(word, name)
        }
        municipalities = {self._by_phrase[(name,)].municipality for name in near}
        return near.pop() if len(municipalities) == 1 else None

    def _is_meant(self, folded: str, words: Sequence[Word], first: int, last: int, common: int, shouting: bool) -> bool:
        """Tell whether a matched name is the place and not a word, a person or a province."""
        start = words[first].start
        raw = folded[max(0, start - 60) : start]
        before = raw.lower()
        if last < len(words) and words[last].glued and (words[last].text == "-" and not _ends(words, last)):
            return False
        if first and words[first].glued and words[first - 1].text == "@":
            return False
        if _PROVINCE.search(before) or _NAME.search(before):
            return False
        given = _GIVEN_NAME.search(raw)
        if given and given.group(1).lower() not in _OF:
            return False
        if common == 0 or _STRONG_HINT.search(before):
            return True
        capital = words[first].capital and not shouting
        if common == 2:
            return capital and _PREPOSITION.search(before) is not None
        return _HINT.search(before) is not None or (capital and not _opens_sentence(words, first)) or len(words) == 1


def _ends(words: Sequence[Word], hyphen: int) -> bool:
    """Tell whether a hyphen ends the word ("Ede-" or "Ede -"), so that no longer name goes on after it."""
    return hyphen + 1 >= len(words) or not words[hyphen + 1].glued


def _opens_sentence(words: Sequence[Word], position: int) -> bool:
    return position == 0 or words[position - 1].text in ".!?:\"'(*•-;"


def _one_left_out(word: str) -> set[str]:
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """Return the gazetteer of this process."""
    return Gazetteer()
