"""What the front line asks of any case system, whatever its make."""

from __future__ import annotations

from typing import Protocol

from loket.cases.confidentiality import TrustLevel
from loket.cases.model import CaseStatus
from loket.cases.second_factor import SecondFactor


class CaseSystem(Protocol):
    """A case system. Every method is a read; none of them says *why* a case is not in the answer.

    All methods raise ``InvalidInput`` (nothing was sent), ``Unavailable`` or ``Misconfigured``.
    """

    @property
    def system_id(self) -> str:
        """Key of the system in the configuration."""
        ...

    @property
    def name(self) -> str:
        """Name for the citizen."""
        ...

    async def by_number(self, number: str, factor: SecondFactor) -> list[CaseStatus]:
        """Cases with this number whose initiator has this second factor (trust level ``kenmerk``); mostly none or one."""
        ...

    async def by_person(self, bsn: str) -> list[CaseStatus]:
        """All cases started by this person (trust level ``digid``), without steps, in the order of the source."""
        ...

    async def by_number_and_person(self, number: str, bsn: str) -> list[CaseStatus]:
        """The case with this number, if this person started it (trust level ``digid``)."""
        ...

    async def by_uuid(self, uuid: str, trust: TrustLevel, *, history: bool = False) -> CaseStatus | None:
        """The case with this UUID, with its steps only on request, if it may be seen at this trust level.

        Only for a case that the citizen proved to be theirs before: nothing is checked here.
        """
        ...

    async def check(self) -> None:
        """Whether the system answers and accepts us; for ``verbonden doctor``. Reads no case."""
        ...

    async def close(self) -> None:
        """Close connections."""
        ...
