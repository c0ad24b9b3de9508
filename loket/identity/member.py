"""A member of the counter staff as the rest of the code knows one: who, of which organisation, with which role and teams."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a member of staff may do.

    A medewerker answers in the first line; a casemanager also teaches the bot; a teamleider also sees the figures and the
    conversations of all teams of the organisation; a beheerder manages settings, and reads no conversation without a reason.
    """

    MEDEWERKER = "medewerker"
    CASEMANAGER = "casemanager"
    TEAMLEIDER = "teamleider"
    BEHEERDER = "beheerder"


@dataclass(frozen=True)
class Member:
    """A member of staff who is logged in.

    Attributes:
        id: of the account.
        name: for citizens and colleagues.
        organisation: id in the verwijsindex.
        role: a value of `Role`.
        teams: ids of the teams whose conversations are this member's work.
    """

    id: str
    name: str
    organisation: str
    role: str
    teams: frozenset[str] = frozenset()
