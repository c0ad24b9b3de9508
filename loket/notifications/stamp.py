"""How a case stands, as a stamp: two that are the same mean that there is nothing new to tell."""

from __future__ import annotations

from loket.cases.model import CaseStatus


def stamp(case: CaseStatus) -> str:
    """When the status was set, whether the case is closed, and whether the term stands still or was made longer."""
    since = case.status.since.isoformat() if case.status else "-"
    return f"{since}|{case.end or '-'}|{int(case.suspended)}{int(case.prolonged)}"[:120]
