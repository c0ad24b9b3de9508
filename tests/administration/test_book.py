"""What an administrator changes: counts at once, keeps its history, can be undone, and is refused when it makes no sense."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from loket.administration.book import Book, Invalid, Outdated, UnknownChange
from loket.administration.kinds import ALL, CANNED, OPENING, PERIOD, TEAM, TEXT, all_kinds
from loket.administration.periods import Period, Periods
from loket.administration.texts import remarks
from loket.answers.compose import Composer
from loket.answers.screen_texts import changed, with_screen
from loket.answers.texts import Texts
from loket.bus import Bus
from loket.conversations.preview import Preview
from loket.conversations.retention import forget_after
from loket.conversations.states import Step
from loket.handoff import teams
from loket.handoff.canned import CannedAnswers
from loket.handoff.opening import Opening
from loket.identity.member import Member
from loket.plain.measure import Plain
from loket.store.desk import Team, TeamMember
from loket.store.erased import Forgetting
from loket.store.managed import ManagedChange
from loket.store.schema import Conversation, Message, Staff
from tests.conversations.conftest import *  # noqa: F403 (the fixtures of both databases)
from tests.conversations.support import START, Process

DATA = Path("data")
BRAM = Member("9", "Bram", "gemeente", "beheerder")
ANNE = Member("8", "Anne", "gemeente", "beheerder")


class House:
    """One process with everything that can be changed."""

    def __init__(self, process: Process, composer: Composer, bus: Bus) -> None:
        texts = with_screen(Texts.load(DATA / "antwoorden"), DATA / "antwoorden" / "scherm.yaml")
        self.composer = Composer(texts, composer.directory)
        self.opening = Opening.load(DATA / "balie" / "openingstijden.yaml")
        self.canned = CannedAnswers.load(self.composer, DATA)
        self.periods = Periods({"gesprekken": Period(180, 31, 3650)})
        self.preview = Preview(str)
        kinds = all_kinds(self.composer, self.opening, self.canned, self.periods, self.preview)
        self.book = Book(process.store, bus, process.clock, kinds)


@pytest_asyncio.fixture
async def house(process: Process, composer: Composer, bus: Bus) -> House:
    """The process of the administrator."""
    return House(process, composer, bus)


@pytest_asyncio.fixture
async def elsewhere(other: Process, composer: Composer, bus: Bus) -> House:
    """Another process on the same database."""
    return House(other, composer, bus)


async def test_hours_count_in_every_process_and_can_be_undone(house: House, elsewhere: House) -> None:
    sunday = START  # a Sunday morning
    hours = {**house.opening.hours.written(), "standaard": {"zondag": "09:00-17:00"}}
    assert not house.opening.is_open(sunday)
    assert await house.book.put(OPENING, ALL, hours, 0, BRAM) == 1
    await elsewhere.book.refresh()
    assert house.opening.is_open(sunday) and elsewhere.opening.is_open(sunday)
    (change,) = await house.book.history(OPENING)
    assert (change.actor_name, change.old, change.at) == ("Bram", None, START) and "09:00-17:00" in str(change.new)
    await elsewhere.book.undo(change.id, 1, ANNE)
    await house.book.refresh()
    assert not house.opening.is_open(sunday) and not elsewhere.opening.is_open(sunday)
    assert [c.actor_name for c in await house.book.history(OPENING)] == ["Anne", "Bram"]
    with pytest.raises(UnknownChange):
        await house.book.undo(999, 2, BRAM)


async def test_two_administrators_do_not_overwrite_each_other(house: House, elsewhere: House) -> None:
    await house.book.put(PERIOD, "gesprekken", 90, 0, BRAM)
    with pytest.raises(Outdated) as outdated:
        await elsewhere.book.put(PERIOD, "gesprekken", 60, 0, ANNE)
    assert outdated.value.by == "Bram" and house.periods.days("gesprekken") == 90


async def test_the_record_can_not_be_changed(house: House, process: Process) -> None:
    await house.book.put(PERIOD, "gesprekken", 90, 0, BRAM)
    for statement in (update(ManagedChange).values(actor_name="Niemand"), delete(ManagedChange)):
        with pytest.raises(DatabaseError, match="append only"):
            async with process.store.write() as session:
                await session.execute(statement)


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("bestaat.niet", {"tekst": "x"}, "unknown"),
        ("balie.role", {"tekst": "x"}, "unknown"),
        ("mens.verbonden", {"tekst": " "}, "empty"),
        ("mens.verbonden", {"tekst": "{naam} van {organisatie} en {bsn}", "kort": "x"}, "placeholder"),
        ("mens.verbonden", {"tekst": "{naam", "kort": "x"}, "braces"),
        ("mens.verbonden", {"tekst": "{naam.__class__}", "kort": "x"}, "braces"),
        ("mens.verbonden", {"tekst": "{naam!r}", "kort": "x"}, "braces"),
        ("mens.verbonden", {"tekst": "{naam:>99999999}", "kort": "x"}, "braces"),
        ("mens.verbonden", {"tekst": "{}", "kort": "x"}, "braces"),
        ("mens.verbonden", {"tekst": "x" * 2001, "kort": "x"}, "too_long"),
        ("mens.verbonden", {"tekst": "x", "kort": "x" * 307}, "too_long"),
        ("mens.verbonden", {"tekst": "x", "kort": "x", "knoppen": []}, "malformed"),
        ("mens.verbonden", "x", "malformed"),
    ],
)
async def test_a_text_that_can_not_be_said_is_refused(house: House, key: str, value: Any, reason: str) -> None:
    with pytest.raises(Invalid) as invalid:
        await house.book.put(TEXT, key, value, 0, BRAM)
    assert invalid.value.reason == reason and await house.book.history() == []


async def test_a_text_is_said_anew(house: House) -> None:
    value = {"tekst": "U praat met {naam}.", "kort": "{naam} is er."}
    await house.book.put(TEXT, "mens.verbonden", value, 0, BRAM)
    assert house.composer.text("mens.verbonden", naam="Fatima", organisatie="x").text == "U praat met Fatima."
    assert house.composer.text("mens.verbonden", True, naam="Fatima").text == "Fatima is er."
    await house.book.put(TEXT, "mens.verbonden", None, 1, BRAM)
    assert "organisatie" in house.composer.texts.texts["mens.verbonden"].names()


def test_what_is_not_plain_is_said() -> None:
    texts, plain = Texts.load(DATA / "antwoorden"), Plain.load(DATA / "taal")
    long = "Dit is een zin " + "en nog een stuk " * 6 + "met {naam}."
    found = remarks(texts, plain, "mens.verbonden", {"tekst": long + " Dit wordt betaald."})
    assert found.missing == ("organisatie",) and {f.kind for f in found.faults} >= {"lang", "lijdend", "gemiddeld"}
    assert remarks(texts, plain, "mens.verbonden", {"tekst": "U praat met {naam} van {organisatie}."}).faults == ()


@pytest.mark.parametrize("value", [30, 4000, "90", True, 90.5])
async def test_days_outside_the_limits(house: House, value: Any) -> None:
    with pytest.raises(Invalid):
        await house.book.put(PERIOD, "gesprekken", value, 0, BRAM)


async def test_standard_answers(house: House) -> None:
    sentences = [{"id": "nieuw", "titel": "Nieuw", "tekst": "Dag, met {medewerker}.", "woorden": []}]
    await house.book.put(CANNED, ALL, sentences, 0, BRAM)
    assert [s.id for s in house.canned.sentences] == ["nieuw"]
    for wrong in ([{**sentences[0], "tekst": "{wachtwoord}"}], [*sentences, *sentences], [{"id": "x"}]):
        with pytest.raises(Invalid):
            await house.book.put(CANNED, ALL, wrong, 1, BRAM)
    await house.book.put(CANNED, ALL, None, 1, BRAM)
    assert len(house.canned.sentences) > 1


async def test_a_team_changed_by_hand_stays_so(house: House, process: Process) -> None:
    await teams.ensure(process.store, teams.read_teams(DATA))
    async with process.store.write() as session:
        session.add(Staff(id="5", username="f", name="F", organisation="gemeente", role="casemanager", password_hash="-"))
    value = {"name": "Zuid", "organisation": "", "line": "eerste", "skills": ["klacht"], "active": True, "members": ["5", "x"]}
    await house.book.put(TEAM, "loket", value, 0, BRAM, {"name": "Overheidsloket"})
    await teams.ensure(process.store, teams.read_teams(DATA))
    async with process.store.read() as session:
        team = await session.get_one(Team, "loket")
        members = list(await session.scalars(select(TeamMember.staff_id).where(TeamMember.team_id == "loket")))
    assert (team.name, team.origin, members) == ("Zuid", "beheer", ["5"])
    with pytest.raises(Invalid):
        await house.book.put(TEAM, "loket", {**value, "organisation": "bestaat_niet"}, 1, BRAM)


async def test_finished_conversations_go_in_time_and_the_bot_forgets(house: House, process: Process) -> None:
    old, waiting = await process.open(), await process.open()
    for conversation in (old, waiting):
        await process.receive(conversation, "Hallo")
        work = await process.inbox.take(conversation)
        assert work is not None
        await process.inbox.settle(work, [], None)
    await process.step(waiting, Step.HAND_OFF)
    process.clock.turn(days=100)
    rule = house.periods.rule("gesprekken", forget_after)
    async with process.store.write() as session:
        assert await rule.apply(session, process.clock()) == 0
    await house.book.put(PERIOD, "gesprekken", 60, 0, BRAM)
    async with process.store.write() as session:
        assert await rule.apply(session, process.clock()) == 1, "the days that count now"
    async with process.store.read() as session:
        assert list(await session.scalars(select(Conversation.id))) == [waiting]
        assert {m.conversation_id for m in await session.scalars(select(Message))} == {waiting}
        assert [f.sessions for f in await session.scalars(select(Forgetting))] == [[f"{old}.0"]]
    assert process.clock() - START > timedelta(days=99)


async def test_words_on_the_citizens_screen_are_texts_too(house: House, elsewhere: House) -> None:
    key = "scherm.chat.state.queued_place"
    first = house.composer.texts.texts[key].tekst
    assert changed(house.composer.texts) == {}
    await house.book.put(TEXT, key, {"tekst": "Nog {place} voor u"}, 0, BRAM)
    await elsewhere.book.refresh()
    assert changed(elsewhere.composer.texts) == {"chat.state.queued_place": "Nog {place} voor u"}
    with pytest.raises(Invalid) as wrong:
        await house.book.put(TEXT, key, {"tekst": "Nog {wachtwoord} voor u"}, 1, BRAM)
    assert wrong.value.reason == "placeholder"
    await house.book.put(TEXT, key, None, 1, BRAM)
    assert changed(house.composer.texts) == {} and house.composer.texts.texts[key].tekst == first
    assert "scherm.desk.title" not in house.composer.texts.base, "only what citizens see"
