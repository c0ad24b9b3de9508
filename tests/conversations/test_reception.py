"""What who waits hears and chooses: outside opening hours, nobody there, a long queue, danger, and being called in the chat."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest

from loket.conversations.handling import Handler
from loket.conversations.states import State
from loket.handoff import choices, teams
from loket.handoff.callbacks import Callbacks
from loket.handoff.hours import OpeningHours
from loket.handoff.teams import TeamData
from loket.store.desk import Presence
from loket.store.partners import PartnerAddress
from loket.store.schema import Staff
from tests.conversations.support import Process
from tests.conversations.test_handling import Engine, engine, handler  # noqa: F401

MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
HUMAN: dict[str, Any] = {"payloads": [{"utterance": {"parts": [{"key": "mens.overdracht"}]}}, {"handoff": {"reason": "human"}}]}
ANSWER: dict[str, Any] = {
    "payloads": [{"utterance": {"parts": [{"key": "onbegrepen"}]}}],
    "understanding": {"uitkomst": "antwoord", "score": 0.9},
}
BROKEN: Any = 500
QUESTION = "Mijn huurtoeslag is gestopt, waarom is dat?"


async def present(process: Process) -> None:
    """Somebody sits at a desk."""
    async with process.store.write() as session:
        one = str(uuid.uuid4())
        session.add(Staff(id=one, username=one, name="F", organisation="gemeente", role="casemanager", password_hash="-"))
        await session.flush()
        now = process.clock()
        session.add(Presence(staff_id=one, status="aanwezig", since=now, seen_at=now, active_at=now))


async def last(process: Process, conversation: str) -> tuple[str, set[str]]:
    """The last thing that was said, and the payloads of its buttons."""
    message = (await process.messages(conversation))[-1]
    return message.text, {button["payload"].partition("{")[0] for button in message.content.get("buttons", [])}


async def say(process: Process, handler: Handler, conversation: str, text: str, payload: str | None = None) -> str:  # noqa: F811
    """One message and its answer; returns what was said last."""
    await process.receive(conversation, text, payload=payload)
    await handler.run(conversation)
    return (await last(process, conversation))[0]


async def state(process: Process, conversation: str) -> str:
    """Who has it."""
    return (await process.conversation(conversation)).state


CHOICES = {choices.CALL, choices.LEAVE, choices.GO_ON}


async def test_at_night_who_asks_for_a_human_hears_when_and_can_choose(
    process: Process, handler: Handler, engine: Engine  # noqa: F811
) -> None:
    process.clock.now, engine.answers = NIGHT, [HUMAN]
    conversation = await process.open()
    text = await say(process, handler, conversation, "Ik wil een mens")
    assert "Morgen om 8.30 uur" in text and (await last(process, conversation))[1] == CHOICES
    assert await state(process, conversation) == State.QUEUED.value, "who chooses nothing keeps waiting"


async def test_by_day_with_nobody_there_it_is_no_closing_time(
    process: Process, handler: Handler, engine: Engine  # noqa: F811
) -> None:
    process.clock.now, engine.answers = MONDAY, [HUMAN]
    conversation = await process.open()
    text = await say(process, handler, conversation, "Ik wil een mens")
    assert "8.30" not in text and "nummer 1" in text and (await last(process, conversation))[1] == CHOICES


async def test_with_somebody_there_even_at_night_the_place_is_told(
    process: Process, handler: Handler, engine: Engine, callbacks: Callbacks  # noqa: F811
) -> None:
    process.clock.now, engine.answers = NIGHT, [HUMAN]
    await present(process)
    told = []
    for _ in range(callbacks.rules.from_place):
        conversation = await process.open()
        await say(process, handler, conversation, "Ik wil een mens")
        told.append((await last(process, conversation))[1])
        process.clock.turn(seconds=1)
    assert told[0] == set() and told[-2] == set() and told[-1] == CHOICES, "a long queue: a call is offered"


@pytest.mark.parametrize("somebody", [True, False])
async def test_danger_always_gets_its_numbers_and_no_false_hope(
    process: Process, handler: Handler, engine: Engine, somebody: bool  # noqa: F811
) -> None:
    process.clock.now, engine.answers = NIGHT, [BROKEN]
    if somebody:
        await present(process)
    conversation = await process.open()
    await say(process, handler, conversation, "Ik wil niet meer leven")
    row = await process.conversation(conversation)
    said = [m for m in await process.messages(conversation) if m.author != "citizen"]
    assert (row.state, row.urgency, row.reason) == (State.QUEUED.value, "spoed", "crisis")
    assert said[0].content["phones"][0]["number"] == "113"
    assert len(said) == (1 if somebody else 2), "nobody may be there: that is said"


async def test_the_three_choices(process: Process, handler: Handler, engine: Engine) -> None:  # noqa: F811
    process.clock.now, engine.answers = NIGHT, [HUMAN]
    conversation = await process.open()
    await say(process, handler, conversation, "Ik wil een mens")
    # Leave it: nothing changes but that it is confirmed.
    await say(process, handler, conversation, "Laat staan", choices.LEAVE)
    assert await state(process, conversation) == State.QUEUED.value
    # Go on with the computer.
    await say(process, handler, conversation, "Verder", choices.GO_ON)
    assert await state(process, conversation) == State.BOT.value
    asked = len(engine.asked)
    await say(process, handler, conversation, "Waar kan ik een paspoort aanvragen?")
    assert len(engine.asked) == asked + 1
    # The old button still works: the question waits again.
    await say(process, handler, conversation, "Laat staan", choices.LEAVE)
    assert await state(process, conversation) == State.QUEUED.value


async def test_being_called_step_by_step_without_the_bot(
    process: Process, handler: Handler, engine: Engine, callbacks: Callbacks  # noqa: F811
) -> None:
    # Given: somebody asked something and waits for a human at night; the bot engine dies.
    process.clock.now, engine.answers = NIGHT, [HUMAN]
    conversation = await process.open()
    await say(process, handler, conversation, QUESTION)
    engine.answers = [BROKEN]
    # When: they ask to be called, and give a number and a moment in their own words.
    await say(process, handler, conversation, "Bel mij terug", choices.CALL)
    await say(process, handler, conversation, "dat weet ik niet uit mijn hoofd")
    assert (await last(process, conversation))[1] >= {choices.NO_CALL}
    await say(process, handler, conversation, "o ja, 06-12345678")
    text, buttons = await last(process, conversation)
    assert "/belmoment" in buttons
    # A moment at which we are closed is not promised.
    await say(process, handler, conversation, "vanavond")
    assert await state(process, conversation) == State.QUEUED.value
    text = await say(process, handler, conversation, "maandagochtend dan")
    # Then: it is agreed, and the question is known.
    row = await callbacks.of(conversation)
    assert row is not None and "morgen tussen 8.30 en 12.00 uur" in text
    assert (row.number, row.question, await state(process, conversation)) == ("0612345678", QUESTION, State.CALLBACK.value)
    # The casemanager who opens the conversation reads the number where it was given; it is kept nowhere else.
    assert "12345678" not in str((await process.conversation(conversation)).facts)


async def test_all_in_one_message(process: Process, handler: Handler, engine: Engine, callbacks: Callbacks) -> None:  # noqa: F811
    process.clock.now, engine.answers = MONDAY, [BROKEN]
    conversation = await process.open()
    await say(process, handler, conversation, "Kunt u mij terugbellen op 06 12345678, dinsdag na 13 uur?")
    await say(process, handler, conversation, "Over de brief van de belasting")
    row = await callbacks.of(conversation)
    assert row is not None and row.question == "Over de brief van de belasting"
    assert row.window_from == datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


async def test_a_button_is_a_moment_until_it_has_passed(
    process: Process, handler: Handler, engine: Engine, callbacks: Callbacks  # noqa: F811
) -> None:
    process.clock.now, engine.answers = MONDAY, [ANSWER, BROKEN]
    conversation = await process.open()
    await say(process, handler, conversation, QUESTION)
    await say(process, handler, conversation, "bel mij terug op 0612345678")
    payload = next(
        b["payload"] for b in (await process.messages(conversation))[-1].content["buttons"] if "/belmoment" in b["payload"]
    )
    process.clock.turn(hours=20)
    await say(process, handler, conversation, "deze", payload)
    assert await callbacks.of(conversation) is None
    assert "/belmoment" in (await last(process, conversation))[1], "another moment is offered"


async def test_changing_stopping_and_going_on(
    process: Process, handler: Handler, engine: Engine, callbacks: Callbacks  # noqa: F811
) -> None:
    process.clock.now, engine.answers = MONDAY, [ANSWER, BROKEN]
    conversation = await process.open()
    await say(process, handler, conversation, QUESTION)
    await say(process, handler, conversation, "bel mij terug op 0612345678, morgen")
    first = await callbacks.of(conversation)
    assert first is not None
    # Another moment: number and question are known.
    await say(process, handler, conversation, "Een ander moment", choices.OTHER_MOMENT)
    await say(process, handler, conversation, "donderdagavond")
    changed = await callbacks.of(conversation)
    assert changed is not None and changed.id == first.id and changed.window_from > first.window_from
    # Who waits for a call and writes hears that it is kept, and not with every message.
    before = len(await process.messages(conversation))
    await say(process, handler, conversation, "Ik heb ook nog een brief gekregen")
    await say(process, handler, conversation, "van 3 november")
    assert len(await process.messages(conversation)) == before + 3
    # The computer goes on, and the call stands.
    await say(process, handler, conversation, "Verder", choices.GO_ON)
    assert await state(process, conversation) == State.BOT.value and await callbacks.of(conversation) is not None
    await say(process, handler, conversation, "bel mij toch maar niet")
    assert await callbacks.of(conversation) is None


async def test_a_human_after_all(process: Process, handler: Handler, engine: Engine, callbacks: Callbacks) -> None:  # noqa: F811
    process.clock.now, engine.answers = MONDAY, [ANSWER, BROKEN]
    conversation = await process.open()
    await say(process, handler, conversation, QUESTION)
    await say(process, handler, conversation, "bel mij terug op 0612345678, morgen")
    await say(process, handler, conversation, "Ik wil een mens", "/mens")
    assert await state(process, conversation) == State.QUEUED.value and await callbacks.of(conversation) is not None


async def test_another_question_ends_ours(process: Process, handler: Handler, engine: Engine, callbacks: Callbacks) -> None:  # noqa: F811
    process.clock.now = MONDAY
    conversation = await process.open()
    await say(process, handler, conversation, "bel mij terug")
    await say(process, handler, conversation, "hoe vraag ik een paspoort aan")
    await say(process, handler, conversation, "hoe vraag ik een paspoort aan")
    assert engine.asked[-1]["text"] == "hoe vraag ik een paspoort aan"
    await say(process, handler, conversation, "0612345678")
    assert engine.asked[-1]["text"] == "0612345678" and await callbacks.of(conversation) is None


async def test_a_cry_for_help_is_no_answer_to_our_question(
    process: Process, handler: Handler, engine: Engine, callbacks: Callbacks  # noqa: F811
) -> None:
    process.clock.now, engine.answers = MONDAY, [BROKEN]
    conversation = await process.open()
    await say(process, handler, conversation, "bel mij terug")
    await say(process, handler, conversation, "ik wil dood")
    row = await process.conversation(conversation)
    assert (row.urgency, row.state) == ("spoed", State.QUEUED.value) and not row.facts.get("terugbellen")


async def test_on_the_telephone_the_number_is_known(
    process: Process, handler: Handler, engine: Engine, callbacks: Callbacks  # noqa: F811
) -> None:
    process.clock.now, engine.answers = MONDAY, [ANSWER, BROKEN]
    conversation = await process.open("address")
    async with process.store.write() as session:
        session.add(
            PartnerAddress(id="address", partner_id="p", channel="web", number="+31612345678", created_at=process.clock())
        )
    await say(process, handler, conversation, QUESTION)
    await say(process, handler, conversation, "bel mij terug")
    assert choices.THIS_NUMBER in (await last(process, conversation))[1]
    await say(process, handler, conversation, "ja")
    await say(process, handler, conversation, "morgenochtend")
    row = await callbacks.of(conversation)
    assert row is not None and row.number == "0612345678"


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("bel mij terug", True), ("Kunt u mij bellen?", True), ("Zou iemand mij kunnen terugbellen", True),
        ("ik wil graag teruggebeld worden", True), ("terugbellen graag", True), ("ik wil een terugbelverzoek doen", True),
        ("Niemand belt mij terug", False), ("Jullie zouden mij terugbellen", False),
        ("ik ben al drie keer niet teruggebeld", False),
        ("Ik heb een klacht, bel mij", False), ("Ik heb gebeld met de gemeente", False),
        ("wie kan ik bellen over huurtoeslag", False),
        ("Ik zit in de schulden en mijn man is ziek en nu is de huur ook nog hoger, kunt u mij misschien bellen", False),
    ],
)  # fmt: skip
async def test_who_asks_to_be_called_and_who_tells_of_calls(
    process: Process, handler: Handler, engine: Engine, text: str, asks: bool  # noqa: F811
) -> None:
    process.clock.now, engine.answers = MONDAY, [ANSWER]
    conversation = await process.open()
    await say(process, handler, conversation, text)
    assert bool((await process.conversation(conversation)).facts.get("terugbellen")) is asks
    assert bool(engine.asked) is not asks


async def test_a_team_with_a_week_of_its_own_is_there_in_its_own_hours(
    process: Process, handler: Handler, engine: Engine, callbacks: Callbacks  # noqa: F811
) -> None:
    week = {"maandag": "13:00-15:00"}
    hours = callbacks.opening.hours.written()
    callbacks.opening.use(OpeningHours.model_validate({**hours, "teams": {"loket": week}}))
    await teams.ensure(process.store, [TeamData(id="loket", naam="Overheidsloket", lijn="eerste")])
    process.clock.now, engine.answers = MONDAY, [HUMAN]
    conversation = await process.open()
    # The office is open, this team is not yet: the citizen hears when it is, and is called in its hours
    assert "13.00 uur" in await say(process, handler, conversation, "Ik wil een mens")
    async with process.store.read() as session:
        [first, *_] = await callbacks.offers(session, await process.conversation(conversation), 3)
    assert first.start == datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
    process.clock.now = datetime(2026, 11, 30, 12, 30, tzinfo=UTC)
    engine.answers = [HUMAN]
    later = await process.open()
    assert "nummer" in await say(process, handler, later, "Ik wil een mens"), "now it is open, although nobody is at a desk"
