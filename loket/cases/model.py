"""A case as the front line may tell it: no names, no addresses, no BSN, only what the source says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from loket.cases.confidentiality import Confidentiality, TrustLevel


class StepState(StrEnum):
    """Where a step of the case stands."""

    DONE = "done"
    CURRENT = "current"
    TODO = "todo"


@dataclass(frozen=True, slots=True)
class Organisation:
    """The organisation that is responsible for a case.

    Attributes:
        id: key in the verwijsindex (``uwv``, ``gemeente``); empty when the configuration does not map the RSIN.
        name: name for the citizen.
        rsin: nine digits, as the case system gives it.
    """

    id: str
    name: str
    rsin: str


@dataclass(frozen=True, slots=True)
class Status:
    """The current status: the statustype's text for the citizen, and since when.

    Attributes:
        title: short name of the step (``statustype.omschrijving``).
        text: sentence for the citizen (``statustype.statustekst``); the title when the catalogue has none.
        since: moment it was set (aware, UTC).
        explanation: free text of staff with this status; empty below the trust level that may see it.
        final: whether this is the last status of the case.
    """

    title: str
    text: str
    since: datetime
    explanation: str = ""
    final: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the case, for a track-and-trace picture.

    Attributes:
        number: ``volgnummer`` in the catalogue.
        title: short name.
        text: sentence for the citizen.
        state: done, current or still to come.
        since: when it was set (aware, UTC); None when still to come.
    """

    number: int
    title: str
    text: str
    state: StepState
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of a closed case.

    Attributes:
        title: ``resultaattype.omschrijving``, for example "Verleend".
        generic: ``resultaattype.omschrijvingGeneriek``, from a national list; may be empty.
        explanation: free text of staff; empty below the trust level that may see it.
    """

    title: str
    generic: str = ""
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Suspension:
    """The legal term stands still (``opschorting``).

    Attributes:
        reason: free text of staff; empty below the trust level that may see it.
    """

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Prolongation:
    """The legal term was made longer (``verlenging``).

    Attributes:
        reason: free text of staff; empty below the trust level that may see it.
        days: length in days; None when the source gives a length that is no whole number of days.
    """

    reason: str = ""
    days: int | None = None


@dataclass(frozen=True, slots=True)
class CaseStatus:
    """Everything that may be told of one case.

    Attributes:
        number: ``identificatie``, as the case system writes it.
        title: what the case is. At ``kenmerk`` the name of the zaaktype; free text of staff only where it may be seen.
        zaaktype: name of the zaaktype.
        organisation: who is responsible.
        start: day the case started.
        end: day it was closed; None while open.
        status: current status; None when none was set yet.
        steps: the steps in order. Empty when the history could not be read (see ``history_complete``).
        next_step: the first step still to come; None when there is none or it is unknown.
        result: outcome, when there is one.
        planned_end: ``einddatumGepland``: what the organisation aims at.
        legal_end: ``uiterlijkeEinddatumAfdoening``: the last day by law.
        late: open, not suspended, and ``legal_end`` has passed.
        days_late: whole days since ``legal_end`` when late, else 0.
        days_left: whole days until ``legal_end`` while open, not late and not suspended; else None.
        suspension: the term stands still now.
        prolongation: the term was prolonged.
        confidentiality: how confidential the case is.
        url: address of the case in the case system.
        uuid: its UUID there.
        system_id: which configured case system it came from.
        trust: trust level under which it was read.
        history_complete: whether ``steps`` holds the real history.
    """

    number: str
    title: str
    zaaktype: str
    organisation: Organisation
    start: date
    end: date | None
    status: Status | None
    steps: tuple[Step, ...]
    next_step: Step | None
    result: Result | None
    planned_end: date | None
    legal_end: date | None
    late: bool
    days_late: int
    days_left: int | None
    suspension: Suspension | None
    prolongation: Prolongation | None
    confidentiality: Confidentiality
    url: str
    uuid: str
    system_id: str
    trust: TrustLevel
    history_complete: bool

    @property
    def suspended(self) -> bool:
        """Whether the term stands still now."""
        return self.suspension is not None

    @property
    def prolonged(self) -> bool:
        """Whether the term was prolonged."""
        return self.prolongation is not None

    @property
    def closed(self) -> bool:
        """Whether the case is closed."""
        return self.end is not None
