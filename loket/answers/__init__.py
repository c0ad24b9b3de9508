"""Texts for people: from `data/antwoorden`, filled in and shaped for a channel."""

from loket.answers.texts import InvalidTexts, Texts

__all__ = ["InvalidTexts", "Texts"]
