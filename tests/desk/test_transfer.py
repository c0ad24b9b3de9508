"""Giving a conversation to others: with the first owner until somebody says yes, and honest to the citizen."""

from __future__ import annotations

import asyncio

import pytest

from loket.conversations.desk import UNDO, NewWords, Outcome, TooLate, View
from loket.conversations.desk_acts import NotYours
from loket.conversations.ownership import Changed
from loket.conversations.states import State
from loket.handoff.access import NoAccess, NoReason
from loket.handoff.transfer import NoSuchTarget, NotForYou
from tests.desk.conftest import FATIMA, KARIM, SANNE, Rig


async def test_the_second_line_of_another_organisation_takes_over(rig: Rig) -> None:
    # Given a conversation that Fatima has
    conversation = await rig.claimed(text="Mijn uitkering is gestopt")
    # When she asks the second line of UWV
    await rig.transfers.offer(conversation, FATIMA, 2, "organisatie", "uwv_werk", "Kan jij kijken? BSN 999990007")
    # Then it is still hers, both see it, and the citizen hears both names
    row = await rig.process.conversation(conversation)
    assert (row.state, row.owner_id) == (State.SECOND_LINE_PENDING, FATIMA.id)
    await rig.desk.say(conversation, FATIMA, "1", "Ik blijf nog even bij u.")
    [offered] = await rig.desk.list(View.ASKED, KARIM)
    assert offered.transfer is not None and not offered.locked and "999990007" not in offered.transfer.note
    assert any("Fatima Demirci" in text and "Werk en uitkering" in text for text in await rig.told(conversation))
    # And when Karim says yes it is his, with everything that was said, and no longer hers to answer
    await rig.transfers.accept(conversation, KARIM, await rig.epoch(conversation))
    row = await rig.process.conversation(conversation)
    assert (row.state, row.owner_id, row.owner_organisation, row.team) == (State.CLAIMED, KARIM.id, "uwv", "uwv_werk")
    assert "Karim Visser" in (await rig.told(conversation))[-1]
    with pytest.raises((NotYours, NoAccess)):
        await rig.desk.say(conversation, FATIMA, "2", "Nog iets")
    texts = [m.text for m in (await rig.desk.detail(conversation, KARIM)).messages]
    assert "Mijn uitkering is gestopt" in texts and "Kan jij kijken? BSN [BSN]" in texts


async def test_refused_with_a_reason_it_comes_back(rig: Rig) -> None:
    conversation = await rig.claimed()
    await rig.transfers.offer(conversation, FATIMA, 2, "organisatie", "uwv_werk", "")
    with pytest.raises(NoReason):
        await rig.transfers.refuse(conversation, KARIM, 3, "nee")
    await rig.transfers.refuse(conversation, KARIM, 3, "Dit hoort bij de gemeente.")
    row = await rig.process.conversation(conversation)
    assert (row.state, row.owner_id) == (State.CLAIMED, FATIMA.id)
    told = await rig.told(conversation)
    assert "Fatima Demirci" in told[-1] and not any("hoort bij de gemeente" in text for text in told)
    notes = [m.text for m in await rig.process.messages(conversation) if m.author == "note"]
    assert notes == ["Dit hoort bij de gemeente."]
    with pytest.raises(NoAccess):
        await rig.desk.detail(conversation, KARIM)


async def test_only_who_is_asked_can_answer_and_only_once(rig: Rig) -> None:
    conversation = await rig.claimed()
    await rig.transfers.offer(conversation, FATIMA, 2, "collega", SANNE.id, "")
    for member, refused in ((FATIMA, NotForYou), (KARIM, NoAccess)):
        with pytest.raises(refused):
            await rig.transfers.accept(conversation, member, 3)
    results = await asyncio.gather(
        rig.transfers.accept(conversation, SANNE, 3), rig.transfers.withdraw(conversation, FATIMA, 3), return_exceptions=True
    )
    assert sum(result is None for result in results) == 1, results
    assert (await rig.process.conversation(conversation)).epoch == 4
    assert await rig.transfers.open(conversation) is None


@pytest.mark.parametrize(("kind", "to"), [("collega", "fatima"), ("collega", "niemand"), ("team", "klachten"), ("team", "weg")])
async def test_nobody_is_there_to_take_it(rig: Rig, kind: str, to: str) -> None:
    conversation = await rig.claimed()
    with pytest.raises(NoSuchTarget):
        await rig.transfers.offer(conversation, FATIMA, 2, kind, to, "")
    assert (await rig.process.conversation(conversation)).state == State.CLAIMED


async def test_withdrawn_or_overtaken_it_can_not_be_accepted(rig: Rig) -> None:
    withdrawn, closed = await rig.claimed(), await rig.claimed()
    for conversation in (withdrawn, closed):
        await rig.transfers.offer(conversation, FATIMA, 2, "organisatie", "uwv_werk", "")
    await rig.transfers.withdraw(withdrawn, FATIMA, 3)
    await rig.desk.close(closed, FATIMA, 3, Outcome.ANSWERED, "")
    for conversation in (withdrawn, closed):
        with pytest.raises(NoAccess):
            await rig.transfers.accept(conversation, KARIM, 3)
    assert (await rig.process.conversation(withdrawn)).owner_id == FATIMA.id
    assert await rig.desk.counts(KARIM) == {"waiting": 0, "mine": 0, "asked": 0, "team": 0, "all": 2}


async def test_an_old_picture_of_a_transfer_does_not_win(rig: Rig) -> None:
    conversation = await rig.claimed()
    await rig.transfers.offer(conversation, FATIMA, 2, "collega", SANNE.id, "")
    await rig.transfers.withdraw(conversation, FATIMA, 3)
    await rig.transfers.offer(conversation, FATIMA, 4, "collega", SANNE.id, "")
    with pytest.raises(Changed):
        await rig.transfers.accept(conversation, SANNE, 3)


async def test_put_back_it_keeps_its_place(rig: Rig) -> None:
    conversation = await rig.queued()
    since = (await rig.process.conversation(conversation)).queued_at
    rig.process.clock.turn(minutes=5)
    await rig.desk.claim(conversation, FATIMA, 1)
    await rig.desk.requeue(conversation, FATIMA, 2)
    row = await rig.process.conversation(conversation)
    assert (row.state, row.owner_id, row.queued_at, row.team) == (State.QUEUED, None, since, "loket")
    assert "Fatima Demirci" in (await rig.told(conversation))[-1]


async def test_closing_while_the_citizen_speaks_is_refused(rig: Rig) -> None:
    conversation = await rig.claimed()
    seen = (await rig.process.conversation(conversation)).last_seq
    await rig.process.receive(conversation, "Wacht, nog een vraag")
    for attempt in (
        rig.desk.close(conversation, FATIMA, 2, Outcome.ANSWERED, "", seen=seen),
        rig.desk.return_to_bot(conversation, FATIMA, 2, "", seen=seen),
    ):
        with pytest.raises(NewWords):
            await attempt
    assert (await rig.process.conversation(conversation)).state == State.CLAIMED
    await rig.desk.close(conversation, FATIMA, 2, Outcome.ANSWERED, "", seen=seen + 1)


async def test_closing_is_undone_only_by_who_closed_and_not_too_late(rig: Rig) -> None:
    conversation = await rig.claimed()
    await rig.desk.close(conversation, FATIMA, 2, Outcome.ANSWERED, "")
    with pytest.raises(NotYours):
        await rig.desk.reopen(conversation, SANNE, 3)
    await rig.desk.reopen(conversation, FATIMA, 3)
    row = await rig.process.conversation(conversation)
    assert (row.state, row.owner_id, row.closing) == (State.CLAIMED, FATIMA.id, None)
    await rig.desk.say(conversation, FATIMA, "1", "We gaan verder.")
    await rig.desk.close(conversation, FATIMA, 4, Outcome.ANSWERED, "")
    rig.process.clock.turn(seconds=UNDO.total_seconds() + 1)
    with pytest.raises(TooLate):
        await rig.desk.reopen(conversation, FATIMA, 5)


async def test_a_follow_up_ends_the_undo(rig: Rig) -> None:
    conversation = await rig.claimed()
    await rig.desk.close(conversation, FATIMA, 2, Outcome.ANSWERED, "")
    await rig.process.receive(conversation, "Ik heb toch nog een vraag")
    with pytest.raises(TooLate):
        await rig.desk.reopen(conversation, FATIMA, 3)


async def test_back_to_the_bot_with_what_it_must_tell_first(rig: Rig) -> None:
    conversation = await rig.claimed()
    await rig.desk.return_to_bot(conversation, FATIMA, 2, "Leg huurtoeslag uit", product="huurtoeslag")
    row = await rig.process.conversation(conversation)
    assert row.state == State.BOT and row.facts["product"] == "huurtoeslag"
    last = (await rig.process.messages(conversation))[-1]
    assert last.author == "bot" and "Dienst Toeslagen" in last.text and last.content["buttons"]
