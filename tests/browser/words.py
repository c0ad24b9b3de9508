"""The texts on the screens, from the same data file as the screens: changing a text breaks no test."""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml

from verbonden.commands import ROOT


@cache
def _file(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "data" / "antwoorden" / name).read_text(encoding="utf-8"))
    return found


def screen(key: str, **values: object) -> str:
    """A text of `scherm.yaml` by its dotted key, with its values filled in. Raises KeyError."""
    found: Any = _file("scherm.yaml")
    for part in key.split("."):
        found = found[part]
    return str(found).format(**values).strip()


def list_of(key: str) -> list[str]:
    """A list of texts of `scherm.yaml` by its dotted key. Raises KeyError."""
    found: Any = _file("scherm.yaml")
    for part in key.split("."):
        found = found[part]
    return [str(each).strip() for each in found]


def answer(key: str) -> str:
    """A text of `teksten.yaml`, which the server sends, by its key. Raises KeyError."""
    return str(_file("teksten.yaml")[key]["tekst"]).strip()


def button(name: str) -> str:
    """The title of a quick reply of `knoppen.yaml`. Raises KeyError."""
    return str(_file("knoppen.yaml")[name]["titel" if "titel" in _file("knoppen.yaml")[name] else "title"])


def page_title(name: str) -> str:
    """The title of one of the plain pages of `paginas.yaml`. Raises KeyError."""
    return str(_file("paginas.yaml")[name]["titel"])
