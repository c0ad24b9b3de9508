"""What the desk may see of cases, and what the summary says of who this is, as the certainty about the citizen comes and goes."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

import pytest

from channels.balie.desk_wire import DeskWire
from loket.answers.compose import Composer
from loket.cases.confidentiality import Confidentiality, TrustLevel
from loket.cases.errors import Unavailable
from loket.cases.model import CaseStatus, Organisation
from loket.cases.registry import CaseSystems, LookupResult
from loket.handoff.case_lookup import CaseDesk, NothingFound
from loket.handoff.summary import Summariser
from loket.handoff.targets import WaitTargets
from loket.identity.attempts import Attempts
from loket.identity.digid import DigidSessions
from loket.identity.vault import Vault
from tests.desk.conftest import FATIMA, Rig

NUMBER, OTHER = "ZAAK-2026-0000000007", "ZAAK-2026-0000000001"
DIGID_FACT = {"nummer": NUMBER, "stand": "Beoordelen", "uuid": "u7", "systeem": "demo", "niveau": "digid"}
KENMERK_FACT = {"nummer": OTHER, "stand": "Ontvangen", "uuid": "u1", "systeem": "demo", "niveau": "kenmerk"}


class Systems:
    """Case systems that remember with what certainty they were asked; `secret` are those of DigiD only."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, TrustLevel]] = []
        self.secret: set[str] = {"u7"}
        self.down = False

    async def by_uuid(self, system_id: str, uuid: str, trust: TrustLevel, *, history: bool = False) -> CaseStatus | None:
        self.asked.append((uuid, trust))
        if self.down:
            raise Unavailable("timeout")
        if uuid in self.secret and trust is not TrustLevel.DIGID:
            return None
        return case(uuid, trust)

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
        self.cases = CaseDesk(cast(CaseSystems, systems), rig.desk.acts, Attempts(process.store), process.clock)
        self.sessions = DigidSessions(process.store, Vault(["x" * 42 + "A="]), process.clock)

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
    await seat.sessions.begin(seat.conversation, "999990007")
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


async def test_the_summary_says_how_sure_it_is_now(seat: Seat, composer: Composer, summariser: Summariser) -> None:
    wire = DeskWire(seat.rig.process.store, composer.directory, "Loket", WaitTargets(), seat.rig.desk.acts.summary)

    async def line() -> str:
        shown: dict[str, Any] = await wire.detail(await seat.rig.desk.detail(seat.conversation, FATIMA))
        return next(str(one["value"]) for one in shown["summary"]["lines"] if one["field"] == "vertrouwen")

    await seat.sessions.begin(seat.conversation, "999990007")
    await seat.rig.desk.acts.refresh_summary(seat.conversation)
    logged_in = await line()
    # Silence ends it
    seat.rig.process.clock.turn(minutes=16)
    silent = await line()
    assert silent != logged_in
    # Logging in and out again does too, and a summary that is made anew says the same
    await seat.sessions.begin(seat.conversation, "999990007")
    assert await line() == logged_in
    await seat.sessions.end(seat.conversation)
    assert await line() == silent
    await seat.rig.desk.acts.refresh_summary(seat.conversation)
    assert await line() == silent
