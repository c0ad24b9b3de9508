"""Questions after a case was told: when then, why so long, what was done, what comes next, what must I do, and the other one.

The case is asked for afresh each time: what was told some minutes ago may have changed, and the citizen may have logged out.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import asked_further, case_choice, case_text, digid, own_cases, resources
from actions.conversation import FRESH
from actions.reply import Part, context, entity, say, text
from loket.answers.dates import in_words
from loket.cases.confidentiality import TrustLevel
from loket.cases.errors import CaseSystemError
from loket.cases.model import CaseStatus
from loket.identity.audit import record_lookup

Known = dict[str, Any]


class FollowUp(Action):
    """Answers one question about what was told last: `soort` says which about a case (data/antwoorden/vervolg.yaml)."""

    def name(self) -> str:
        return "action_vervolg"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if asked_further.asked(tracker):
            asked_further.tell(dispatcher, tracker)
            return FRESH
        told = context(tracker)
        cases = newest_first(told)
        if not cases:
            say(dispatcher, text("vervolg.geen_zaak"))
            return FRESH
        kind = str(entity(tracker, "soort") or "")
        if kind == "andere":
            await _other(dispatcher, told, cases)
            return FRESH
        case = await _afresh(dispatcher, told, cases[0])
        if case is not None:
            answer = ANSWERS.get(kind, _when)
            rights = [{"name": "wat_kan_ik"}] if case.late and kind != "te_laat" else []
            about = text("vervolg.over", titel=case.title, nummer=case.number, datum=in_words(case.start))
            say(dispatcher, about, *answer(case),
                buttons=[*rights, {"name": "mens"}], trust=own_cases.TRUST if case.trust is TrustLevel.DIGID else "")
        return FRESH


class ChosenCase(Action):
    """A button of the list of cases; or a number that somebody who is logged in typed."""

    def name(self) -> str:
        return "action_zaak"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        told, number = context(tracker), str(entity(tracker, "zaaknummer") or "")
        person = await digid.bsn(told)
        if person is not None:
            await own_cases.tell_one(dispatcher, told, number, person)
            return FRESH
        known = next((case for case in newest_first(told) if case["nummer"] == number and case.get("niveau") == "kenmerk"), None)
        case = await _afresh(dispatcher, told, known or {"niveau": "digid"})
        if case is not None:
            _tell(dispatcher, told, case)
        return FRESH


def newest_first(told: dict[str, Any]) -> list[Known]:
    """The cases of this conversation, each once, the one told last first; those of one list in its order."""
    raw: dict[str, Known] = (told.get("facts") or {}).get("zaken") or {}

    def order(key: str) -> tuple[int, int]:
        seq, _, place = key.partition(".")
        return -int(seq), int(place or 0)

    found: dict[str, Known] = {}
    for key in sorted(raw, key=order):
        found.setdefault(raw[key]["nummer"], raw[key])
    return list(found.values())


async def _afresh(dispatcher: CollectingDispatcher, told: dict[str, Any], known: Known) -> CaseStatus | None:
    """How the case stands now; None when it can not be told, and then the citizen has heard why."""
    if known.get("niveau") == TrustLevel.DIGID.value:
        person = await digid.bsn(told)
        if person is None:
            say(dispatcher, text("digid.opnieuw"), *await digid.offer(told, "digid.link"))
            return None
        level, number = TrustLevel.DIGID, str(known["nummer"])
        result = await resources.case_systems().by_number_and_person(number, person)
        case, unavailable = next(iter(result.found), None), bool(result.unavailable)
    elif told.get("trust") not in ("kenmerk", "digid") or not known.get("uuid"):
        say(dispatcher, text("vervolg.verlopen"))
        return None
    else:
        level, number, unavailable = TrustLevel.KENMERK, str(known["nummer"]), False
        try:
            case = await resources.case_systems().by_uuid(str(known["systeem"]), str(known["uuid"]), level, history=True)
        except CaseSystemError:
            case, unavailable = None, True
    outcome = "found" if case else "unavailable" if unavailable else "not_found"
    await record_lookup(resources.store(), told, number, level.value, outcome, datetime.now(UTC))
    if case is None:
        say(dispatcher, text("status.storing" if unavailable else "digid.niet_gevonden"))
    return case


async def _other(dispatcher: CollectingDispatcher, told: dict[str, Any], cases: list[Known]) -> None:
    """ "And the other one?" With one other case that one, with more a choice, with none the way to look one up."""
    person = await digid.bsn(told)
    others = [case for case in cases[1:] if person is not None or case.get("niveau") != TrustLevel.DIGID.value]
    if person is not None and len(others) != 1:
        await own_cases.tell_all(dispatcher, told, person)
    elif not others and len(cases) > 1:
        say(dispatcher, text("digid.opnieuw"), *await digid.offer(told, "digid.link"))
    elif not others:
        say(dispatcher, text("vervolg.andere_onbekend"), *await digid.offer(told))
    elif len(others) > 1 and told.get("trust") == "anoniem":
        say(dispatcher, text("vervolg.verlopen"))
    elif len(others) > 1:
        say(dispatcher, text("vervolg.welke"), buttons=case_choice.buttons([case_choice.Choice.known(case) for case in others]))
    elif person is not None:
        await own_cases.tell_one(dispatcher, told, str(others[0]["nummer"]), person)
    elif (case := await _afresh(dispatcher, told, others[0])) is not None:
        _tell(dispatcher, told, case)


def _tell(dispatcher: CollectingDispatcher, told: dict[str, Any], case: CaseStatus) -> None:
    trust = own_cases.TRUST if case.trust is TrustLevel.DIGID else ""
    words = case_text.parts(case, str(told.get("channel") or ""))
    say(dispatcher, *words, *case_text.offer(case), card=case_text.card(case), trust=trust)
    own_cases.remember(dispatcher, told, [case])


# -- the answers -----------------------------------------------------------------------------------------------------


def _closed(case: CaseStatus) -> list[Part]:
    return [text("vervolg.klaar", datum=in_words(case.end or case.start))]


def _when(case: CaseStatus) -> list[Part]:
    return _closed(case) if case.closed else _term(case)


def _term(case: CaseStatus) -> list[Part]:
    """What is due when; the rights that follow from it were told with the case, and are a button away."""
    return case_text.term(case, with_rights=False)


def _why(case: CaseStatus) -> list[Part]:
    """Only reasons that the source gives; else that it gives none."""
    if case.closed:
        return _closed(case)
    reasons = case_text.prolonged(case)
    if case.suspension is not None:
        return [*_term(case), *reasons]
    unknown = [] if case.prolongation is not None and case.prolongation.reason else [text("vervolg.waarom_onbekend")]
    return [*reasons, *unknown, *_term(case)]


def _done(case: CaseStatus) -> list[Part]:
    before = case_text.done(case)
    found = [text("vervolg.gedaan", stappen=before) if before else text("vervolg.gedaan_onbekend")]
    if case.status is not None:
        now = case_text.sentence(case.status.text)
        found.append(text("zaak.status", status=now, datum=case_text.day(case.status.since)))
    return found


def _next(case: CaseStatus) -> list[Part]:
    if case.closed:
        return _closed(case)
    step = case.next_step
    return [text("vervolg.volgende", stap=step.title.lower()) if step else text("vervolg.volgende_onbekend"), *_term(case)]


def _to_do(case: CaseStatus) -> list[Part]:
    if case.closed:
        return _closed(case)
    if case.status is not None and case.status.explanation:
        return [text("vervolg.zelf", toelichting=case_text.sentence(case.status.explanation))]
    return [text("vervolg.niets_te_doen")] if case.suspension is None else _term(case)


def _late(case: CaseStatus) -> list[Part]:
    if case.closed:
        return _closed(case)
    later = [] if case.late else [text("vervolg.nog_niet_te_laat"), *case_text.rights(case)]
    return [*case_text.term(case), *later]


ANSWERS = {"wanneer": _when, "waarom": _why, "gedaan": _done, "volgende": _next, "zelf": _to_do, "te_laat": _late}
