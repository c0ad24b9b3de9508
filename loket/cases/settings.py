"""The configuration file of the case systems: data/zaaksystemen.yaml.

Its keys are Dutch because administrators read and write it. Secrets are not in it: it names the environment variables that
hold them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl, TypeAdapter, ValidationError

from loket.cases.confidentiality import DIGID_CEILING, DIGID_DEFAULT, Confidentiality
from loket.cases.errors import Misconfigured


def _is_pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError("not a regular expression") from error
    return value


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class OrganisationSettings(_Section):
    """Who an RSIN is.

    Attributes:
        id: key in the verwijsindex.
        naam: name for the citizen.
    """

    id: str
    naam: str


class TimeSettings(_Section):
    """Time-outs, in seconds."""

    verbinden: float = Field(default=2.0, gt=0, le=30)
    poging: float = Field(default=5.0, gt=0, le=60)
    totaal: float = Field(default=8.0, gt=0, le=120)
    pogingen: int = Field(default=3, ge=1, le=5)


class SystemSettings(_Section):
    """One case system.

    Attributes:
        id: key, for logs and audit.
        naam: name for the citizen, as in "bij ... kan ik nu niet kijken".
        soort: protocol; only ``zgw`` exists.
        url: base URL, when the variable below is not set.
        url_variabele: environment variable with the base URL.
        client_id_variabele: environment variable with the client id.
        geheim_variabele: environment variable with the shared secret.
        bronorganisatie: RSIN; only cases from this source.
        zaaknummer_patroon: regular expression of this system's case numbers.
        hoogste_vertrouwelijkheid_digid: the most confidential case shown at DigiD.
        vrije_tekst_vanaf: from which trust level texts typed by staff may be shown.
        organisaties: by RSIN.
        tijd: time-outs.
        verbindingen: connections kept open at most.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    naam: str = Field(min_length=1)
    soort: Literal["zgw"]
    url: str = ""
    url_variabele: str = ""
    client_id_variabele: str = Field(min_length=1)
    geheim_variabele: str = Field(min_length=1)
    bronorganisatie: str = Field(default="", pattern=r"^([0-9]{9})?$")
    zaaknummer_patroon: Annotated[str, AfterValidator(_is_pattern)] = ""
    hoogste_vertrouwelijkheid_digid: str = DIGID_DEFAULT.name.lower()
    vrije_tekst_vanaf: Literal["kenmerk", "digid"] = "digid"
    organisaties: dict[str, OrganisationSettings] = Field(default_factory=dict)
    tijd: TimeSettings = TimeSettings()
    verbindingen: int = Field(default=20, ge=1, le=200)

    @property
    def digid_maximum(self) -> Confidentiality:
        """The setting as a confidentiality.

        Raises:
            Misconfigured: unknown, or above what may ever be shown.
        """
        found = Confidentiality.__members__.get(self.hoogste_vertrouwelijkheid_digid.upper())
        if found is None or found > DIGID_CEILING:
            raise Misconfigured("hoogste_vertrouwelijkheid_digid")
        return found

    def base_url(self, environment: Mapping[str, str]) -> str:
        """The base URL from the environment or the file.

        Raises:
            Misconfigured: none, or not an http(s) URL.
        """
        url = environment.get(self.url_variabele, "") or self.url
        try:
            TypeAdapter(HttpUrl).validate_python(url)
        except ValidationError:
            raise Misconfigured(f"url:{self.url_variabele}") from None
        return url.rstrip("/")

    def credentials(self, environment: Mapping[str, str]) -> tuple[str, str]:
        """Client id and secret from the environment.

        Raises:
            Misconfigured: a variable is not set; its name is in the reason.
        """
        for variable in (self.client_id_variabele, self.geheim_variabele):
            if not environment.get(variable):
                raise Misconfigured(f"not_set:{variable}")
        return environment[self.client_id_variabele], environment[self.geheim_variabele]


class FileSettings(_Section):
    """The whole file.

    Attributes:
        systemen: the case systems; all are asked.
        antwoordtijd_zonder_zaak: seconds that an answer without a case takes at least, so that the time does not tell
            whether a case number exists.
    """

    systemen: tuple[SystemSettings, ...] = Field(min_length=1)
    antwoordtijd_zonder_zaak: float = Field(default=0.6, ge=0, le=10)


def read_settings(path: Path) -> FileSettings:
    """Read and check the file.

    Raises:
        Misconfigured: missing, not YAML, or not of the right shape; the reason names the field.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        settings = FileSettings.model_validate(content)
    except OSError:
        raise Misconfigured(f"unreadable:{path.name}") from None
    except yaml.YAMLError:
        raise Misconfigured(f"not_yaml:{path.name}") from None
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise Misconfigured(f"{path.name}:{where}") from None
    keys = [system.id for system in settings.systemen]
    if len(set(keys)) != len(keys):
        raise Misconfigured(f"{path.name}:systemen.id")
    for system in settings.systemen:
        _ = system.digid_maximum
    return settings
