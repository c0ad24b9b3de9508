"""The configuration file of the contact register: data/klantinteracties.yaml. The token itself is in the environment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, HttpUrl, TypeAdapter, ValidationError

from loket.cases.errors import Misconfigured


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Codes(_Section):
    """How things are named in the register. Free text in the standard, compared literally, so to be agreed once.

    Attributes:
        objecttype: ``codeObjecttype``.
        register_: ``codeRegister``.
        soort: ``codeSoortObjectId``.
    """

    objecttype: str = Field(max_length=200)
    register_: str = Field(alias="register", max_length=200)
    soort: str = Field(max_length=200)


class ContactSettings(_Section):
    """The whole file.

    Attributes:
        url: base URL, when the variable below is not set.
        url_variabele: environment variable with the base URL.
        token_variabele: environment variable with the token.
        zaak: codes of a case as onderwerpobject.
        actor: codes of our actors.
    """

    url: str = ""
    url_variabele: str = ""
    token_variabele: str = Field(min_length=1)
    zaak: Codes
    actor: Codes

    def base_url(self, environment: Mapping[str, str]) -> str:
        """The base URL.

        Raises:
            Misconfigured: none, or not an http(s) URL.
        """
        url = environment.get(self.url_variabele, "") or self.url
        try:
            TypeAdapter(HttpUrl).validate_python(url)
        except ValidationError:
            raise Misconfigured(f"url:{self.url_variabele}") from None
        return url

    def token(self, environment: Mapping[str, str]) -> str:
        """The token.

        Raises:
            Misconfigured: the variable is not set.
        """
        token = environment.get(self.token_variabele, "")
        if not token:
            raise Misconfigured(f"not_set:{self.token_variabele}")
        return token


def read_settings(path: Path) -> ContactSettings:
    """Read and check the file.

    Raises:
        Misconfigured: missing, not YAML, or not of the right shape.
    """
    try:
        return ContactSettings.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError:
        raise Misconfigured(f"unreadable:{path.name}") from None
    except yaml.YAMLError:
        raise Misconfigured(f"not_yaml:{path.name}") from None
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise Misconfigured(f"{path.name}:{where}") from None
