"""A case in words and as a picture: only what the source says (design section 1, the honest story)."""

from __future__ import annotations

import os
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from actions.reply import Part, text
from loket.answers.dates import in_words
from loket.cases.model import CaseStatus, StepState
from loket.notifications.consent import OFFER

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
PICTURES = "web"
"""The channel that shows the steps as a picture."""


def parts(case: CaseStatus, channel: str) -> list[Part]:
    """The texts that tell a case: what, where it stands since when, what was done (on web that is in the picture), what comes
    next, when a decision is due, what it means when that day has passed, and what the citizen must do."""
    before = "" if channel == PICTURES else done(case)
    steps = [text("zaak.gedaan", stappen=before)] if before else []
    return [_what(case), *(_closed(case) if case.closed else _open(case, steps)), text("zaak.verder")]


def offer(case: CaseStatus) -> list[Part]:
    """The question whether the citizen wants to hear of news; only of an open case, and where news comes in at all."""
    return [text(OFFER)] if not case.closed and os.environ.get("VERBONDEN_NRC_AUTHORIZATION") else []


def _what(case: CaseStatus) -> Part:
    if case.organisation.name:
        return text("zaak.wat", titel=case.title, nummer=case.number, organisatie=case.organisation.name)
    return text("zaak.wat_zonder_organisatie", titel=case.title, nummer=case.number)


def _closed(case: CaseStatus) -> list[Part]:
    ended = in_words(case.end or case.start)
    if case.result is None:
        return [text("zaak.klaar_zonder_resultaat", datum=ended), text("zaak.niet_eens")]
    return [text("zaak.klaar", datum=ended, resultaat=case.result.title.lower()), text("zaak.niet_eens")]


def _open(case: CaseStatus, before: list[Part]) -> list[Part]:
    found: list[Part] = []
    if case.status is None:
        found.append(text("zaak.zonder_status", datum=in_words(case.start)))
    else:
        found.append(text("zaak.gestart", datum=in_words(case.start)))
        found.append(text("zaak.status", status=sentence(case.status.text), datum=day(case.status.since)))
    found += before
    return [*found, *next_step(case), *to_do(case), *term(case), *prolonged(case)]


def done(case: CaseStatus) -> str:
    """The steps that were done, with their days, in one line; empty when none is known."""
    steps = [step for step in case.steps if step.state is StepState.DONE]
    return ", ".join(f"{step.title} ({in_words(_local(step.since))})" if step.since else step.title for step in steps)


def next_step(case: CaseStatus) -> list[Part]:
    """What comes next, when the source says so."""
    return [text("zaak.volgende", stap=case.next_step.title.lower())] if case.next_step is not None else []


def term(case: CaseStatus, *, with_rights: bool = True) -> list[Part]:
    """When a decision must be there by law, and what it means when that day has passed: with the organisation's own route."""
    if case.suspension is not None:
        reason = case.suspension.reason
        return [text("zaak.opgeschort", reden=reason) if reason else text("zaak.opgeschort_zonder_reden")]
    if case.late and case.legal_end is not None:
        days = case.days_late
        amount = {"key": "dagen.een"} if days == 1 else {"key": "dagen.meer"}
        late = text("zaak.te_laat", datum=in_words(case.legal_end), dagen={**amount, "values": {"aantal": days}})
        return [late, *(rights(case) if with_rights else [])]
    found = []
    if case.planned_end is not None and case.days_left is not None and case.legal_end != case.planned_end and _ahead(case):
        found.append(text("zaak.gepland", datum=in_words(case.planned_end)))
    if case.legal_end is None:
        return [*found, text("zaak.geen_beslisdatum")]
    return [*found, text("zaak.beslisdatum", datum=in_words(case.legal_end))]


def rights(case: CaseStatus) -> list[Part]:
    """What a citizen can do when there is no decision in time: remind, then notice of default, and where.

    General Administrative Law Act (Awb), sections 4:17 and 6:12.
    """
    where = [{"reach": case.organisation.id}] if case.organisation.id else []
    name = case.organisation.name
    first = text("zaak.herinneren", organisatie=name) if name else text("zaak.herinneren_zonder_organisatie")
    return [first, *where, text("zaak.in_gebreke")]


def prolonged(case: CaseStatus) -> list[Part]:
    """That the organisation took more time, and why when the source says so."""
    if case.prolongation is None:
        return []
    reason = case.prolongation.reason
    return [text("zaak.verlengd", reden=reason) if reason else text("zaak.verlengd_zonder_reden")]


def to_do(case: CaseStatus) -> list[Part]:
    """What the organisation wrote with the status; without it, that the source names nothing that the citizen must do."""
    if case.status is not None and case.status.explanation:
        return [text("zaak.toelichting", toelichting=sentence(case.status.explanation))]
    return [text("zaak.niets_te_doen")] if case.suspension is None else []


def _ahead(case: CaseStatus) -> bool:
    """Whether the day that the organisation aims at is still to come."""
    if case.planned_end is None or case.legal_end is None or case.days_left is None:
        return False
    return case.days_left >= (case.legal_end - case.planned_end).days


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


def sentence(words: str) -> str:
    """The words with a full stop."""
    words = words.strip()
    return words if words.endswith((".", "!", "?")) else words + "."


def day(moment: datetime) -> str:
    """The day of a moment in the Netherlands, in words."""
    return in_words(_local(moment))


def _local(moment: datetime) -> date:
    return moment.astimezone(AMSTERDAM).date()
