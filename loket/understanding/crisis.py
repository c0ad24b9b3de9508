"""The crisis gate: recall first, before everything else, in every state, also when the bot engine is down.

It is lexical, so that it can be read, discussed and changed by people who know crises
(`data/crisis/poort.yaml`). The trained classifier is a second, independent listener; either is enough.
"""

from __future__ import annotations

from pathlib import Path

from loket.understanding.patterns import PatternGroups


class CrisisGate:
    """Finds the help that a cry for help needs.

    Args:
        routes: patterns per route (113, veiligthuis, kind, 112), in order of precedence.
        figures: figures of speech ("ik ga dood van het wachten"), taken out before the routes are matched.
    """

    def __init__(self, routes: PatternGroups, figures: PatternGroups) -> None:
        self._routes, self._figures = routes, figures

    @classmethod
    def load(cls, path: Path) -> CrisisGate:
        """Read `routes` and `beeldspraak` of a pattern file. Raises InvalidPatterns."""
        return cls(PatternGroups.load(path, "routes"), PatternGroups.load(path, "beeldspraak"))

    def route(self, text: str) -> str | None:
        """`113`, `veiligthuis`, `kind` or `112`; None when no cry for help is heard."""
        return self._routes.first(self._figures.remove(text))
