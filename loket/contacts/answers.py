"""The parts of Klantinteracties answers that are used. Field names are those of the API (camelCase)."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Identification(_Answer):
    """``partijIdentificator`` or ``actoridentificator``."""

    objectId: str = Field(default="", repr=False)
    codeObjecttype: str = ""
    codeRegister: str = ""
    codeSoortObjectId: str = ""


class PartyIdentification(_Answer):
    """One entry of ``partijIdentificatoren``."""

    partijIdentificator: Identification


class Party(_Answer):
    """``partij``."""

    uuid: str
    partijIdentificatoren: tuple[PartyIdentification, ...] = ()

    def is_identified_by(self, bsn: str) -> bool:
        """Whether this is the party with this BSN."""
        return any(
            item.partijIdentificator.codeSoortObjectId == "bsn" and item.partijIdentificator.objectId == bsn
            for item in self.partijIdentificatoren
        )


class ActorAnswer(_Answer):
    """``actor``."""

    uuid: str
    actoridentificator: Identification | None = None


class ContactAnswer(_Answer):
    """``klantcontact``."""

    uuid: str
    nummer: str | None = None
    metadata: dict[str, str] = Field(default_factory=dict)


class Made(_Answer):
    """Answer of ``maak-klantcontact``."""

    klantcontact: ContactAnswer


class Reference(_Answer):
    """``{"uuid": ...}``."""

    uuid: str


class TaskAnswer(_Answer):
    """``internetaak``."""

    uuid: str
    nummer: str | None = None
    status: str
    aanleidinggevendKlantcontact: Reference


class LinkAnswer(_Answer):
    """``actorklantcontact``."""

    uuid: str
    actor: Reference
    klantcontact: Reference


class SubjectAnswer(_Answer):
    """``onderwerpobject``."""

    uuid: str
    klantcontact: Reference | None = None


class Page(_Answer):
    """The envelope of every list."""

    next: str | None = None
    results: list[dict[str, Any]]
