"""Signals for maatwerk and the emotion in a citizen's words (`data/overdracht/signalen.yaml`)."""

from __future__ import annotations

import re
from pathlib import Path

from loket.understanding.patterns import PatternGroups, read


class Signals:
    """What the summary listens for, with the labels that a casemanager reads."""

    def __init__(
        self,
        labels: dict[str, str],
        signals: PatternGroups,
        emotions: PatternGroups,
        sentences: PatternGroups,
        abuse: re.Pattern[str],
        corrections: PatternGroups,
    ) -> None:
        self.labels, self._abuse, self._corrections = labels, abuse, corrections
        self._signals, self._emotions, self._sentences = signals, emotions, sentences

    @classmethod
    def load(cls, path: Path) -> Signals:
        """Read a file like `data/overdracht/signalen.yaml`. Raises InvalidPatterns."""
        raw = read(path)
        return cls(
            raw["labels"],
            PatternGroups(raw["signalen"]),
            PatternGroups(raw["emotie"]),
            PatternGroups(raw["zinnen"]),
            re.compile("|".join(raw["scheldwoorden"]), re.IGNORECASE),
            PatternGroups({"verbetering": raw["verbetering"]}),
        )

    def corrects(self, text: str) -> bool:
        """Whether the citizen takes back something said before."""
        return self._corrections.first(text) is not None

    def civil(self, text: str, instead: str) -> str:
        """A text in which terms of abuse are replaced: counter staff read summaries all day."""
        return self._abuse.sub(instead, text)

    def abusive(self, text: str) -> bool:
        """Whether a text holds terms of abuse: someone is angry, often with good reason."""
        return self._abuse.search(text) is not None

    def found(self, text: str) -> list[str]:
        """Names of the signals heard in a text."""
        return self._signals.found(text)

    def emotion(self, text: str) -> str | None:
        """The strongest emotion heard in a text; None when it sounds neutral."""
        return self._emotions.first(text)

    def field(self, sentence: str) -> str:
        """The field of the summary that a sentence belongs to: wens, geprobeerd or situatie."""
        return self._sentences.first(sentence) or "situatie"
