"""The verwijsindex as typed records: organisations, products, life events."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Certainty = Literal["gezien", "uit_kennis", "leeg", ""]
"""`gezien`: read at a source; `uit_kennis`: general knowledge, unchecked; `leeg`: unknown, not guessed."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class ExtraNumber(_Record):
    """A second telephone number of an organisation, with what it is for."""

    nummer: str
    waarvoor: str
    zekerheid: Certainty


class Organisation(_Record):
    """An organisation that a citizen can be sent to. Field by field it is recorded how sure we are."""

    id: str
    naam: str
    soort: str
    waarvoor: str
    onderwerpen: tuple[str, ...]
    telefoon: str = ""
    openingstijden: str = ""
    website: str = ""
    contactpagina: str = ""
    chat: str = ""
    loket: str = ""
    spoed: bool = False
    extra_telefoon: tuple[ExtraNumber, ...] = ()
    let_op: str = ""
    zekerheid_per_veld: dict[str, Certainty] = Field(default_factory=dict)
    zekerheid: Certainty = ""

    def certain(self, field: str) -> str:
        """The value of a field if it was read at a source, else an empty string.

        A number that is not certain is never shown (shared/verwijsindex/HERKOMST.md); the website is shown instead.
        """
        value: str = getattr(self, field)
        return value if self.zekerheid_per_veld.get(field) == "gezien" else ""


class Product(_Record):
    """A product or service, with the words that citizens use for it and a B1 answer."""

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    naam: str
    woorden: tuple[str, ...] = Field(min_length=1)
    organisaties: tuple[str, ...] = Field(min_length=1, max_length=3)
    doelgroep: tuple[Literal["burger", "bedrijf"], ...]
    antwoord: str
    kort: str = Field(max_length=320)
    meenemen: tuple[str, ...] = ()
    verwant: tuple[str, ...] = ()
    zekerheid: Certainty
    bron: str = ""
    vragen: tuple[str, ...] = ()


class LifeStep(_Record):
    """One step of a life event."""

    nr: int
    wat: str
    organisatie: str = ""
    termijn: str = ""
    zekerheid: Certainty
    bron: str = ""


class Tip(_Record):
    """A provision that people often miss."""

    tip: str
    organisatie: str = ""
    zekerheid: Certainty


class LifeEvent(_Record):
    """A levensgebeurtenis: what to arrange, in order, where and when."""

    id: str
    naam: str
    signaalwoorden: tuple[str, ...]
    spoed: str = ""
    eerst_vragen: tuple[str, ...] = ()
    stappen: tuple[LifeStep, ...]
    tips: tuple[Tip, ...] = ()
