"""All configured case systems as one: asked in parallel, and honest about the ones that did not answer."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from loket.cases import identifiers
from loket.cases.confidentiality import TrustLevel
from loket.cases.errors import CaseSystemError, InvalidInput, Misconfigured, Unavailable
from loket.cases.mapping import Presentation
from loket.cases.model import CaseStatus, Organisation
from loket.cases.protocol import CaseSystem
from loket.cases.second_factor import SecondFactor
from loket.cases.settings import FileSettings, SystemSettings, read_settings
from loket.cases.token import JwtAuthorization
from loket.cases.transport import Limits, Transport
from loket.cases.zgw import ZgwCaseSystem

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LookupResult:
    """What the case systems answered together.

    Attributes:
        found: cases that may be shown, open ones first, then newest first. An empty list never says why.
        unavailable: names for the citizen of the systems that could not be asked now, so that an empty ``found`` does not
            prove that there is no case.
    """

    found: list[CaseStatus] = field(default_factory=list)
    unavailable: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SystemCheck:
    """State of one system, for ``verbonden doctor``.

    Attributes:
        system_id: key in the configuration.
        name: name for the citizen.
        problem: None when all is well, else the machine-readable reason.
        misconfigured: whether an administrator must act (True), or waiting may help (False).
    """

    system_id: str
    name: str
    problem: str | None
    misconfigured: bool = False


class CaseSystems:
    """The case systems of the configuration file."""

    def __init__(self, systems: Sequence[CaseSystem], *, empty_answer_seconds: float = 0.6) -> None:
        """Take the systems.

        Args:
            systems: all of them are asked.
            empty_answer_seconds: an answer without a case at ``kenmerk`` takes a whole multiple of this time, so that the
                time does not tell "no such number" from "wrong factor".
        """
        self._systems = tuple(systems)
        self._empty_answer_seconds = empty_answer_seconds

    @classmethod
    def from_file(cls, path: str | Path, environment: Mapping[str, str] | None = None) -> CaseSystems:
        """Read the configuration file; secrets come from the environment.

        A system whose variables are missing does not stop the others: it counts as unavailable, and :meth:`check` and the
        log say why.

        Args:
            path: the YAML file.
            environment: instead of ``os.environ``.

        Raises:
            Misconfigured: the file itself is wrong.
        """
        variables = os.environ if environment is None else environment
        settings: FileSettings = read_settings(Path(path))
        systems = [_system(item, variables) for item in settings.systemen]
        return cls(systems, empty_answer_seconds=settings.antwoordtijd_zonder_zaak)

    async def by_number(self, number: str, factor: SecondFactor) -> LookupResult:
        """Look up a case by its number and a second factor (trust level ``kenmerk``).

        "No such number", "wrong factor" and "too confidential" all give an empty ``found`` after the same time.
        The number of attempts is not limited here.

        Raises:
            InvalidInput: the number is empty or malformed; nothing was sent.
        """
        wanted = identifiers.case_number(number)
        started = time.monotonic()
        result = await self._ask(lambda system: system.by_number(wanted, factor))
        if not result.found and self._empty_answer_seconds:
            spent = time.monotonic() - started
            await asyncio.sleep(self._empty_answer_seconds - spent % self._empty_answer_seconds)
        return result

    async def by_person(self, bsn: str) -> LookupResult:
        """All cases of a person (trust level ``digid``), without their steps.

        Raises:
            InvalidInput: not a BSN; nothing was sent.
        """
        person = identifiers.bsn(bsn)
        return await self._ask(lambda system: system.by_person(person))

    async def by_number_and_person(self, number: str, bsn: str) -> LookupResult:
        """One case of a person, with its steps (trust level ``digid``).

        Raises:
            InvalidInput: the number or the BSN cannot be right; nothing was sent.
        """
        wanted = identifiers.case_number(number)
        person = identifiers.bsn(bsn)
        return await self._ask(lambda system: system.by_number_and_person(wanted, person))

    async def by_uuid(self, system_id: str, uuid: str, trust: TrustLevel, *, history: bool = False) -> CaseStatus | None:
        """How a case stands that the citizen proved to be theirs before, with its steps on request; None when it may not be
        seen or is gone.

        Raises:
            InvalidInput: not a UUID; nothing was sent.
            Unavailable: no usable answer now.
            Misconfigured: the system refuses us, or is no longer in the configuration.
        """
        for system in self._systems:
            if system.system_id == system_id:
                return await system.by_uuid(uuid, trust, history=history)
        raise Misconfigured("unknown_system")

    async def check(self) -> list[SystemCheck]:
        """Ask every system whether it answers and accepts us."""

        async def one(system: CaseSystem) -> SystemCheck:
            try:
                await system.check()
            except CaseSystemError as error:
                return SystemCheck(system.system_id, system.name, error.reason, isinstance(error, Misconfigured))
            return SystemCheck(system.system_id, system.name, None)

        return list(await asyncio.gather(*(one(system) for system in self._systems)))

    async def close(self) -> None:
        """Close all connections."""
        await asyncio.gather(*(system.close() for system in self._systems))

    async def _ask(self, question: Callable[[CaseSystem], Awaitable[list[CaseStatus]]]) -> LookupResult:
        async def one(system: CaseSystem) -> list[CaseStatus] | None:
            try:
                return await question(system)
            except Unavailable as error:
                log.warning("case_system_unavailable", system=system.system_id, reason=error.reason)
                return None
            except InvalidInput:
                raise
            except CaseSystemError as error:
                log.error("case_system_misconfigured", system=system.system_id, reason=error.reason)
                return None
            except Exception as error:
                # A defect in one client must not take the others away. Only its kind is logged: its text could hold
                # something of the answer.
                log.error("case_system_defect", system=system.system_id, error=type(error).__name__)
                return None

        answers = await asyncio.gather(*(one(system) for system in self._systems))
        result = LookupResult()
        for system, answer in zip(self._systems, answers, strict=True):
            if answer is None:
                result.unavailable.append(system.name)
            else:
                result.found.extend(answer)
        result.found.sort(key=lambda case: case.start, reverse=True)
        result.found.sort(key=lambda case: case.closed)
        return result


class _BrokenSystem:
    """A system that is in the file but cannot be used because of its configuration."""

    def __init__(self, system_id: str, name: str, reason: str) -> None:
        self.system_id = system_id
        self.name = name
        self._reason = reason

    async def by_number(self, number: str, factor: SecondFactor) -> list[CaseStatus]:
        raise Misconfigured(self._reason)

    async def by_person(self, bsn: str) -> list[CaseStatus]:
        raise Misconfigured(self._reason)

    async def by_number_and_person(self, number: str, bsn: str) -> list[CaseStatus]:
        raise Misconfigured(self._reason)

    async def by_uuid(self, uuid: str, trust: TrustLevel, *, history: bool = False) -> CaseStatus | None:
        raise Misconfigured(self._reason)

    async def check(self) -> None:
        raise Misconfigured(self._reason)

    async def close(self) -> None:
        """Nothing is open."""


def _system(settings: SystemSettings, environment: Mapping[str, str]) -> CaseSystem:
    try:
        base_url = settings.base_url(environment)
        client_id, secret = settings.credentials(environment)
    except Misconfigured as error:
        log.error("case_system_misconfigured", system=settings.id, reason=error.reason)
        return _BrokenSystem(settings.id, settings.naam, error.reason)
    limits = Limits(
        connect=settings.tijd.verbinden,
        attempt=settings.tijd.poging,
        deadline=settings.tijd.totaal,
        attempts=settings.tijd.pogingen,
        connections=settings.verbindingen,
    )
    organisations = {rsin: Organisation(item.id, item.naam, rsin) for rsin, item in settings.organisaties.items()}
    presentation = Presentation(
        system_id=settings.id,
        organisations=organisations,
        default_organisation=settings.naam,
        free_text_at_kenmerk=settings.vrije_tekst_vanaf == "kenmerk",
    )
    transport = Transport(base_url, JwtAuthorization(client_id, secret), system_id=settings.id, limits=limits)
    return ZgwCaseSystem(
        transport,
        presentation,
        name=settings.naam,
        source_rsin=settings.bronorganisatie,
        number_pattern=settings.zaaknummer_patroon,
        digid_maximum=settings.digid_maximum,
    )
