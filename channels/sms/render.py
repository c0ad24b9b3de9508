"""What an SMS looks like: the short text, then the choices by number, in at most three segments."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from channels.choices import numbered
from channels.sms import segments
from loket.privacy.extraction import extract
from loket.store.schema import Message

HUMAN = "/mens"
OF_A_CASE = "/zaak{"
"""Choices between cases have their names as titles: in an SMS they have another form, or are left out."""

HIDDEN = ("zaaknummer", "bsn", "iban")
"""What never stands in an SMS, whatever the text was: a net below the short forms, which do not have it."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


def shown(message: Message) -> list[Mapping[str, Any]]:
    """The choices that are offered with a message: as many as fit, the way to a human among them if one does."""
    offered = [{**choice, "title": _title(choice)} for choice in (message.content or {}).get("buttons", [])]
    return _fitting(_pieces(_text(message))[-1], [choice for choice in offered if choice["title"]])


def _title(choice: Mapping[str, Any]) -> str:
    return str(choice.get("plain") or ("" if choice["payload"].startswith(OF_A_CASE) else choice["title"]))


def _text(message: Message) -> str:
    text = message.text
    today = (message.created_at or datetime.now(UTC)).date()
    for entity in reversed(extract(text, today) if any(c.isdigit() for c in text) else []):
        if entity.kind in HIDDEN:
            text = text[: entity.start] + "..." + text[entity.end :]
    return segments.plain(text)


def _fitting(text: str, offered: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    choices = list(offered)
    while choices and segments.count(_with(text, choices)).segments > segments.MOST:
        others = [choice for choice in choices if choice["payload"] != HUMAN]
        choices.remove(others[-1] if others else choices[-1])
    return choices


def _with(text: str, choices: Sequence[Mapping[str, Any]]) -> str:
    return f"{text}\n{segments.plain(numbered(choices))}" if choices else text


def parts(message: Message) -> list[str]:
    """The SMS that a message becomes: one, with the choices below it. What is longer (words of a human, a case of which there is
    much to tell) is cut between sentences, so that nothing is lost."""
    *before, last = _pieces(_text(message))
    return [*before, _with(last, shown(message))]


def _pieces(text: str) -> list[str]:
    if segments.count(text).segments <= segments.MOST:
        return [text]
    found: list[str] = []
    for sentence in _SENTENCE.split(text):
        if found and segments.count(f"{found[-1]} {sentence}").segments <= segments.MOST:
            found[-1] = f"{found[-1]} {sentence}"
        else:
            found.extend(_hard(sentence))
    return found


def _hard(sentence: str) -> list[str]:
    """A sentence that is too long by itself, between words; a word that is too long, between letters."""
    found = [""]
    for word in sentence.split(" "):
        candidate = f"{found[-1]} {word}".strip()
        if segments.count(candidate).segments <= segments.MOST:
            found[-1] = candidate
            continue
        while segments.count(word).segments > segments.MOST:
            found.append(word[:200])
            word = word[200:]
        found.append(word)
    return [part for part in found if part]
