"""The passive voice: worden or zijn with a past participle ("wordt betaald", "is geregeld").

There is no Dutch part-of-speech model on the package registry, so the form of the words decides. What is said of people and
things themselves ("u bent verhuisd", "de pas is verlopen") has zijn as well and is not passive: those verbs are listed in
`data/taal/geen_lijdende_vorm.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Set

from loket.plain.sentences import words

WORDEN = frozenset({"word", "wordt", "worden", "werd", "werden"})
ZIJN = frozenset({"is", "zijn", "was", "waren", "bent", "ben"})
_CLAUSE = re.compile(r"[,;:()]|\b(?:en|of|maar|want|dat|die|als|dan|wat|waar|wie|omdat|zodat|totdat|terwijl)\b", re.IGNORECASE)
_PARTICIPLE = re.compile(
    r"^(?:(?:aan|achter|af|bij|door|goed|in|klaar|kwijt|los|mee|na|om|open|op|over|samen|stop|tegen|terug|thuis|toe|uit|vast|"
    r"vol|voor|weg|weer)?ge[a-zë]{2,}(?:d|t|en)|(?:aan|in|uit|op|voor|toe)?(?:be|ver|ont|her|er)[a-zë]{3,}(?:d|t|en))$"
)


def passives(sentence: str, not_passive: Set[str]) -> list[str]:
    """The passive verbs of a sentence, as `wordt ... betaald`.

    Args:
        sentence: one sentence.
        not_passive: words that look like a participle and are none, and participles that with zijn say what happened.
    """
    found = []
    for clause in _CLAUSE.split(sentence):
        parts = [word.lower() for word in words(clause)]
        helper = next((word for word in parts if word in WORDEN or word in ZIJN), None)
        done = next((word for word in parts if _PARTICIPLE.match(word) and word not in not_passive), None)
        if helper and done:
            found.append(f"{helper} ... {done}")
    return found
