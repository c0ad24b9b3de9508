"""The texts that citizens get: one key, one text, filled in with values."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Formatter
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from loket.conversations.model import Button, Rendered


class InvalidTexts(ValueError):
    """The text files contradict their schema or each other; says where."""


class _Link(BaseModel):
    titel: str
    url: str


class _Phone(BaseModel):
    titel: str
    nummer: str


class Text(BaseModel):
    """One text: `tekst` in full, `kort` for SMS, and what may be tapped below it; `taal` when it is not Dutch."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tekst: str = ""
    titel: str = ""
    taal: str = ""
    kort: str | None = None
    knoppen: tuple[str, ...] = ()
    links: tuple[_Link, ...] = ()
    telefoons: tuple[_Phone, ...] = ()

    def names(self) -> set[str]:
        """The names in braces that this text needs."""
        forms = (self.tekst, self.kort or "", *(link.url for link in self.links))
        return {name for form in forms for _, name, _, _ in Formatter().parse(form) if name}


class Texts:
    """All texts and quick replies. Raises InvalidTexts when a reference points nowhere."""

    def __init__(self, texts: Mapping[str, Text], buttons: Mapping[str, Button]) -> None:
        self.base, self.texts, self.buttons = texts, texts, buttons
        missing = [f"{key}: button {b}" for key, text in texts.items() for b in text.knoppen if b not in buttons]
        if missing:
            raise InvalidTexts("\n".join(missing))

    @classmethod
    def load(cls, folder: Path) -> Texts:
        """Read `teksten.yaml`, its sisters `teksten_*.yaml`, and `knoppen.yaml` in `folder`. Raises InvalidTexts."""
        try:
            raw = [pair for path in sorted(folder.glob("teksten*.yaml")) for pair in _yaml(path).items()]
            texts = {key: Text.model_validate(value) for key, value in raw}
        except ValidationError as error:
            raise InvalidTexts(str(error)) from error
        if len(texts) != len(raw):
            raise InvalidTexts(f"twice: {sorted({key for key, _ in raw if sum(k == key for k, _ in raw) > 1})}")
        raws = _yaml(folder / "knoppen.yaml").items()
        buttons = {key: Button(raw["titel"], raw["payload"], raw.get("kort", "")) for key, raw in raws}
        return cls(texts, buttons)

    def use(self, changed: Mapping[str, Text]) -> None:
        """From now on these texts go before those of the files."""
        self.texts = {**self.base, **changed}

    def line(self, key: str, **values: Any) -> str:
        """The filled-in text alone. Raises KeyError for an unknown key or a missing value."""
        return self.texts[key].tekst.format_map(values)

    def render(self, key: str, short: bool = False, **values: Any) -> Rendered:
        """The text with everything that may be tapped. Raises KeyError for an unknown key or a missing value."""
        text = self.texts[key]
        form = text.kort if short and text.kort is not None else text.tekst
        return Rendered(
            text=form.format_map(values).strip(),
            buttons=tuple(self.buttons[name] for name in text.knoppen),
            links=tuple((link.titel, link.url.format_map(values)) for link in text.links),
            phones=tuple((phone.titel, phone.nummer) for phone in text.telefoons),
            language=text.taal,
        )


def _yaml(path: Path) -> dict[str, Any]:
    with path.open(encoding="utf-8") as stream:
        return yaml.safe_load(stream)  # type: ignore[no-any-return]


def merge(parts: list[Rendered], separator: str = "\n") -> Rendered:
    """Several texts as one message: nothing to tap appears twice, the human comes last among the buttons."""
    buttons = _unique(button for part in parts for button in part.buttons)
    human = [button for button in buttons if button.payload == "/mens"]
    return Rendered(
        text=separator.join(part.text for part in parts if part.text),
        buttons=tuple([button for button in buttons if button.payload != "/mens"] + human),
        links=tuple(_unique(link for part in parts for link in part.links)),
        phones=tuple(_unique(phone for part in parts for phone in part.phones)),
        card=next((part.card for part in parts if part.card), None),
    )


def _unique(items: Any) -> list[Any]:
    return list(dict.fromkeys(items))
