"""The words on the citizen's screen, as texts like all others: an administrator may change them too.

They stand in `scherm.yaml`, are bundled with the page, and what was changed goes out with `/config.json`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from loket.answers.texts import Text, Texts

FOLDER = "scherm."
"""Begin of their keys: `scherm.chat.start.title`."""

SECTION = "chat"
"""The part of the file that citizens see."""


def with_screen(texts: Texts, path: Path) -> Texts:
    """These texts and those of the citizen's screen in `path` (nested names and lists); without the file the texts alone."""
    if not path.exists():
        return texts
    section = yaml.safe_load(path.read_text(encoding="utf-8")).get(SECTION, {})
    screen = {f"{FOLDER}{SECTION}.{key}": Text(tekst=str(value).strip()) for key, value in _leaves(section)}
    return Texts({**texts.base, **screen}, texts.buttons)


def _leaves(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    named = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if named is None:
        yield key, value
        return
    for name, inner in named:
        yield from _leaves(inner, f"{key}.{name}" if key else str(name))


def changed(texts: Texts) -> dict[str, str]:
    """What counts instead of the file, by the key that the page knows: `chat.start.title`."""
    return {
        key.removeprefix(FOLDER): text.tekst
        for key, text in texts.texts.items()
        if key.startswith(FOLDER) and text is not texts.base[key]
    }
