"""The parts of ZGW answers that are used, checked with pydantic. Field names are those of the Zaken API 1.5 (camelCase).

A ``ValidationError`` of pydantic quotes its input; :func:`validated` turns it into an error without it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

import structlog
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from loket.cases.errors import Unavailable

log = structlog.get_logger(__name__)


def _empty_is_none(value: object) -> object:
    """Open Zaak writes an unknown date as null, other systems as an empty string."""
    return None if value == "" else value


def _in_utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
OptionalDate = Annotated[date | None, BeforeValidator(_empty_is_none)]
Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Zaaktype(_Answer):
    """``zaaktype`` of the Catalogi API."""

    url: str
    omschrijving: str


class Statustype(_Answer):
    """``statustype`` of the Catalogi API."""

    url: str
    omschrijving: str
    statustekst: Text = ""
    volgnummer: int
    isEindstatus: bool = False
    zaaktype: str = ""


class StatusExpand(_Answer):
    """``_expand`` of a status."""

    statustype: Statustype | None = None


class ZaakStatus(_Answer):
    """``status`` of the Zaken API."""

    url: str
    zaak: str
    statustype: str
    datumStatusGezet: Moment
    statustoelichting: Text = ""
    expand: StatusExpand = Field(default=StatusExpand(), alias="_expand")


class Resultaattype(_Answer):
    """``resultaattype`` of the Catalogi API."""

    omschrijving: str
    omschrijvingGeneriek: Text = ""


class ResultaatExpand(_Answer):
    """``_expand`` of a resultaat."""

    resultaattype: Resultaattype | None = None


class Resultaat(_Answer):
    """``resultaat`` of the Zaken API."""

    toelichting: Text = ""
    expand: ResultaatExpand = Field(default=ResultaatExpand(), alias="_expand")


class VerblijfsAdres(_Answer):
    """``verblijfsadres`` of a natural person."""

    aoaPostcode: Text = ""
    aoaHuisnummer: int | None = None


class NatuurlijkPersoon(_Answer):
    """``betrokkeneIdentificatie`` of a natural person; other kinds of parties leave these fields empty."""

    inpBsn: Text = Field(default="", repr=False)
    geboortedatum: Text = Field(default="", repr=False)
    verblijfsadres: VerblijfsAdres | None = Field(default=None, repr=False)


class Rol(_Answer):
    """``rol`` of the Zaken API."""

    zaak: str
    betrokkeneType: str
    omschrijvingGeneriek: str
    betrokkeneIdentificatie: NatuurlijkPersoon | None = Field(default=None, repr=False)


class Opschorting(_Answer):
    """``opschorting`` of a zaak. ``eerdereOpschorting`` is not read: it is true on the very first suspension."""

    indicatie: bool = False
    reden: Text = ""


class Verlenging(_Answer):
    """``verlenging`` of a zaak."""

    reden: Text = ""
    duur: Text = ""


class ZaakExpand(_Answer):
    """``_expand`` of a zaak: a key is missing when the related thing is null."""

    zaaktype: Zaaktype | None = None
    status: ZaakStatus | None = None
    resultaat: Resultaat | None = None
    rollen: tuple[Rol, ...] = ()


class Zaak(_Answer):
    """``zaak`` of the Zaken API."""

    url: str
    uuid: str
    identificatie: str
    omschrijving: Text = ""
    zaaktype: str
    verantwoordelijkeOrganisatie: Text = ""
    startdatum: date
    einddatum: OptionalDate = None
    einddatumGepland: OptionalDate = None
    uiterlijkeEinddatumAfdoening: OptionalDate = None
    vertrouwelijkheidaanduiding: Text = ""
    opschorting: Opschorting | None = None
    verlenging: Verlenging | None = None
    status: str | None = None
    resultaat: str | None = None
    expand: ZaakExpand = Field(default=ZaakExpand(), alias="_expand")

    def initiators(self) -> tuple[NatuurlijkPersoon, ...]:
        """The natural persons who started the case, as far as the roles were expanded."""
        return tuple(
            rol.betrokkeneIdentificatie
            for rol in self.expand.rollen
            if rol.zaak == self.url
            and rol.omschrijvingGeneriek == "initiator"
            and rol.betrokkeneType == "natuurlijk_persoon"
            and rol.betrokkeneIdentificatie is not None
        )


class Page(_Answer):
    """The envelope of every list. ``count`` is not used: it can be inexact (FUZZY_PAGINATION)."""

    next: str | None = None
    results: list[dict[str, Any]]


def validated[Model: BaseModel](model: type[Model], value: Any) -> Model:
    """``value`` as a ``model``.

    Raises:
        Unavailable: the answer does not have the shape of the standard. The input is not quoted.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        fields = sorted({str(item["loc"][0]) if item["loc"] else "" for item in error.errors(include_input=False)})
        log.warning("unexpected_answer", model=model.__name__, fields=fields)
        raise Unavailable("unexpected_answer") from None
