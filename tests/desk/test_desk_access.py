"""Who may do what with which conversation: every operation, by somebody whose work it is not, and by somebody whose it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from loket.conversations.desk import Outcome, View
from loket.handoff.access import OPEN_FOR, Access, NoAccess, NoReason
from loket.store.desk import AccessGrant
from tests.desk.conftest import BRAM, FATIMA, KARIM, LEIDER, SANNE, Rig

ACTIONS: dict[str, Callable[[Rig, str], Awaitable[object]]] = {
    "detail": lambda rig, c: rig.desk.detail(c, KARIM),
    "claim": lambda rig, c: rig.desk.claim(c, KARIM, 2),
    "say": lambda rig, c: rig.desk.say(c, KARIM, "1", "Hallo"),
    "note": lambda rig, c: rig.desk.note(c, KARIM, "1", "Hallo"),
    "requeue": lambda rig, c: rig.desk.requeue(c, KARIM, 2),
    "return": lambda rig, c: rig.desk.return_to_bot(c, KARIM, 2, ""),
    "close": lambda rig, c: rig.desk.close(c, KARIM, 2, Outcome.OTHER, ""),
    "reopen": lambda rig, c: rig.desk.reopen(c, KARIM, 2),
    "put aside": lambda rig, c: rig.desk.put_aside(c, KARIM),
    "transfer": lambda rig, c: rig.transfers.offer(c, KARIM, 2, "team", "loket", ""),
    "accept": lambda rig, c: rig.transfers.accept(c, KARIM, 2),
    "refuse": lambda rig, c: rig.transfers.refuse(c, KARIM, 2, "Dit is niet van ons team"),
    "withdraw": lambda rig, c: rig.transfers.withdraw(c, KARIM, 2),
}


@pytest.mark.parametrize("action", ACTIONS)
async def test_another_team_can_do_nothing(rig: Rig, action: str) -> None:
    conversation = await rig.claimed()
    before = [m.text for m in await rig.process.messages(conversation)]
    with pytest.raises(NoAccess):
        await ACTIONS[action](rig, conversation)
    row = await rig.process.conversation(conversation)
    assert (row.state, row.epoch, row.owner_id) == ("claimed", 2, FATIMA.id)
    assert [m.text for m in await rig.process.messages(conversation)] == before


async def test_a_reason_opens_it_for_a_while_and_is_kept_for_good(rig: Rig) -> None:
    conversation, access = await rig.claimed(), Access(rig.process.store)
    with pytest.raises(NoReason):
        await access.open(conversation, KARIM, "  x  ", rig.process.clock())
    await access.open(conversation, KARIM, "Inwoner belt mij hierover", rig.process.clock())
    assert (await rig.desk.detail(conversation, KARIM)).conversation.id == conversation
    with pytest.raises(NoAccess):
        await rig.desk.detail(conversation, BRAM)
    rig.process.clock.turn(seconds=OPEN_FOR.total_seconds() + 1)
    with pytest.raises(NoAccess):
        await rig.desk.detail(conversation, KARIM)
    async with rig.process.store.read() as session:
        [kept] = await session.scalars(select(AccessGrant))
    assert (kept.staff_id, kept.conversation_id, kept.reason) == (KARIM.id, conversation, "Inwoner belt mij hierover")
    for statement in (update(AccessGrant).values(reason="iets anders"), delete(AccessGrant)):
        with pytest.raises(DBAPIError):
            async with rig.process.store.write() as session:
                await session.execute(statement)


async def test_lists_show_no_words_of_others(rig: Rig) -> None:
    await rig.process.receive(await rig.queued(), "Mijn huur is te hoog")
    assert await rig.desk.counts(KARIM) == {"waiting": 0, "mine": 0, "asked": 0, "team": 0, "all": 1}
    [row] = await rig.desk.list(View.ALL, KARIM)
    assert row.locked
    [row] = await rig.desk.list(View.WAITING, SANNE)
    assert not row.locked and row.last is not None and row.last.text == "Mijn huur is te hoog"


async def test_a_teamleider_has_the_teams_of_the_organisation_and_a_beheerder_none(rig: Rig) -> None:
    theirs, ours = await rig.queued(team="uwv_werk"), await rig.queued()
    assert (await rig.desk.detail(theirs, LEIDER)).conversation.id == theirs
    for conversation, member in ((ours, LEIDER), (ours, BRAM), (theirs, BRAM), (theirs, FATIMA)):
        with pytest.raises(NoAccess):
            await rig.desk.detail(conversation, member)


async def test_what_is_with_the_bot_is_nobodys_work(rig: Rig) -> None:
    conversation = await rig.process.open()
    await rig.process.receive(conversation, "Ik heb schulden")
    for member in (FATIMA, LEIDER):
        with pytest.raises(NoAccess):
            await rig.desk.detail(conversation, member)


async def test_who_is_asked_in_a_note_may_read_and_answer_but_not_speak(rig: Rig) -> None:
    conversation = await rig.claimed()
    seq = await rig.desk.note(conversation, FATIMA, "1", "Karim, klopt dit?", [KARIM.id, FATIMA.id, "bestaat-niet"])
    [row] = await rig.desk.list(View.ASKED, KARIM)
    assert row.mention is not None and (row.mention.seq, row.mention.by_name) == (seq, FATIMA.name)
    assert (await rig.desk.counts(KARIM))["asked"] == 1
    await rig.desk.note(conversation, KARIM, "2", "Ja, dat klopt.")
    assert (await rig.desk.counts(KARIM))["asked"] == 0
    heard = await rig.told(conversation)
    assert not any("klopt" in text for text in heard)
    assert (await rig.process.conversation(conversation)).owner_id == FATIMA.id
