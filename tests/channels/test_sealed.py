"""A conversation by telephone: the database holds neither its number, nor the name, nor a word of it."""

from __future__ import annotations

from tests.channels.conftest import BOTH
from tests.channels.rig import CITIZEN, Rig
from tests.written import written

QUESTION, ANSWER, NAME = "Ik kan de huur niet betalen", "Dat is vervelend voor u", "Sanne Jansen"


@BOTH
async def test_nobody_reads_it_in_the_database(rig: Rig, database_url: str) -> None:
    # When somebody texts, also by WhatsApp under a name, and is answered
    await rig.text(QUESTION)
    await rig.text(QUESTION, "whatsapp", name=NAME)
    for channel in ("sms", "whatsapp"):
        await rig.say(ANSWER, channel)
        await rig.deliver()
    # Then we know it all
    address = await rig.address("whatsapp")
    assert (address.number, address.profile_name) == (CITIZEN, NAME)
    assert [m.text for m in await rig.messages((await rig.conversation("sms")).id)][::2] == [QUESTION, ANSWER]
    # And the database alone tells nothing of it
    found = await written(database_url)
    assert address.id.encode() in found
    for words in (CITIZEN, CITIZEN[3:], NAME, QUESTION, ANSWER):
        assert words.encode() not in found, words
