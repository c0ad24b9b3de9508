"""The crisis gate: recall first, before everything else, in every state, also when the bot engine is down.

It is lexical, so that it can be read, discussed and changed by people who know crises
(`data/crisis/poort.yaml`). The trained classifier is a second, independent listener; either is enough.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from loket.understanding.patterns import InvalidPatterns, PatternGroups, read


class CrisisGate:
    """Finds the help that a cry for help needs.

    Args:
        routes: patterns per route (113, veiligthuis, kind, 112), in order of precedence.
        figures: figures of speech ("ik ga dood van het wachten"), taken out before the routes are matched.
        hints: words that go with danger, per route; far too common to be believed alone.
    """

    def __init__(self, routes: PatternGroups, figures: PatternGroups, hints: PatternGroups) -> None:
        self._routes, self._figures, self._hints = routes, figures, hints

    @classmethod
    def load(cls, path: Path) -> CrisisGate:
        """Read `routes`, `beeldspraak` and `aanwijzingen` of a pattern file. Raises InvalidPatterns.

        Compiling them takes most of a second, so a process does it once for each state of the file.
        """
        return _compiled(path, path.stat().st_mtime_ns)

    def route(self, text: str) -> str | None:
        """`113`, `veiligthuis`, `kind` or `112`; None when no cry for help is heard."""
        return self._routes.first(self._figures.remove(text))

    def hint(self, text: str) -> bool:
        """Whether a word is heard that goes with danger, outside figures of speech."""
        return self._hints.first(self._figures.remove(text)) is not None


@lru_cache(maxsize=4)
def _compiled(path: Path, changed_ns: int) -> CrisisGate:
    raw = read(path)
    try:
        return CrisisGate(PatternGroups(raw["routes"]), PatternGroups(raw["beeldspraak"]), PatternGroups(raw["aanwijzingen"]))
    except KeyError as error:
        raise InvalidPatterns(f"{path.name}: {error} is missing") from error
