"""From a ZGW zaak to a :class:`CaseStatus`: what may be told, and whether it is late."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from loket.cases.answers import Statustype, Verlenging, Zaak, ZaakStatus
from loket.cases.confidentiality import Confidentiality, TrustLevel
from loket.cases.errors import Misconfigured
from loket.cases.model import (
    CaseStatus,
    Organisation,
    Prolongation,
    Result,
    Status,
    Step,
    Suspension,
)
from loket.cases.second_factor import InitiatorFacts
from loket.cases.steps import next_step

_DAYS = re.compile(r"P(?:(?P<weeks>[0-9]+)W|(?P<days>[0-9]+)D)")


@dataclass(frozen=True, slots=True)
class Presentation:
    """How the cases of one system are presented.

    Attributes:
        system_id: key of the system.
        organisations: by RSIN.
        default_organisation: name when the RSIN is not mapped.
        free_text_at_kenmerk: whether texts typed by staff (omschrijving, explanations, reasons) may be shown at
            ``kenmerk``. They may hold names, so only for systems where they are known not to.
    """

    system_id: str
    organisations: Mapping[str, Organisation] = field(default_factory=dict)
    default_organisation: str = ""
    free_text_at_kenmerk: bool = False

    def case(self, zaak: Zaak, steps: tuple[Step, ...] | None, trust: TrustLevel, today: date) -> CaseStatus:
        """Make the case.

        Args:
            zaak: with ``zaaktype``, ``status.statustype`` and ``resultaat.resultaattype`` expanded.
            steps: its history; None when that could not be read.
            trust: trust level of the look-up.
            today: the date in the Netherlands.

        Raises:
            Misconfigured: the case system does not expand.
        """
        if zaak.expand.zaaktype is None:
            raise Misconfigured("no_expand")
        free = trust is TrustLevel.DIGID or self.free_text_at_kenmerk
        zaaktype = zaak.expand.zaaktype.omschrijving
        suspended = zaak.opschorting is not None and zaak.opschorting.indicatie
        running = zaak.einddatum is None and not suspended
        left = (zaak.uiterlijkeEinddatumAfdoening - today).days if zaak.uiterlijkeEinddatumAfdoening else None
        late = running and left is not None and left < 0
        return CaseStatus(
            number=zaak.identificatie,
            title=(zaak.omschrijving if free else "") or zaaktype,
            zaaktype=zaaktype,
            organisation=self._organisation(zaak.verantwoordelijkeOrganisatie),
            start=zaak.startdatum,
            end=zaak.einddatum,
            status=_status(zaak, free),
            steps=steps or (),
            next_step=next_step(steps or ()) if zaak.einddatum is None else None,
            result=_result(zaak, free),
            planned_end=zaak.einddatumGepland,
            legal_end=zaak.uiterlijkeEinddatumAfdoening,
            late=late,
            days_late=-left if late and left is not None else 0,
            days_left=left if running and not late else None,
            suspension=Suspension(zaak.opschorting.reden if free else "") if suspended and zaak.opschorting else None,
            prolongation=_prolongation(zaak.verlenging, free),
            confidentiality=Confidentiality.parse(zaak.vertrouwelijkheidaanduiding),
            url=zaak.url,
            uuid=zaak.uuid,
            system_id=self.system_id,
            trust=trust,
            history_complete=steps is not None,
        )

    def _organisation(self, rsin: str) -> Organisation:
        return self.organisations.get(rsin) or Organisation("", self.default_organisation, rsin)


def initiator_facts(zaak: Zaak) -> list[InitiatorFacts]:
    """What the case system knows of the initiators, for the second factor."""
    return [
        InitiatorFacts(
            birth_date=person.geboortedatum or None,
            postcode=(person.verblijfsadres.aoaPostcode or None) if person.verblijfsadres else None,
            house_number=person.verblijfsadres.aoaHuisnummer if person.verblijfsadres else None,
        )
        for person in zaak.initiators()
    ]


def current_status(zaak: Zaak) -> tuple[ZaakStatus, Statustype] | None:
    """The status the case points to with its statustype; None when no status was set yet.

    Raises:
        Misconfigured: there is one, but the case system did not expand it.
    """
    if zaak.status is None:
        return None
    status = zaak.expand.status
    if status is None or status.expand.statustype is None:
        raise Misconfigured("no_expand")
    return status, status.expand.statustype


def _status(zaak: Zaak, free: bool) -> Status | None:
    current = current_status(zaak)
    if current is None:
        return None
    status, statustype = current
    return Status(
        title=statustype.omschrijving,
        text=statustype.statustekst or statustype.omschrijving,
        since=status.datumStatusGezet,
        explanation=status.statustoelichting if free else "",
        final=statustype.isEindstatus,
    )


def _result(zaak: Zaak, free: bool) -> Result | None:
    if zaak.resultaat is None:
        return None
    resultaat = zaak.expand.resultaat
    if resultaat is None or resultaat.expand.resultaattype is None:
        raise Misconfigured("no_expand")
    kind = resultaat.expand.resultaattype
    return Result(kind.omschrijving, kind.omschrijvingGeneriek, resultaat.toelichting if free else "")


def _prolongation(verlenging: Verlenging | None, free: bool) -> Prolongation | None:
    # Some versions write "not prolonged" as an object with empty fields.
    if verlenging is None or not (verlenging.duur or verlenging.reden):
        return None
    length = _DAYS.fullmatch(verlenging.duur)
    days = None
    if length:
        days = int(length["days"]) if length["days"] else 7 * int(length["weeks"])
    return Prolongation(verlenging.reden if free else "", days)
