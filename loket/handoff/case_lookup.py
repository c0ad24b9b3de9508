"""Cases at the desk: how those of a conversation stand now, and looking up one more. Every look is recorded.

A member of staff sees what the citizen may see and no more. A case that was found is looked at with the certainty with which it
was found, as long as that certainty lasts; a new one needs its number and a second factor that the citizen gave, at the level of
certainty that the bot would have (`kenmerk`), or that the citizen is logged in with DigiD.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from loket.answers.dates import in_words
from loket.cases import identifiers
from loket.cases.confidentiality import TrustLevel
from loket.cases.errors import CaseSystemError, InvalidInput
from loket.cases.model import CaseStatus
from loket.cases.registry import CaseSystems, LookupResult
from loket.cases.second_factor import SecondFactor
from loket.conversations.desk_acts import Acts
from loket.handoff import access
from loket.identity import audit, trust
from loket.identity.attempts import Attempts
from loket.identity.digid import DigidSessions
from loket.identity.member import Member
from loket.notifications.stamp import stamp
from loket.privacy.second_factor import second_factor
from loket.store.schema import Conversation

log = structlog.get_logger(__name__)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LIMIT = 10
"""Look-ups an hour for one member of staff, and for one case number, that find nothing."""


SHOWN = 20
"""So many cases of one citizen are kept as a note, open ones first."""


class NothingFound(LookupError):
    """No case with this number and this fact together, or none of this citizen; says no more."""


class NotLoggedIn(Exception):
    """The citizen is not logged in with DigiD (any more)."""


class Unanswered(Exception):
    """A case system did not answer."""


class UnreadableFactor(ValueError):
    """No birth date, and no postcode with a house number."""


@dataclass(frozen=True)
class Standing:
    """How a case stands. `live` is False when the system did not answer: then `status` is what was found before. `hidden`: it may
    not be looked at now, as the certainty about who this is has ended, or the case became more confidential; then only the number
    is told."""

    number: str
    title: str
    status: str
    since: datetime | None
    due: date | None
    late: bool
    closed: bool
    suspended: bool
    live: bool
    hidden: bool = False


class CaseDesk:
    """Looks at cases for the desk. `clock` is aware; `sessions` tells who is logged in, None where nobody can be."""

    def __init__(
        self,
        systems: CaseSystems,
        acts: Acts,
        attempts: Attempts,
        clock: Callable[[], datetime],
        sessions: DigidSessions | None = None,
    ) -> None:
        self._systems, self._acts, self._attempts, self._clock, self._sessions = systems, acts, attempts, clock, sessions

    async def standings(self, conversation: Conversation, member: Member) -> list[Standing]:
        """How the cases that were found in a conversation stand now."""
        current = trust.current(conversation, self._clock())
        found: dict[str, dict[str, Any]] = {}
        for case in (conversation.facts.get("zaken") or {}).values():
            number = str(case["nummer"])
            if number not in found or _level(case, current) is not None:
                found[number] = case
        if found:
            await audit.record_reading(self._acts.store, conversation, member.organisation, member.id, self._clock())
        return [await self._standing(case, _level(case, current)) for case in found.values()]

    async def _standing(self, known: dict[str, Any], level: TrustLevel | None) -> Standing:
        hidden = Standing(str(known["nummer"]), "", "", None, None, False, False, False, live=False, hidden=True)
        if level is None:
            return hidden
        try:
            case = await self._systems.by_uuid(str(known.get("systeem", "")), str(known.get("uuid", "")), level)
        except (CaseSystemError, InvalidInput) as error:
            log.warning("desk.case_unavailable", error=type(error).__name__)
            return Standing(str(known["nummer"]), "", str(known.get("stand") or ""), None, None, False, False, False, live=False)
        return hidden if case is None else _of(case)

    async def look_up(self, conversation_id: str, member: Member, number: str, words: str) -> int:
        """Look up a case for the citizen, and keep what was found as a note; returns its sequence number.

        Args:
            number: the case number.
            words: what the citizen gave: a birth date, or a postcode with a house number.

        Raises access.NoAccess, UnreadableFactor, InvalidInput, TooManyAttempts, NothingFound and Unanswered.
        """
        today = self._clock().astimezone(AMSTERDAM).date()
        given = second_factor(words, today)
        if given is None:
            raise UnreadableFactor
        factor = (
            SecondFactor.birth_date(given)
            if isinstance(given, date)
            else SecondFactor.address(given.postcode, str(given.house_number))
        )
        async with self._acts.store.read() as session:
            await access.require(session, conversation_id, member, self._clock())
        number = identifiers.case_number(number)  # one form for all ways of typing it, so that a space dodges no limit
        subjects = [f"balie:{member.id}", f"zaak:{number}"]
        await self._attempts.count("balie", subjects, LIMIT)
        result = await self._systems.by_number(number, factor)
        await self._record(conversation_id, member, [number], TrustLevel.KENMERK, result)
        if not result.found:
            raise Unanswered if result.unavailable else NothingFound
        await self._attempts.take_back("balie", subjects)
        return await self._keep(conversation_id, member, result.found[:1])

    async def look_up_own(self, conversation_id: str, member: Member) -> int:
        """Look up all cases of the citizen who is logged in, and keep what was found as a note; returns its sequence number.

        Raises access.NoAccess, NotLoggedIn, NothingFound and Unanswered.
        """
        async with self._acts.store.read() as session:
            await access.require(session, conversation_id, member, self._clock())
        person = await self._sessions.bsn(conversation_id) if self._sessions else None
        if person is None:
            raise NotLoggedIn
        result = await self._systems.by_person(person)
        numbers = [case.number for case in result.found] or [audit.ALL]
        await self._record(conversation_id, member, numbers, TrustLevel.DIGID, result)
        if not result.found:
            raise Unanswered if result.unavailable else NothingFound
        return await self._keep(conversation_id, member, result.found[:SHOWN], result.unavailable)

    async def _record(
        self, conversation_id: str, member: Member, numbers: list[str], level: TrustLevel, result: LookupResult
    ) -> None:
        outcome = "found" if result.found else "unavailable" if result.unavailable else "not_found"
        actor = f"{audit.DESK}:{member.organisation}:{member.id}"[:120]
        context, now = {"conversation": conversation_id}, self._clock()
        for number in numbers:
            await audit.record_lookup(self._acts.store, context, number, level.value, outcome, now, actor, audit.ON_REQUEST)

    async def _keep(self, conversation_id: str, member: Member, cases: list[CaseStatus], missing: Sequence[str] = ()) -> int:
        lines = [self._note(_of(case)) for case in cases]
        if missing:
            lines.append(self._acts.composer.text("status.deels_storing", systemen=", ".join(missing)).text)
        async with self._acts.acting(conversation_id, member, step=False) as (session, conversation):
            seq = await self._acts.append_note(session, conversation, member, "\n".join(lines))
            found = {f"{seq}.{place}" if place else str(seq): _fact(case) for place, case in enumerate(cases)}
            conversation.facts = {**conversation.facts, "zaken": {**(conversation.facts.get("zaken") or {}), **found}}
            now = self._clock()
            if trust.current(conversation, now) == trust.ANONYMOUS:
                conversation.trust, conversation.trust_until = trust.KENMERK, now + trust.IDLE
        await self._acts.refresh_summary(conversation_id)
        return seq

    def _note(self, one: Standing) -> str:
        compose = self._acts.composer.text
        if one.due is None:
            return compose("balie.notitie_zaak", nummer=one.number, titel=one.title, stand=one.status).text
        day = in_words(one.due)
        return compose("balie.notitie_zaak_datum", nummer=one.number, titel=one.title, stand=one.status, datum=day).text


def _fact(case: CaseStatus) -> dict[str, str]:
    """What is kept of a case that was found, as the bot keeps it (actions.own_cases)."""
    return {
        "nummer": case.number,
        "titel": case.title,
        "organisatie": case.organisation.name,
        "start": case.start.isoformat(),
        "stand": _of(case).status,
        "uuid": case.uuid,
        "systeem": case.system_id,
        "stempel": stamp(case),
        "niveau": case.trust.value,
    }


def _level(known: dict[str, Any], current: str) -> TrustLevel | None:
    """With what certainty a case that was found may be looked at now; None when that certainty has ended.

    Who is logged in now proved nothing about a case that was found with a number and a second fact: that stays at `kenmerk`.
    """
    if known.get("niveau") == TrustLevel.DIGID.value:
        return TrustLevel.DIGID if current == trust.DIGID else None
    return TrustLevel.KENMERK if current != trust.ANONYMOUS else None


def _of(case: CaseStatus) -> Standing:
    status = (case.result.title if case.closed and case.result else None) or (case.status.title if case.status else "")
    return Standing(
        case.number,
        case.title,
        status,
        case.status.since if case.status else None,
        case.legal_end if not case.closed and not case.suspended else None,
        case.late,
        case.closed,
        case.suspended,
        live=True,
    )
