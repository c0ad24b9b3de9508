"""Finished conversations reach the really running demo register once, whoever ends them and whatever is down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest_asyncio
from sqlalchemy import select

from loket.answers.compose import Composer
from loket.bus import Bus
from loket.contacts.content import PARTY, ContentMaker, Wording
from loket.contacts.outbox import ContactOutbox, waiting
from loket.contacts.register import ContactRegister
from loket.conversations.desk import UNDO, Desk, FollowUp, Member, Outcome
from loket.conversations.model import HandOff, Rendered
from loket.conversations.states import Step
from loket.handoff.summary import Summariser
from loket.store.outgoing import ContactJob
from tests.cases.faults import proxy_to, reset, status
from tests.contacts.test_contacts_register import open_register
from tests.conversations.conftest import *  # noqa: F403 (the same stores, on both databases)
from tests.conversations.conftest import DATA
from tests.conversations.support import Process
from tests.zaaksysteem.rig import TOKEN, Server, running_server

PATH = "/klantinteracties/api/v1"
CASES = ["468f34cf-9246-4285-9c26-61d1330f9fc8", "c4f94377-9bba-4ed2-8e2f-79a65b4da0c0"]
MEMBER = Member("11111111-1111-1111-1111-111111111111", "Fatima Yilmaz", "gemeente", "medewerker")


@pytest_asyncio.fixture
async def demo() -> AsyncIterator[Server]:
    """A fresh demo server."""
    async with running_server() as server:
        yield server


@dataclass
class Rig:
    """An outbox with what is behind it."""

    outbox: ContactOutbox
    process: Process
    maker: ContentMaker
    desk: Desk
    demo: Server

    async def said(self, *texts: str, facts: dict[str, Any] | None = None, uitkomst: str = "status") -> str:
        """A conversation of the bot with these messages answered."""
        conversation = await self.process.open()
        for text in texts:
            await self.say(conversation, text, facts, uitkomst)
        return conversation

    async def say(self, conversation: str, text: str, facts: dict[str, Any] | None = None, uitkomst: str = "status") -> None:
        """One more message, answered."""
        await self.process.receive(conversation, text)
        work = await self.process.inbox.take(conversation)
        assert work is not None
        await self.process.inbox.settle(
            work,
            [Rendered("Antwoord")],
            {"uitkomst": uitkomst, "score": 0.9},
            facts,
        )

    async def run(self) -> None:
        """One look and one round."""
        await self.outbox.sweep()
        await self.outbox.round()

    async def contacts(self) -> list[dict[str, Any]]:
        """What the register holds of us."""
        query = "expand=hadBetrokkenen,gingOverOnderwerpobjecten,leiddeTotInterneTaken"
        answer = await self.demo.call("GET", f"{PATH}/klantcontacten?{query}", authorization=f"Token {TOKEN}")
        return [item for item in answer.body["results"] if "verbonden" in item["metadata"]]

    async def subjects(self) -> set[str]:
        """Cases that contacts are about."""
        answer = await self.demo.call("GET", f"{PATH}/onderwerpobjecten", authorization=f"Token {TOKEN}")
        return {item["onderwerpobjectidentificator"]["objectId"] for item in answer.body["results"]} & set(CASES)


def _outbox(process: Process, maker: ContentMaker, register: ContactRegister, name: str = "") -> ContactOutbox:
    return ContactOutbox(process.store, maker, register, name or process.name, process.clock)


@pytest_asyncio.fixture
async def rig(process: Process, composer: Composer, summariser: Summariser, bus: Bus, demo: Server) -> AsyncIterator[Rig]:
    """An outbox on the demo register."""
    register = open_register(demo.url)
    maker = ContentMaker(summariser, composer.directory, Wording.load(DATA), process.mask)
    desk = Desk(process.store, composer, summariser, bus, process.mask, process.clock, lambda _: False)
    yield Rig(_outbox(process, maker, register), process, maker, desk, demo)
    await register.close()


async def _closed(rig: Rig, outcome: Outcome, note: str = "", follow_up: FollowUp | None = None) -> str:
    facts = {
        "zaken": {
            "1": {"nummer": "ZAAK-2026-0000000002", "stand": "In behandeling", "uuid": CASES[0], "systeem": "demo"},
            "1.1": {"nummer": "ZAAK-2026-0000000001", "stand": "Ontvangen", "uuid": CASES[1], "systeem": "demo"},
        }
    }
    conversation = await rig.said("Hoe ver is mijn zaak ZAAK-2026-0000000002? Mijn bsn is 999990007", facts=facts)
    await rig.process.step(conversation, Step.HAND_OFF, actor="bot")
    row = await rig.process.conversation(conversation)
    await rig.desk.claim(conversation, MEMBER, row.epoch)
    await rig.desk.close(conversation, MEMBER, row.epoch + 1, outcome, note, follow_up)
    return conversation


async def test_closing_at_the_desk_registers_contact_cases_and_task(rig: Rig) -> None:
    conversation = await _closed(rig, Outcome.CALLBACK, "Bel na 18 uur, bsn 999990007")
    await rig.run()
    (contact,) = await rig.contacts()
    assert contact["kanaal"] == "chat" and contact["indicatieContactGelukt"] is True
    assert contact["metadata"]["gesprek"] == conversation
    assert "Hoe ver is mijn zaak" in contact["inhoud"] and len(contact["inhoud"]) <= 1000
    assert "999990007" not in str(contact)
    assert [item["wasPartij"] for item in contact["_expand"]["hadBetrokkenen"]] == [None], "anonymous stays anonymous"
    assert await rig.subjects() == set(CASES)
    assert [actor["naam"] for actor in contact["hadBetrokkenActoren"]] == [rig.maker._directory.name("gemeente")]
    (task,) = contact["_expand"]["leiddeTotInterneTaken"]
    assert task["status"] == "te_verwerken" and "Bel na 18 uur" in task["toelichting"]
    assert "999990007" not in task["toelichting"]
    async with rig.process.store.read() as session:
        job = await session.scalar(select(ContactJob))
        assert job is not None and (job.state, job.content) == ("done", {})


async def test_who_was_logged_in_is_the_betrokkene(rig: Rig) -> None:
    register = open_register(rig.demo.url)
    party = await register.party("999990007")
    await register.close()
    await rig.said("Hoe ver is mijn zaak?", facts={PARTY: party})
    rig.process.clock.turn(minutes=31)
    await rig.run()
    (contact,) = await rig.contacts()
    assert [item["wasPartij"]["uuid"] for item in contact["_expand"]["hadBetrokkenen"]] == [party]
    assert "999990007" not in str(contact)


async def test_of_two_who_logged_in_it_is_nobodys_and_so_it_is_of_a_later_visit(rig: Rig) -> None:
    register = open_register(rig.demo.url)
    karim, sanne = await register.party("999990457"), await register.party("999990007")
    await register.close()
    # Given two people after each other in one conversation
    conversation = await rig.said("Hoe ver is mijn zaak?", "En die van mij?", facts={PARTY: {"1": karim, "3": sanne}})
    rig.process.clock.turn(minutes=31)
    await rig.run()
    # When later somebody asks something without logging in, and then Sanne logs in once more
    await rig.say(conversation, "Hoe vraag ik een paspoort aan?", uitkomst="antwoord")
    rig.process.clock.turn(minutes=31)
    await rig.run()
    seq = str((await rig.process.conversation(conversation)).last_seq + 1)
    await rig.say(conversation, "Hoe ver is mijn zaak?", facts={PARTY: {"1": karim, "3": sanne, seq: sanne}})
    rig.process.clock.turn(minutes=31)
    await rig.run()
    # Then only the last contact has a name
    contacts = sorted(await rig.contacts(), key=lambda contact: str(contact["plaatsgevondenOp"]))
    parties = [[item["wasPartij"] for item in contact["_expand"]["hadBetrokkenen"]] for contact in contacts]
    assert [[party and party["uuid"] for party in each] for each in parties] == [[None], [None], [sanne]]


async def test_a_task_with_a_day_is_registered_whatever_the_outcome(rig: Rig) -> None:
    todo = FollowUp("Nabellen of de brief er is, bsn 999990007", date(2026, 12, 1))
    await _closed(rig, Outcome.ANSWERED, "Brief is onderweg", todo)
    await rig.run()
    (contact,) = await rig.contacts()
    (task,) = contact["_expand"]["leiddeTotInterneTaken"]
    assert task["gevraagdeHandeling"].startswith("Nabellen of de brief er is") and "999990007" not in str(task)
    assert "1 december 2026" in task["toelichting"] and "Brief is onderweg" in task["toelichting"]


async def test_while_closing_can_be_undone_no_contact_is_kept(rig: Rig) -> None:
    conversation = await _closed(rig, Outcome.ANSWERED)
    held = ContactOutbox(rig.process.store, rig.maker, rig.outbox._register, "held", rig.process.clock, undo=UNDO)
    assert await held.sweep() == 0
    await rig.desk.reopen(conversation, MEMBER, (await rig.process.conversation(conversation)).epoch)
    rig.process.clock.turn(seconds=UNDO.total_seconds() + 1)
    assert await held.sweep() == 0, "it is open again"
    await rig.desk.close(conversation, MEMBER, (await rig.process.conversation(conversation)).epoch, Outcome.ANSWERED, "")
    rig.process.clock.turn(seconds=UNDO.total_seconds() + 1)
    assert await held.sweep() == 1


async def test_an_answered_conversation_makes_no_task(rig: Rig) -> None:
    await _closed(rig, Outcome.ANSWERED)
    await rig.run()
    (contact,) = await rig.contacts()
    assert contact["leiddeTotInterneTaken"] == []


async def test_the_bots_conversation_is_registered_when_it_rests_and_again_only_for_what_is_new(rig: Rig) -> None:
    conversation = await rig.said("Waar vraag ik een paspoort aan?", uitkomst="antwoord")
    rig.process.clock.turn(minutes=29)
    await rig.run()
    assert await rig.contacts() == [], "it may go on"
    rig.process.clock.turn(minutes=2)
    for _ in range(3):
        await rig.run()
    (contact,) = await rig.contacts()
    assert "paspoort" in contact["inhoud"]
    assert [actor["naam"] for actor in contact["hadBetrokkenActoren"]] == ["Verbonden"]
    await rig.say(conversation, "En hoeveel kost een rijbewijs?", uitkomst="antwoord")
    rig.process.clock.turn(minutes=31)
    for _ in range(2):
        await rig.run()
    contacts = await rig.contacts()
    assert len(contacts) == 2
    newest = next(item for item in contacts if item["uuid"] != contact["uuid"])
    assert "rijbewijs" in newest["inhoud"] and "paspoort" not in newest["inhoud"]


async def test_small_talk_and_silent_visits_are_no_contacts(rig: Rig) -> None:
    await rig.said("Hallo daar beste computer", uitkomst="smalltalk")
    await rig.process.open()
    rig.process.clock.turn(minutes=31)
    assert await rig.outbox.sweep() == 1
    assert await rig.outbox.sweep() == 0
    await rig.outbox.round()
    assert await rig.contacts() == []


async def test_someone_in_the_queue_is_not_finished(rig: Rig) -> None:
    conversation = await rig.process.open()
    await rig.process.receive(conversation, "Ik wil een mens spreken")
    work = await rig.process.inbox.take(conversation)
    assert work is not None
    await rig.process.inbox.settle(work, [], {"uitkomst": "mens"}, handoff=HandOff("human"))
    rig.process.clock.turn(hours=5)
    assert await rig.outbox.sweep() == 0


async def test_nothing_is_lost_or_doubled_when_the_register_is_down_or_breaks_half_way(rig: Rig) -> None:
    async with proxy_to(rig.demo.url) as proxy:
        register = open_register(proxy.url)
        outbox = _outbox(rig.process, rig.maker, register)
        await _closed(rig, Outcome.COMPLAINT_REGISTERED)
        proxy.always = status(503)
        await outbox.sweep()
        await outbox.round()
        assert await waiting(rig.process.store) == {"pending": 1, "failed": 0}
        assert await outbox.round() == 0, "it waits before it tries again"
        proxy.always, proxy.only = reset, "internetaken"
        for _ in range(6):
            rig.process.clock.turn(hours=1)
            await outbox.round()
        assert len(await rig.contacts()) == 1, "the contact is there, its task is not yet"
        proxy.always = None
        while (await waiting(rig.process.store))["pending"]:
            rig.process.clock.turn(hours=1)
            await asyncio.sleep(0.2)  # the circuit breaker runs on real time
            await outbox.round()
        (contact,) = await rig.contacts()
        assert len(contact["_expand"]["leiddeTotInterneTaken"]) == 1
        assert len(contact["_expand"]["hadBetrokkenen"]) == 1 and await rig.subjects() == set(CASES)
        async with rig.process.store.read() as session:
            job = await session.scalar(select(ContactJob))
            assert job is not None and job.attempts > 7 and job.error is None
        await register.close()


async def test_two_processes_register_once(rig: Rig, other: Process) -> None:
    second = open_register(rig.demo.url)
    twin = _outbox(other, rig.maker, second)
    await _closed(rig, Outcome.CALLBACK)
    await asyncio.gather(rig.outbox.sweep(), twin.sweep())
    await asyncio.gather(rig.outbox.round(), twin.round())
    (contact,) = await rig.contacts()
    assert len(contact["_expand"]["leiddeTotInterneTaken"]) == 1
    await second.close()


async def test_a_killed_process_is_taken_over(rig: Rig, other: Process) -> None:
    await _closed(rig, Outcome.CALLBACK)
    await rig.outbox.sweep()
    assert len(await rig.outbox._take()) == 1  # and dies
    second = open_register(rig.demo.url)
    twin = _outbox(other, rig.maker, second)
    assert await twin.round() == 0
    rig.process.clock.turn(minutes=4)
    assert await twin.round() == 1
    assert len(await rig.contacts()) == 1
    await second.close()


async def test_the_text_is_at_most_a_thousand_characters(rig: Rig) -> None:
    await rig.said("Ik heb al heel lang een probleem met mijn toeslag. " * 60, uitkomst="antwoord")
    rig.process.clock.turn(minutes=31)
    await rig.run()
    (contact,) = await rig.contacts()
    assert len(contact["inhoud"]) <= 1000
