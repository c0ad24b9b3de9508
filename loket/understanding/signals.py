"""Signals for maatwerk and the emotion in a citizen's words (`data/overdracht/signalen.yaml`)."""

from __future__ import annotations

from pathlib import Path

from loket.understanding.patterns import PatternGroups, read


class Signals:
    """What the summary listens for, with the labels that a casemanager reads."""

    def __init__(self, labels: dict[str, str], signals: PatternGroups, emotions: PatternGroups, sentences: PatternGroups) -> None:
        self.labels = labels
        self._signals, self._emotions, self._sentences = signals, emotions, sentences

    @classmethod
    def load(cls, path: Path) -> Signals:
        """Read a file like `data/overdracht/signalen.yaml`. Raises InvalidPatterns."""
        raw = read(path)
        return cls(raw["labels"], PatternGroups(raw["signalen"]), PatternGroups(raw["emotie"]), PatternGroups(raw["zinnen"]))

    def found(self, text: str) -> list[str]:
        """Names of the signals heard in a text."""
        return self._signals.found(text)

    def emotion(self, text: str) -> str | None:
        """The strongest emotion heard in a text; None when it sounds neutral."""
        return self._emotions.first(text)

    def field(self, sentence: str) -> str:
        """The field of the summary that a sentence belongs to: wens, geprobeerd or situatie."""
        return self._sentences.first(sentence) or "situatie"
