"""What the desk may see of cases, and what the summary says of who this is, as the certainty about the citizen comes and goes."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

import pytest
from sqlalchemy import select

from channels.balie.desk_wire import DeskWire
from loket.answers.compose import Composer
from loket.cases.confidentiality import Confidentiality, TrustLevel
from loket.cases.errors import Unavailable
from loket.cases.model import CaseStatus, Organisation
from loket.cases.registry import CaseSystems, LookupResult
from loket.handoff.access import NoAccess
from loket.handoff.case_lookup import CaseDesk, NothingFound, NotLoggedIn
from loket.handoff.summary import Summariser
from loket.handoff.targets import WaitTargets
from loket.identity import audit
from loket.identity.attempts import Attempts
from loket.identity.digid import DigidSessions
from loket.identity.vault import Vault
from loket.store.schema import Lookup
from tests.desk.conftest import FATIMA, KARIM, Rig

SANNE = "999990007"

NUMBER, OTHER = "ZAAK-2026-0000000007", "ZAAK-2026-0000000001"
DIGID_FACT = {"nummer": NUMBER, "stand": "Beoordelen", "uuid": "u7", "systeem": "demo", "niveau": "digid"}
KENMERK_FACT = {"nummer": OTHER, "stand": "Ontvangen", "uuid": "u1", "systeem": "demo", "niveau": "kenmerk"}


class Systems:
    """Case systems that remember with what certainty they were asked; `secret` are those of DigiD only."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, TrustLevel]] = []
        self.persons: list[str] = []
        self.secret: set[str] = {"u7"}
        self.down = False

    async def by_uuid(self, system_id: str, uuid: str, trust: TrustLevel, *, history: bool = False) -> CaseStatus | None:
        self.asked.append((uuid, trust))
        if self.down:
            raise Unavailable("timeout")
        if uuid in self.secret and trust is not TrustLevel.DIGID:
            return None
        return case(uuid, trust)

    async def by_person(self, bsn: str) -> LookupResult:
        self.persons.append(bsn)
        if bsn != SANNE:
            return LookupResult()
        return LookupResult([case("u1", TrustLevel.DIGID), case("u7", TrustLevel.DIGID)], ["DUO"])

    async def by_number(self, number: str, factor: object) -> LookupResult:
        return LookupResult([case("u1", TrustLevel.KENMERK)] if number == OTHER else [])


def case(uuid: str, trust: TrustLevel) -> CaseStatus:
    """One that runs."""
    number = NUMBER if uuid == "u7" else OTHER
    return CaseStatus(
        number=number, title="Parkeervergunning", zaaktype="Parkeervergunning", start=date(2026, 9, 1), end=None, status=None,
        organisation=Organisation("gemeente", "Demodam", "1"), steps=(), next_step=None, result=None, planned_end=None,
        legal_end=date(2027, 1, 1), late=False, days_late=0, days_left=40, suspension=None, prolongation=None,
        confidentiality=Confidentiality.OPENBAAR, url=f"http://zaken.test/{uuid}", uuid=uuid, system_id="demo", trust=trust,
        history_complete=True,
    )  # fmt: skip


class Seat:
    """Fatima at the desk with one conversation."""

    def __init__(self, rig: Rig, conversation: str, systems: Systems) -> None:
        self.rig, self.conversation, self.systems = rig, conversation, systems
        process = rig.process
        self.sessions = DigidSessions(process.store, Vault(["x" * 42 + "A="]), process.clock)
        attempts, known = Attempts(process.store), cast(CaseSystems, systems)
        self.cases = CaseDesk(known, rig.desk.acts, attempts, process.clock, self.sessions)

    async def seen(self) -> dict[str, tuple[str, bool, bool]]:
        """By number: title, live and hidden."""
        row = await self.rig.process.conversation(self.conversation)
        return {one.number: (one.title, one.live, one.hidden) for one in await self.cases.standings(row, FATIMA)}

    async def know(self, **facts: dict[str, str]) -> None:
        """Cases that were found, by number of the message."""
        async with self.rig.process.store.write() as session:
            row = await session.merge(await self.rig.process.conversation(self.conversation))
            row.facts = {**row.facts, "zaken": {name.lstrip("m"): fact for name, fact in facts.items()}}


@pytest.fixture
async def seat(rig: Rig) -> Seat:
    """Before anybody is known."""
    return Seat(rig, await rig.claimed(), Systems())


LOOKS = ("Parkeervergunning", True, False)
HIDDEN = ("", False, True)


async def test_each_case_is_looked_at_with_the_certainty_with_which_it_was_found(seat: Seat) -> None:
    await seat.know(m2=DIGID_FACT, m4=KENMERK_FACT)
    # Nobody is known any more: nothing is asked
    assert await seat.seen() == {NUMBER: HIDDEN, OTHER: HIDDEN} and seat.systems.asked == []
    # Logged in: each at its own level
    await seat.sessions.begin(seat.conversation, SANNE)
    assert await seat.seen() == {NUMBER: LOOKS, OTHER: LOOKS}
    assert seat.systems.asked == [("u7", TrustLevel.DIGID), ("u1", TrustLevel.KENMERK)]
    # A case that became more confidential than a number and a fact open is hidden, also while somebody is logged in
    seat.systems.secret.add("u1")
    assert (await seat.seen())[OTHER] == HIDDEN
    # A system that is down is told apart
    seat.systems.down = True
    assert (await seat.seen())[NUMBER] == ("", False, False)
    # And when silence ends the log-in, so does looking
    seat.rig.process.clock.turn(minutes=16)
    assert await seat.seen() == {NUMBER: HIDDEN, OTHER: HIDDEN}


async def test_a_look_up_at_the_desk_gives_certainty_that_ends(seat: Seat) -> None:
    with pytest.raises(NothingFound):
        await seat.cases.look_up(seat.conversation, FATIMA, NUMBER, "12 maart 1980")
    await seat.cases.look_up(seat.conversation, FATIMA, OTHER, "12 maart 1980")
    assert await seat.seen() == {OTHER: LOOKS} and seat.systems.asked == [("u1", TrustLevel.KENMERK)]
    seat.rig.process.clock.turn(minutes=16)
    assert await seat.seen() == {OTHER: HIDDEN}


async def test_the_cases_of_who_is_logged_in_are_looked_up_and_recorded(seat: Seat) -> None:
    # Nobody is logged in: nothing is asked
    with pytest.raises(NotLoggedIn):
        await seat.cases.look_up_own(seat.conversation, FATIMA)
    # Somebody without cases
    await seat.sessions.begin(seat.conversation, "999990457")
    with pytest.raises(NothingFound):
        await seat.cases.look_up_own(seat.conversation, FATIMA)
    # Sanne has two, and one system did not answer: a note for staff says so, without her number
    await seat.sessions.begin(seat.conversation, SANNE)
    seq = await seat.cases.look_up_own(seat.conversation, FATIMA)
    messages = await seat.rig.process.messages(seat.conversation)
    note = next(message for message in messages if message.seq == seq)
    assert note.author == "note" and all(word in note.text for word in (NUMBER, OTHER, "DUO")) and SANNE not in note.text
    assert await seat.seen() == {NUMBER: LOOKS, OTHER: LOOKS}
    async with seat.rig.process.store.read() as session:
        rows = list(await session.scalars(select(Lookup).where(Lookup.purpose == audit.ON_REQUEST).order_by(Lookup.id)))
    assert [(row.case_number, row.trust, row.outcome) for row in rows] == [
        (audit.ALL, "digid", "not_found"), (OTHER, "digid", "found"), (NUMBER, "digid", "found"),
    ]  # fmt: skip
    assert {row.actor for row in rows} == {f"balie:{FATIMA.organisation}:{FATIMA.id}"}
    # A log-in that is over opens nothing, nor does another team
    seat.rig.process.clock.turn(minutes=16)
    with pytest.raises(NotLoggedIn):
        await seat.cases.look_up_own(seat.conversation, FATIMA)
    with pytest.raises(NoAccess):
        await seat.cases.look_up_own(seat.conversation, KARIM)
    assert seat.systems.persons == ["999990457", SANNE]


async def test_the_summary_says_how_sure_it_is_now(seat: Seat, composer: Composer, summariser: Summariser) -> None:
    wire = DeskWire(seat.rig.process.store, composer.directory, "Loket", WaitTargets(), seat.rig.desk.acts.summary)

    async def line() -> str:
        shown: dict[str, Any] = await wire.detail(await seat.rig.desk.detail(seat.conversation, FATIMA))
        return next(str(one["value"]) for one in shown["summary"]["lines"] if one["field"] == "vertrouwen")

    await seat.sessions.begin(seat.conversation, SANNE)
    await seat.rig.desk.acts.refresh_summary(seat.conversation)
    logged_in = await line()
    # Silence ends it
    seat.rig.process.clock.turn(minutes=16)
    silent = await line()
    assert silent != logged_in
    # Logging in and out again does too, and a summary that is made anew says the same
    await seat.sessions.begin(seat.conversation, SANNE)
    assert await line() == logged_in
    await seat.sessions.end(seat.conversation)
    assert await line() == silent
    await seat.rig.desk.acts.refresh_summary(seat.conversation)
    assert await line() == silent
