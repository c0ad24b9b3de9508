"""A case in words and as a picture: only what the source says (design section 1, the honest story)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from actions.reply import Part, text
from loket.answers.dates import in_words
from loket.cases.model import CaseStatus, StepState

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def parts(case: CaseStatus) -> list[Part]:
    """The texts that tell a case: what, where it stands since when, what comes next, when a decision is due, if it is late."""
    found = [_what(case)]
    if case.closed:
        found += _closed(case)
    else:
        found += _open(case)
    found.append(text("zaak.verder"))
    return found


def _what(case: CaseStatus) -> Part:
    if case.organisation.name:
        return text("zaak.wat", titel=case.title, nummer=case.number, organisatie=case.organisation.name)
    return text("zaak.wat_zonder_organisatie", titel=case.title, nummer=case.number)


def _closed(case: CaseStatus) -> list[Part]:
    ended = in_words(case.end or case.start)
    if case.result is None:
        return [text("zaak.klaar_zonder_resultaat", datum=ended), text("zaak.niet_eens")]
    return [text("zaak.klaar", datum=ended, resultaat=case.result.title.lower()), text("zaak.niet_eens")]


def _open(case: CaseStatus) -> list[Part]:
    found: list[Part] = []
    if case.status is None:
        found.append(text("zaak.zonder_status", datum=in_words(case.start)))
    else:
        found.append(text("zaak.gestart", datum=in_words(case.start)))
        found.append(text("zaak.status", status=_sentence(case.status.text), datum=in_words(_local(case.status.since))))
    if case.next_step is not None:
        found.append(text("zaak.volgende", stap=case.next_step.title.lower()))
    if case.suspension is not None:
        reason = case.suspension.reason
        found.append(text("zaak.opgeschort", reden=reason) if reason else text("zaak.opgeschort_zonder_reden"))
    elif case.late and case.legal_end is not None:
        days = case.days_late
        amount = {"key": "dagen.een"} if days == 1 else {"key": "dagen.meer"}
        found.append(text("zaak.te_laat", datum=in_words(case.legal_end), dagen={**amount, "values": {"aantal": days}}))
    elif case.legal_end is not None:
        found.append(text("zaak.beslisdatum", datum=in_words(case.legal_end)))
    else:
        found.append(text("zaak.geen_beslisdatum"))
    if case.prolongation is not None and case.prolongation.reason:
        found.append(text("zaak.verlengd", reden=case.prolongation.reason))
    return found


def card(case: CaseStatus) -> dict[str, Any]:
    """The picture of docs/protocol.md: the steps, and when it must be ready."""
    return {
        "kind": "case",
        "number": case.number,
        "title": case.title,
        "steps": [
            {"title": step.title, "state": step.state.value, "at": _local(step.since).isoformat() if step.since else None}
            for step in case.steps
        ],
        "due": case.legal_end.isoformat() if case.legal_end and not case.closed and case.suspension is None else None,
        "late": case.late,
    }


def standing(case: CaseStatus) -> str:
    """Where a case stands, in a few words, for the summary."""
    current = next((step.title for step in case.steps if step.state is StepState.CURRENT), None)
    if case.closed:
        return case.result.title if case.result else (case.status.title if case.status else "")
    return current or (case.status.title if case.status else "")


def _sentence(words: str) -> str:
    words = words.strip()
    return words if words.endswith((".", "!", "?")) else words + "."


def _local(moment: datetime) -> date:
    return moment.astimezone(AMSTERDAM).date()
