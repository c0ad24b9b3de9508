"""A case system that speaks the ZGW standard: Zaken API 1.5 and Catalogi API 1.3 (measured on Open Zaak 1.29.1)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from loket.cases import identifiers
from loket.cases.answers import Page, Statustype, Zaak, ZaakStatus, validated
from loket.cases.catalogue import StatusTypes, Types
from loket.cases.confidentiality import DIGID_DEFAULT, Confidentiality, TrustLevel, may_see
from loket.cases.errors import CaseSystemError, Misconfigured, NotFound, Unavailable
from loket.cases.mapping import Presentation, current_status, initiator_facts
from loket.cases.model import CaseStatus, Step
from loket.cases.second_factor import SecondFactor
from loket.cases.steps import case_steps
from loket.cases.transport import Transport

log = structlog.get_logger(__name__)

ZAKEN = "/zaken/api/v1"
CATALOGI = "/catalogi/api/v1"

# Each level must be named: "status.statustype" alone is accepted and gives nothing.
EXPAND = ("zaaktype", "status", "status.statustype", "resultaat", "resultaat.resultaattype", "rollen")

# Needed on every call on zaken, although the specification does not mark it as required; else 412.
_CRS = {"Accept-Crs": "EPSG:4326"}
_SEARCH_CRS = {**_CRS, "Content-Crs": "EPSG:4326"}

# An unknown key in the body of _zoek is ignored and gives the cases of everybody, so the keys stand here and only here.
_BSN_KEY = "rol__betrokkeneIdentificatie__natuurlijkPersoon__inpBsn"
_ROLE_KEY = "rol__omschrijvingGeneriek"

NO_RIGHTS = "permission_denied"
"""Code of the refusal of one case, where a list leaves it out silently."""

_PAGE_SIZE = 100
_MAXIMUM_PAGES = 10


def today_in_the_netherlands() -> date:
    """The date by which legal terms count."""
    return datetime.now(ZoneInfo("Europe/Amsterdam")).date()


class ZgwCaseSystem:
    """One Open Zaak, or anything that keeps the same contract."""

    def __init__(
        self,
        transport: Transport,
        presentation: Presentation,
        *,
        name: str,
        source_rsin: str = "",
        number_pattern: str = "",
        digid_maximum: Confidentiality = DIGID_DEFAULT,
        today: Callable[[], date] = today_in_the_netherlands,
    ) -> None:
        """Prepare; nothing is sent.

        Args:
            transport: calls to the system.
            presentation: how its cases are told.
            name: name of the system for the citizen.
            source_rsin: only cases with this ``bronorganisatie``; a number is unique only together with it.
            number_pattern: regular expression of this system's case numbers; a number that does not match is not asked.
            digid_maximum: the most confidential case that is shown at DigiD.
            today: the date in the Netherlands.
        """
        self.system_id = presentation.system_id
        self.name = name
        self._transport = transport
        self._presentation = presentation
        self._source_rsin = source_rsin
        self._number_pattern = re.compile(number_pattern) if number_pattern else None
        self._digid_maximum = digid_maximum
        self._today = today
        self._status_types = StatusTypes(self._fetch_status_types)

    async def by_number(self, number: str, factor: SecondFactor) -> list[CaseStatus]:
        """See :meth:`loket.cases.protocol.CaseSystem.by_number`."""
        wanted = identifiers.case_number(number)
        if not self._has(wanted):
            return []
        zaken = await self._zaken({"identificatie": wanted}, search=False)
        verified = []
        for zaak in zaken:
            self._must_have_number(zaak, wanted)
            # Both are always evaluated: a wrong factor and a confidential case do the same work.
            known = factor.matches(initiator_facts(zaak))
            if known & self._may_see(zaak, TrustLevel.KENMERK):
                verified.append(zaak)
        return await self._with_history(verified, TrustLevel.KENMERK)

    async def by_person(self, bsn: str) -> list[CaseStatus]:
        """See :meth:`loket.cases.protocol.CaseSystem.by_person`."""
        person = identifiers.bsn(bsn)
        zaken = await self._zaken({_BSN_KEY: person, _ROLE_KEY: "initiator"}, search=True)
        for zaak in zaken:
            self._must_be_of(zaak, person)
        return [
            self._presentation.case(zaak, None, TrustLevel.DIGID, self._today())
            for zaak in zaken
            if self._may_see(zaak, TrustLevel.DIGID)
        ]

    async def by_number_and_person(self, number: str, bsn: str) -> list[CaseStatus]:
        """See :meth:`loket.cases.protocol.CaseSystem.by_number_and_person`."""
        wanted = identifiers.case_number(number)
        person = identifiers.bsn(bsn)
        if not self._has(wanted):
            return []
        zaken = await self._zaken({"identificatie": wanted, _BSN_KEY: person, _ROLE_KEY: "initiator"}, search=True)
        for zaak in zaken:
            self._must_have_number(zaak, wanted)
            self._must_be_of(zaak, person)
        seen = [zaak for zaak in zaken if self._may_see(zaak, TrustLevel.DIGID)]
        return await self._with_history(seen, TrustLevel.DIGID)

    async def by_uuid(self, uuid: str, trust: TrustLevel, *, history: bool = False) -> CaseStatus | None:
        """See :meth:`loket.cases.protocol.CaseSystem.by_uuid`."""
        wanted = identifiers.case_uuid(uuid)
        try:
            found = await self._transport.read(f"{ZAKEN}/zaken/{wanted}", params={"expand": ",".join(EXPAND)}, headers=_CRS)
        except NotFound:
            return None
        except Misconfigured as error:
            if error.reason != NO_RIGHTS:
                raise
            # Of one case that we saw before it means: it became more confidential than we may read (contract, section 3.2).
            log.warning("case_above_our_rights", system=self.system_id)
            return None
        zaak = validated(Zaak, found)
        if zaak.uuid != wanted:
            self._mismatch()
        if not self._may_see(zaak, trust):
            return None
        if history:
            return (await self._with_history([zaak], trust))[0]
        return self._presentation.case(zaak, None, trust, self._today())

    async def check(self) -> None:
        """See :meth:`loket.cases.protocol.CaseSystem.check`."""
        # A number that no case has: this proves address, token and rights without reading anybody's case.
        await self._zaken({"identificatie": "CONTROLE-0"}, search=False)

    async def close(self) -> None:
        """See :meth:`loket.cases.protocol.CaseSystem.close`."""
        await self._transport.close()

    async def _zaken(self, filters: Mapping[str, str], *, search: bool) -> list[Zaak]:
        """Cases by filter; with ``search`` through ``_zoek``, so that a BSN is in no URL and no access log."""
        if not all(filters.values()):
            raise AssertionError("an empty filter is no filter: it would return everybody's cases")
        if self._source_rsin:
            filters = {**filters, "bronorganisatie": self._source_rsin}
        if search:
            # In the body "expand" must be a list: a comma-separated string is silently ignored.
            body = {**filters, "expand": list(EXPAND)}
            found = await self._pages(f"{ZAKEN}/zaken/_zoek", {}, body, _SEARCH_CRS)
        else:
            found = await self._pages(f"{ZAKEN}/zaken", {**filters, "expand": ",".join(EXPAND)}, None, _CRS)
        zaken = [validated(Zaak, item) for item in found]
        if self._source_rsin and any(item.get("bronorganisatie") != self._source_rsin for item in found):
            self._mismatch()
        return zaken

    async def _pages(
        self,
        path: str,
        params: Mapping[str, str],
        body: Mapping[str, Any] | None,
        headers: Mapping[str, str] | None,
    ) -> list[dict[str, Any]]:
        """All results. ``next`` is only a sign that there is more: its address is the server's idea of its own name, and
        for ``_zoek`` it lacks the body, so the same request is made again with the next page number."""
        results: list[dict[str, Any]] = []
        for number in range(1, _MAXIMUM_PAGES + 1):
            paged = {**params, "page": str(number), "pageSize": str(_PAGE_SIZE)}
            try:
                answer = await self._transport.read(path, params=paged, body=body, headers=headers)
            except NotFound:
                # The list became shorter between two pages.
                if number == 1:
                    raise Misconfigured("http_404") from None
                return results
            page = validated(Page, answer)
            results += page.results
            if page.next is None:
                return results
        raise Unavailable("too_many_pages")

    async def _with_history(self, zaken: list[Zaak], trust: TrustLevel) -> list[CaseStatus]:
        histories = await asyncio.gather(*(self._steps(zaak) for zaak in zaken))
        return [self._presentation.case(zaak, steps, trust, self._today()) for zaak, steps in zip(zaken, histories, strict=True)]

    async def _steps(self, zaak: Zaak) -> tuple[Step, ...] | None:
        """The history; None when it cannot be read: the case itself is still worth telling."""
        current = current_status(zaak)
        types, history = await asyncio.gather(self._status_types.of(zaak.zaaktype), self._history(zaak))
        if types is None or history is None:
            return None
        return case_steps(types, history, current[0] if current else None)

    async def _history(self, zaak: Zaak) -> list[ZaakStatus] | None:
        if zaak.status is None:
            return []
        try:
            found = await self._pages(f"{ZAKEN}/statussen", {"zaak": zaak.url}, None, None)
            history = [validated(ZaakStatus, item) for item in found]
        except CaseSystemError as error:
            log.warning("history_unreadable", system=self.system_id, reason=error.reason)
            return None
        if any(status.zaak != zaak.url for status in history):
            self._mismatch()
        if not history:
            # The case has a status but the list is empty: its URLs carry another host than ours, or rights are missing.
            log.error("history_empty", system=self.system_id, reason="other_host_or_no_rights")
            return None
        return history

    async def _fetch_status_types(self, zaaktype_url: str) -> Types:
        found = await self._pages(f"{CATALOGI}/statustypen", {"zaaktype": zaaktype_url}, None, None)
        types = tuple(validated(Statustype, item) for item in found)
        if not types or any(item.zaaktype != zaaktype_url for item in types):
            raise Misconfigured("catalogue_differs")
        return types

    def _has(self, number: str) -> bool:
        return self._number_pattern is None or self._number_pattern.fullmatch(number) is not None

    def _may_see(self, zaak: Zaak, trust: TrustLevel) -> bool:
        return may_see(Confidentiality.parse(zaak.vertrouwelijkheidaanduiding), trust, self._digid_maximum)

    def _must_have_number(self, zaak: Zaak, wanted: str) -> None:
        if zaak.identificatie != wanted:
            self._mismatch()

    def _must_be_of(self, zaak: Zaak, person: str) -> None:
        if person not in {initiator.inpBsn for initiator in zaak.initiators()}:
            self._mismatch()

    def _mismatch(self) -> None:
        """A case that was not asked for: the filter was not understood. Nothing of the answer is used."""
        log.error("answer_mismatch", system=self.system_id)
        raise Misconfigured("answer_mismatch")
